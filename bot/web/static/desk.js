'use strict';
/* The desk's live pages with a script: they fetch themselves again when the
   server says that something is new, and take over the parts that have changed.
   Without it, or when any of it fails, forms and links do the same. The server
   builds every element; this script only moves them (Trusted Types). */
(() => {
  const doc = document;
  const $ = (id) => doc.getElementById(id);
  const connection = $('yhteys');
  if (!connection || !window.EventSource) return;
  const form = $('lomake');
  const box = form && $('kirjoita');
  const log = $('loki');
  const news = $('uutinen');
  const status = $('tila');
  const error = $('virhe');
  const client = form ? form.dataset.id : '';
  let title = doc.title.replace(/^\(\d+\) /, '');

  /* ---- the page again: XMLHttpRequest, because it reads a page without running it ---- */

  function load(method, url, body) {
    return new Promise((resolve, reject) => {
      const ask = new XMLHttpRequest();
      ask.open(method, url);
      ask.responseType = 'document';
      ask.timeout = 20000;
      if (method === 'GET') ask.setRequestHeader('X-Live', '1');
      ask.onload = () => (ask.response ? resolve(ask) : reject(new Error('empty')));
      ask.onerror = ask.ontimeout = () => reject(new Error('offline'));
      ask.send(body);
    });
  }

  function post(url) {
    return fetch(url, { method: 'POST', headers: { 'X-CSRF': connection.dataset.csrf } }).catch(() => {});
  }

  /* ---- taking over what has changed ---- */

  const marks = (page, name) => new Set(Array.from(page.querySelectorAll('[data-' + name + ']'), (e) => e.dataset[name]));
  const seen = { waiting: marks(doc, 'waiting'), unread: marks(doc, 'unread'), alarm: marks(doc, 'alarm') };
  let unread = 0;

  /* Changes only what differs: what is the same keeps its focus and is not read again. */
  function sync(mine, other) {
    if (mine.isEqualNode(other)) return;
    if (mine.nodeName !== other.nodeName || mine.id !== other.id) {
      mine.replaceWith(doc.importNode(other, true));
      return;
    }
    if (mine.nodeType !== Node.ELEMENT_NODE) {
      mine.data = other.data;
      return;
    }
    for (const name of mine.getAttributeNames()) if (!other.hasAttribute(name)) mine.removeAttribute(name);
    for (const name of other.getAttributeNames()) mine.setAttribute(name, other.getAttribute(name));
    const [now, then] = [Array.from(mine.childNodes), Array.from(other.childNodes)];
    now.forEach((child, i) => (i < then.length ? sync(child, then[i]) : child.remove()));
    mine.append(...then.slice(now.length).map((child) => doc.importNode(child, true)));
  }

  let held = null;
  let missed = false;
  doc.addEventListener('pointerdown', (e) => { held = e.target; });
  for (const end of ['pointerup', 'pointercancel']) {
    doc.addEventListener(end, () => setTimeout(() => {
      held = null;
      if (missed) refresh();
      missed = false;
    }, 500));
  }

  function adopt(page) {
    if (form && !page.getElementById('loki')) return gone(page);
    const focused = doc.activeElement;
    for (const part of doc.querySelectorAll('[data-live]')) {
      const other = page.getElementById(part.id);
      if (!other || part.isEqualNode(other)) continue;
      /* What was searched for stays until the next search. */
      if (part.id === 'palvelut') continue;
      /* A button that goes away under the finger would lose its press. */
      if (held && part.contains(held)) { missed = true; continue; }
      sync(part, other);
    }
    if (!focused.isConnected) (focused.id && $(focused.id) || doc.querySelector('main')).focus();
    if (log) messages(page);
    const fresh = {};
    for (const name of Object.keys(seen)) {
      const now = marks(page, name);
      fresh[name] = Array.from(now).filter((id) => !seen[name].has(id)).length;
      seen[name] = now;
    }
    const told = [];
    if (fresh.waiting) told.push('Uusi asiakas odottaa. Jonossa on ' + seen.waiting.size + '.');
    if (fresh.unread) told.push('Toinen asiakkaasi kirjoitti.');
    if (fresh.alarm) told.push('Asiakas on kertonut hädästä.');
    if (told.length) {
      tell(told.join(' '));
      if (doc.hidden) unread += fresh.waiting + fresh.unread;
    }
    window.dispatchEvent(new CustomEvent('istunto', { detail: page }));
    head(page);
    return undefined;
  }

  function head(page) {
    if (!form) {
      doc.title = page.title;
      return;
    }
    doc.title = (unread ? '(' + unread + ') ' : '') + title;
  }

  /* Messages are only ever added: the log is read aloud as it grows. */
  function messages(page) {
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const shown = new Set(Array.from(log.querySelectorAll('[data-n]'), (m) => m.dataset.n));
    let came = 0;
    for (const other of page.querySelectorAll('#loki [data-n]')) {
      const state = other.querySelector('.state');
      if (shown.has(other.dataset.n)) {
        const mark = log.querySelector('[data-n="' + other.dataset.n + '"] .state');
        if (mark && state && mark.textContent !== state.textContent) mark.textContent = state.textContent;
      } else {
        log.append(doc.importNode(other, true));
        if (other.classList.contains('client')) came += 1;
      }
    }
    if (end) log.scrollTop = log.scrollHeight;
    if (came) {
      if (status) status.textContent = '';
      if (doc.hidden) unread += came;
      beep();
    }
  }

  function gone(page) {
    const main = page.querySelector('main');
    const draft = box.value.trim();
    forget();
    if (stream) stream.close();
    clearInterval(tick);
    const here = doc.querySelector('main');
    here.replaceWith(doc.importNode(main, true));
    doc.title = page.title;
    if (draft) {
      const note = doc.createElement('p');
      note.className = 'card shown';
      note.textContent = 'Viestisi ei lähtenyt: ' + draft;
      doc.querySelector('main').append(note);
    }
    doc.querySelector('main').focus();
  }

  function tell(text) {
    news.textContent = '';
    setTimeout(() => { news.textContent = text; }, 50);
    beep();
  }

  doc.addEventListener('visibilitychange', () => {
    if (doc.hidden) return;
    unread = 0;
    head(doc);
  });

  let busy = false;
  let again = false;
  let leftAt = 0;

  /* A form that closes a talk takes the guide elsewhere: its page is not asked for meanwhile. */
  doc.addEventListener('submit', (e) => { if (!e.defaultPrevented) leftAt = Date.now(); });

  async function refresh() {
    if (Date.now() - leftAt < 10000) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        const answer = await load('GET', location.pathname);
        if (answer.responseURL.includes('/desk/kirjaudu')) { out(); break; }
        adopt(answer.response);
      } while (again);
    } catch (e) { /* the next event tries again */ }
    busy = false;
  }

  /* ---- listening, and a sign of life for each event ---- */

  let stream = null;
  let lostAt = 0;

  function out() {
    if (stream) stream.close();
    say('Istunto on päättynyt. Luonnoksesi on tallessa.');
    $('sisaan').hidden = false;
  }

  function say(text) { if (connection.textContent !== text) connection.textContent = text; }

  function listen() {
    if (stream && stream.readyState < 2) return;
    stream = new EventSource('/desk/tapahtumat' + (client ? '?asiakas=' + client : ''));
    stream.onerror = () => { lostAt = lostAt || Date.now(); };
    const heard = (e) => {
      lostAt = 0;
      say('');
      post('/desk/elossa');
      if (status) status.textContent = JSON.parse(e.data).typing ? 'Asiakas kirjoittaa.' : '';
    };
    stream.addEventListener('ping', heard);
    stream.addEventListener('news', (e) => { heard(e); refresh(); });
    stream.addEventListener('out', out);
  }

  const tick = setInterval(() => {
    if (stream.readyState === 2) listen();
    if (lostAt && Date.now() - lostAt > 5000) say('Yhteys on poikki. Yritän uudelleen. Luonnoksesi on tallessa.');
  }, 3000);

  /* ---- sound, only when asked for ---- */

  const wish = $('aani');
  let audio = null;
  $('aani-kohta').hidden = false;
  try { wish.checked = localStorage.getItem('aani') === '1'; } catch (e) { /* no storage */ }
  wish.addEventListener('change', () => {
    try { localStorage.setItem('aani', wish.checked ? '1' : '0'); } catch (e) { /* no storage */ }
    beep();
  });

  function beep() {
    if (!wish.checked || !window.AudioContext) return;
    audio = audio || new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
  }

  /* ---- the talk ---- */

  const DRAFT = 'luonnos:' + client;

  function keep() {
    try {
      if (box.value) localStorage.setItem(DRAFT, box.value); else localStorage.removeItem(DRAFT);
    } catch (e) { /* the box itself still holds it */ }
  }

  function forget() { try { localStorage.removeItem(DRAFT); } catch (e) { /* nothing kept */ } }

  async function send(button) {
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    const text = box.value;
    error.textContent = '';
    const plain = !button || !button.name;
    const from = doc.activeElement;
    try {
      const answer = await load('POST', form.getAttribute('action'), data);
      const page = answer.response;
      if (!page.getElementById('loki')) {
        if (answer.status === 404) { gone(page); return; }
        error.textContent = 'Viesti ei lähtenyt. Kirjaudu uudelleen. Luonnoksesi on tallessa.';
        out();
        return;
      }
      const fault = page.getElementById('virhe').textContent;
      if (button && button.name === 'etsi') {
        $('palvelut').replaceWith(doc.importNode(page.getElementById('palvelut'), true));
      } else if (fault) {
        error.textContent = fault;
        box.focus();
      } else if (plain && box.value === text) {
        box.value = '';
        keep();
      }
      form.elements.id.value = page.querySelector('#lomake input[name=id]').value;
      adopt(page);
    } catch (e) {
      error.textContent = 'Viesti ei lähtenyt. Tarkista yhteys ja lähetä uudelleen.';
    }
    /* The answer may come late: who has gone on to another control stays there. */
    if (plain && [from, doc.body].includes(doc.activeElement)) box.focus();
  }

  if (form) {
    let sending = Promise.resolve();
    try { box.value = box.value || localStorage.getItem(DRAFT) || ''; } catch (e) { /* no storage */ }
    log.scrollTop = log.scrollHeight;
    let typedAt = 0;
    box.addEventListener('input', () => {
      keep();
      if (Date.now() - typedAt < 4000) return;
      typedAt = Date.now();
      post('/desk/asiakas/' + client + '/kirjoittaa');
    });
    form.addEventListener('submit', (e) => {
      const button = e.submitter;
      e.preventDefault();
      if (button && button.name === 'phrase') {
        box.value = (box.value.trimEnd() + '\n' + button.dataset.text).trim();
        keep();
        box.focus();
        return;
      }
      /* One after another: a double press sends the same message once. */
      sending = sending.then(() => send(button));
    });
    box.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || e.shiftKey || e.isComposing || matchMedia('(pointer: coarse)').matches) return;
      e.preventDefault();
      form.requestSubmit(form.querySelector('button.act'));
    });
  }

  listen();
})();
