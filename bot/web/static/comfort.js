/* What makes the chat easier and is never needed, served at the end of chat.js: an
   unsent message outlives a look at another page, and a device with a Finnish
   voice of its own reads the newest answer aloud. */
(() => {
  const box = document.getElementById('kirjoita');
  const log = document.getElementById('log');
  if (!box || !log) return;

  /* ---- the draft ----
     Kept only while this tab shows something else, and taken back at once: a page
     that is left, or thrown away by a phone short of memory, loses no words, not
     even those of a message that could not be sent. */

  const KEY = 'luonnos';

  function unsent() {
    const lost = Array.from(log.querySelectorAll('.client')).filter((m) => /^Ei/.test((m.querySelector('.state') || m).textContent));
    return lost.map((m) => m.querySelector('.say').innerText).concat(box.value).join('\n').trim();
  }

  function keep() {
    if (box.form.dataset.handed || document.documentElement.classList.contains('gone')) return;
    try {
      const words = document.hidden && unsent();
      if (words) sessionStorage.setItem(KEY, words);
      else sessionStorage.removeItem(KEY);
    } catch (e) { /* a browser without storage */ }
  }

  try {
    const draft = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (draft && !box.value) {
      box.value = draft;
      box.dispatchEvent(new Event('input'));
    }
  } catch (e) { /* a browser without storage */ }
  document.addEventListener('visibilitychange', keep);

  /* ---- reading aloud ----
     With voices of the device only: others send the text to their maker. */

  const speech = window.speechSynthesis;
  const place = document.getElementById('kuuntele');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'plain';

  const voice = () => speech.getVoices().find((v) => v.localService && /^fi\b/i.test(v.lang));

  function show() {
    if (voice()) place.append(button);
    else button.remove();
  }

  function quiet() {
    speech.cancel();
    button.textContent = 'Kuuntele vastaus';
  }

  /* The messages that came after the client's own. */
  function newest() {
    const all = Array.from(log.children);
    const own = all.map((m) => m.classList.contains('client')).lastIndexOf(true);
    return all.slice(own + 1);
  }

  function text(message) {
    const parts = message.querySelectorAll('.who b, .say p, .card h3, .card > p, .card dt, .card dd');
    return Array.from(parts, (part) => part.textContent.trim()).join('.\n');
  }

  function read() {
    const messages = newest();
    if (!messages.length) return;
    button.textContent = 'Lopeta kuuntelu';
    messages.forEach((message, i) => {
      const words = new SpeechSynthesisUtterance(text(message));
      words.voice = voice();
      words.lang = 'fi-FI';
      if (i === messages.length - 1) words.onend = quiet;
      words.onerror = quiet;
      speech.speak(words);
    });
  }

  if (speech && window.SpeechSynthesisUtterance) {
    button.addEventListener('click', () => { if (speech.speaking || speech.pending) quiet(); else read(); });
    speech.addEventListener('voiceschanged', show);
    addEventListener('pagehide', quiet);
    quiet();
    show();
  }
})();
