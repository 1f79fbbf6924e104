'use strict';
/* The chat page with a script. Without it, or when any of it fails, the forms
   of the page go on working: an error in a submit handler leaves the browser's
   own submission untouched, and an answer the script cannot handle ends in
   form.submit(). Text only ever goes in as text (Trusted Types). Nothing is
   written to the browser's storage: phones are shared. On another site the page
   stands in a frame; launcher: web/embed.js. */
(() => {
  const doc = document;
  const root = doc.documentElement;
  const $ = (id) => doc.getElementById(id);
  const framed = window.top !== window;
  let stream = null;

  /* ---- leaving in a hurry; first, so that nothing below can break it ---- */

  const exit = $('poistu');

  function leave(event) {
    if (event) event.preventDefault();
    root.className = 'gone';
    doc.title = 'Ladataan';
    doc.body.textContent = 'Ladataan';
    if (stream) stream.close();
    try { sessionStorage.clear(); } catch (e) { /* no storage: nothing to clear */ }
    let target = window;
    if (framed) {
      /* In a frame the whole page must go, and the session is the frame's. */
      fetch(exit.href, { redirect: 'manual', keepalive: true }).catch(() => {});
      target = window.top;
    }
    try { target.location.replace(exit.href); } catch (e) { location.replace(exit.href); }
  }

  if (exit) {
    exit.addEventListener('click', leave);
    /* Shift alone, three times in five seconds. Capital letters do not count:
       any other key in between starts again. */
    let alone = false;
    let presses = [];
    doc.addEventListener('keydown', (e) => {
      if (e.key === 'Shift') { if (!e.repeat) alone = true; } else { alone = false; presses = []; }
    });
    doc.addEventListener('keyup', (e) => {
      if (e.key !== 'Shift' || !alone) return;
      alone = false;
      presses = presses.filter((t) => e.timeStamp - t < 5000).concat(e.timeStamp);
      if (presses.length > 2) leave();
    });
  }
  /* Back must not show a frozen copy: ask the server what may be seen. */
  addEventListener('pageshow', (e) => { if (e.persisted) location.reload(); });
  /* The launcher closes the panel. Nothing but this word crosses the frame. */
  if (framed) doc.addEventListener('keydown', (e) => { if (e.key === 'Escape') parent.postMessage('polku:close', '*'); });

  /* ---- the chat ---- */

  const form = $('lomake');
  if (!form || !window.fetch) return;
  const log = $('log');
  const box = $('kirjoita');
  const choices = $('valinnat');
  const fresh = $('uusi');
  const status = $('tila');
  const error = $('virhe');
  const counter = $('laskuri');
  const header = $('yla');
  const limit = Number(form.dataset.max) || 4000;
  const title = doc.title;

  const SENDERS = { client: 'Sinä', bot: 'Botti', guide: 'Ohjaaja', system: 'Polku' };
  const SENDING = 'Lähetetään';
  const SENT = 'Lähetetty';
  const FAILED = 'Ei lähtenyt.';
  const WAITS = 'Ei verkkoa. Viesti odottaa.';

  const GONE = 'Tämä selain ei säilytä keskustelua. Keskustelu katoaa, kun suljet sivun.';

  let chat = form.dataset.chat;
  let token = ''; /* only in a frame, where the browser may refuse cookies */
  let base = Number(form.dataset.last) || 0; /* everything up to here is shown */
  const seen = new Set();
  log.querySelectorAll('[data-n]').forEach((m) => seen.add(Number(m.dataset.n)));

  function make(tag, cls, text) {
    const node = doc.createElement(tag);
    if (cls) node.className = cls;
    if (text) node.textContent = text;
    return node;
  }

  /* ---- building messages: the same elements as templates/_message.html ---- */

  const RUN = /(^|[ \n])(\+?\d+(?: \d+)*)(?=[.,;:!?)]*(?:[ \n]|$))/g;
  const PHONE = /^(116\d{3}|0\d{5,11}|\+358\d*)$/;

  const emergency = doc.querySelector('.sos').getAttribute('href');

  function link(cls, href, text) {
    const a = make('a', cls, text);
    a.href = href;
    return a;
  }

  function rich(node, text) {
    const s = text.replace(/\u00a0/g, ' ');
    let at = 0;
    for (const hit of s.matchAll(RUN)) {
      const number = hit[2].replace(/ /g, '');
      if (!PHONE.test(number) && 'tel:' + number !== emergency) continue;
      const start = hit.index + hit[1].length;
      node.append(s.slice(at, start), link('tel', 'tel:' + number, hit[2]));
      at = start + hit[2].length;
    }
    node.append(s.slice(at));
    return node;
  }

  function webLink(node, url, label) {
    if (!/^https?:\/\//.test(url)) return;
    const a = link('go', url, framed ? label + ' (avautuu uuteen ikkunaan)' : label);
    a.target = framed ? '_blank' : '_top';
    a.rel = 'noreferrer';
    const p = make('p');
    p.append(a);
    node.append(p);
  }

  function call(phone) {
    const p = make('p', 'call');
    p.append(link('tel', phone.href, 'Soita ' + phone.number));
    const notes = [phone.label, phone.hours && 'auki ' + phone.hours, phone.price].filter(Boolean);
    if (notes.length) p.append(' ', make('span', '', notes.map((s) => s[0].toUpperCase() + s.slice(1)).join('. ')));
    return p;
  }

  function card(c) {
    const node = make('div', 'card');
    node.append(make('h3', '', c.name));
    if (c.provider) node.append(make('p', 'by', c.provider));
    if (c.summary) node.append(make('p', '', c.summary));
    if (c.begin) {
      const p = make('p', 'begin');
      p.append(make('b', '', 'Aloita näin:'), ' ');
      /* Its own number stands on a button below: no second link for it. */
      if ((c.phones || []).some((phone) => c.begin.includes(phone.number))) p.append(c.begin); else rich(p, c.begin);
      node.append(p);
    }
    const phones = (c.phones || []).map(call);
    node.append(...phones.slice(0, 2));
    /* Two links into one site must not have the same name. */
    const sites = (c.web || []).map((web) => web.label);
    for (const { url, label } of c.web || []) {
      const twin = sites.indexOf(label) !== sites.lastIndexOf(label);
      webLink(node, url, twin ? url.replace(/^https?:\/\/(www\.)?|\/$/g, '') : label);
    }
    if (/^http/.test(c.chat)) webLink(node, c.chat, 'Avaa palvelun chat');
    else if (c.chat) node.append(make('p', '', 'Chat: ' + c.chat));
    const facts = [['Osoite', c.address], ['Auki', c.hours], ['Hinta', c.cost], ['Lähete', c.referral], ['Ota mukaan', c.bring]].filter((f) => f[1]);
    if (facts.length || phones.length > 2) {
      const more = make('details');
      const list = make('dl');
      for (const [label, text] of facts) list.append(make('dt', '', label), rich(make('dd'), text));
      more.append(make('summary', '', 'Lisää tästä palvelusta'), ...phones.slice(2));
      if (facts.length) more.append(list);
      node.append(more);
    }
    const told = [c.source, c.verified].filter(Boolean).join('. ');
    if (told) node.append(make('p', 'src', told + '.'));
    return node;
  }

  function words(node, m) {
    for (const line of m.text.trim().split(/\n\s*\n/)) {
      const p = make('p');
      if (m.from === 'client') p.textContent = line; else rich(p, line);
      node.append(p);
    }
  }

  function tell(time, at) {
    const clock = new Date(at).toLocaleTimeString('fi-FI', { hour: 'numeric', minute: '2-digit', timeZone: 'Europe/Helsinki' });
    time.dateTime = at;
    if (time.textContent !== clock) time.textContent = clock;
  }

  function message(m) {
    const calm = m.crisis && m.crisis !== 'none' ? ' crisis ' + m.crisis : '';
    const node = make('div', 'msg ' + m.from + calm);
    if (m.n !== undefined) node.dataset.n = m.n;
    if (m.id) node.dataset.id = m.id;
    const who = make('p', 'who');
    const time = make('time');
    /* Put right when the server's clock is known, and not read aloud again then. */
    time.setAttribute('aria-live', 'off');
    tell(time, m.at || new Date().toISOString());
    who.append(make('b', '', m.sender || SENDERS[m.from]), ' ', time);
    const say = make('div', 'say');
    words(say, m);
    node.append(who, say);
    for (const c of m.cards || []) node.append(card(c));
    for (const l of (m.links || []).slice(0, 2)) {
      const p = make('p');
      p.append(link('go', l.href, l.title));
      node.append(p);
    }
    return node;
  }

  function state(item, text) {
    if (item.mark.firstChild && item.mark.firstChild.data === text) return;
    item.mark.textContent = text;
    item.node.classList.toggle('failed', text === FAILED);
    if (text !== FAILED) return;
    const again = make('button', 'retry', 'Yritä uudelleen');
    again.type = 'button';
    again.addEventListener('click', () => { choices.focus({ preventScroll: true }); retry(item); });
    item.mark.append(' ', again);
  }

  /* ---- answers to choose from: only on the newest message of the bot ---- */

  function choice(b) {
    const f = make('form', 'choice');
    f.method = 'post';
    f.action = '/viesti';
    for (const name of ['csrf', 'id']) f.append(form.elements[name].cloneNode());
    const button = make('button', '', b.title);
    button.name = 'payload';
    button.value = b.payload;
    f.append(button);
    return f;
  }

  function row(buttons) {
    const node = make('div', 'row');
    node.append(...buttons.map(choice));
    return node;
  }

  function offer(buttons) {
    /* If the focus stands on an answer that goes away, keep its place. */
    if (choices.contains(doc.activeElement)) choices.focus({ preventScroll: true });
    choices.textContent = '';
    if (!buttons || !buttons.length) return;
    const group = make('div');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-labelledby', 'valitse');
    const heading = make('h3', '', 'Valitse tai kirjoita itse');
    heading.id = 'valitse';
    group.append(heading, row(buttons.slice(0, 5)));
    if (buttons.length > 5) {
      const more = make('details');
      more.append(make('summary', '', 'Lisää vaihtoehtoja'), row(buttons.slice(5)));
      group.append(more);
    }
    choices.append(group);
  }

  /* ---- scrolling and notices ---- */

  const below = () => choices.getBoundingClientRect().bottom - form.getBoundingClientRect().top;
  const near = () => below() <= 100;
  let unread = null;
  let led = 0;
  let ledAt = 0;
  let count = 0;

  /* Go towards the end, but never past the beginning of what is new. */
  function follow(first) {
    const top = Math.max(0, header.getBoundingClientRect().bottom) + 8;
    const step = Math.min(below(), first.getBoundingClientRect().top - top);
    if (step > 0) scrollBy(0, step);
    led = scrollY;
    ledAt = Date.now();
  }

  /* What has the focus must not hide behind a bar, however high big text makes it. */
  if (window.ResizeObserver) {
    const bars = [[header, 'scrollPaddingTop'], [form, 'scrollPaddingBottom']];
    const watch = new ResizeObserver(() => bars.forEach(([bar, side]) => {
      const sticks = getComputedStyle(bar).position === 'sticky';
      root.style[side] = sticks ? bar.offsetHeight + 16 + 'px' : '';
    }));
    bars.forEach(([bar]) => watch.observe(bar));
  }

  function seenAll() {
    unread = null;
    fresh.hidden = true;
  }

  addEventListener('scroll', () => { if (unread && near()) seenAll(); }, { passive: true });
  fresh.addEventListener('click', () => {
    const node = unread;
    seenAll();
    if (!node) return;
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
    follow(node);
  });
  doc.addEventListener('visibilitychange', () => {
    if (doc.hidden) return;
    count = 0;
    doc.title = title;
  });

  /* One status line. A screen reader hears "kirjoittaa" once per reply, however
     often the server repeats it. */
  let told = false;
  function typing(who) {
    if (!who) return say('');
    if (told) return;
    told = true;
    say(SENDERS[who] + ' kirjoittaa.');
    clearTimeout(quiet);
    if (who === 'guide') quiet = setTimeout(typing, 12000, '');
  }

  /* ---- a guide ---- */

  const talk = $('ohjaaja');
  let { got = 0, has = '' } = form.dataset;
  let quiet = 0;
  let typedAt = 0;

  function handoff(view) {
    const [line, button] = talk.querySelectorAll('p, button');
    /* Shown first: a hidden status is not read aloud. */
    talk.hidden = !view.state;
    if (line.textContent !== view.text) line.textContent = view.text;
    button.textContent = view.button;
    button.value = view.payload;
    got = view.got;
    has = view.got_text;
    reached();
  }

  function reached() {
    const mark = Array.from(log.querySelectorAll('.client > .state')).pop();
    if (mark && has && mark.parentNode.dataset.n <= got && mark.textContent === SENT) mark.textContent = has;
  }

  function writes() {
    if (!has || !chat || Date.now() - typedAt < 4000) return;
    typedAt = Date.now();
    fetch('/api/chats/' + chat + '/typing', { method: 'POST' }).catch(() => {});
  }

  function say(text) { if (status.textContent !== text) status.textContent = text; }

  function complain(text) {
    error.textContent = text;
    if (!text) { box.removeAttribute('aria-invalid'); return; }
    box.setAttribute('aria-invalid', 'true');
  }

  /* A fault of what was just sent: back to the box. A failure that comes later
     is told, but never moves the focus. */
  function refuse(text) {
    complain(text);
    box.focus();
  }

  function measure() {
    const left = limit - Array.from(box.value).length;
    counter.textContent = left > limit * 0.2 ? ''
      : left < 0 ? 'Viestissä on ' + -left + ' merkkiä liikaa.'
        : 'Voit kirjoittaa vielä ' + left + ' merkkiä.';
    return left;
  }

  /* ---- receiving: each number once, in order, by whichever way it comes ---- */

  function place(node, n) {
    let before = log.lastElementChild;
    while (before && Number(before.dataset.n) > n) before = before.previousElementSibling;
    if (before) before.after(node); else log.prepend(node);
  }

  const byId = (id) => id && Array.from(log.querySelectorAll('.client')).reverse().find((m) => m.dataset.id === id);

  function receive(list, item) {
    list = (list || []).slice().sort((a, b) => a.n - b.n);
    if (item && list.length) number(item.node, list[0].n - 1);
    const stay = near();
    let first = null;
    for (const m of list) {
      const mine = m.from === 'client' && byId(m.id);
      if (mine) {
        /* Our own message comes back: the server may have masked a number,
           and its clock is right. */
        number(mine, m.n);
        tell(mine.querySelector('time'), m.at);
        const text = mine.querySelector('.say');
        if (m.text && text.textContent !== m.text) { text.textContent = ''; words(text, m); }
        const waiting = items.find((i) => i.node === mine);
        if (waiting) delivered(waiting);
        continue;
      }
      if (seen.has(m.n)) continue;
      seen.add(m.n);
      const node = message(m);
      const newest = Number((log.lastElementChild || { dataset: {} }).dataset.n) || 0;
      if (m.from !== 'system' && m.n > newest) offer(m.from === 'bot' ? m.buttons : []);
      if (m.from === 'bot' && m.n > newest && (m.buttons || []).length) {
        /* The answers stand outside the log: say with the message that they are there. */
        const many = m.buttons.length;
        node.append(make('p', 'vh hint', 'Alla on ' + many + (many === 1 ? ' vaihtoehto.' : ' vaihtoehtoa.')));
      }
      place(node, m.n);
      if (m.from !== 'client') {
        clearTimeout(slow);
        told = false;
        typing('');
        if (doc.hidden) doc.title = '(' + ++count + ') ' + title;
      }
      first = first || node;
    }
    if (!first) return;
    /* A long reply may come in pieces: whoever was just led to its beginning
       reads on from there and needs no button. */
    if (stay) follow(first);
    else if (!unread && (scrollY !== led || Date.now() - ledAt > 3000)) { unread = first; fresh.hidden = false; }
  }

  function number(node, n) {
    if (seen.has(n) || node.dataset.n) return;
    seen.add(n);
    node.dataset.n = n;
  }

  function after() {
    while (seen.has(base + 1)) base += 1;
    return base;
  }

  /* ---- sending: one at a time, in order, the same id until it is stored ---- */

  const items = []; /* waiting or failed */
  let busy = false;
  let slow = 0;

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (
      c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16));
  }

  async function ask(method, path, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 30000);
    try {
      const answer = await fetch(path, {
        method,
        signal: stop.signal,
        headers: Object.assign({ Accept: 'application/json', 'Content-Type': 'application/json' },
          framed && { 'X-Polku-Frame': '1' }, token && { Authorization: 'Bearer ' + token }),
        body: body && JSON.stringify(body),
      });
      let data = {};
      try { data = await answer.json(); } catch (e) { /* an empty or foreign body */ }
      return { ok: answer.ok, status: answer.status, data, wait: Number(answer.headers.get('Retry-After')) };
    } finally { clearTimeout(timer); }
  }

  async function start() {
    const greeted = log.querySelectorAll('[data-n]');
    const answer = await ask('POST', '/api/chats', {});
    if (!answer.ok) return answer;
    chat = answer.data.chat;
    token = answer.data.token || '';
    /* The page showed the greeting already; give it its number. */
    seen.clear();
    (answer.data.messages || []).forEach((m, i) => {
      seen.add(m.n);
      if (greeted[i]) greeted[i].dataset.n = m.n;
      else log.insertBefore(message(m), log.querySelector('.client'));
    });
    $('poista').hidden = $('talleta').hidden = false;
    listen();
    return answer;
  }

  function add(text, payload) {
    const id = uuid();
    form.elements.id.value = id;
    const node = message({ from: 'client', text, id });
    /* aria-live off: the log speaks a message once, not each of its states. */
    const mark = make('p', 'state', SENDING);
    mark.setAttribute('aria-live', 'off');
    log.querySelectorAll('.msg:not(.failed) > .state').forEach((old) => { if ([SENT, has].includes(old.textContent)) old.remove(); });
    node.append(mark);
    const item = { id, text, payload, node, mark, waits: true };
    offer([]);
    log.append(node);
    seenAll();
    scrollBy(0, below());
    items.push(item);
    pump();
  }

  function delivered(item) {
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
    item.waits = false;
    state(item, SENT);
    reached();
  }

  function failed(item, answer) {
    const code = answer && answer.status;
    const text = answer && answer.data.error && answer.data.error.message;
    item.waits = false;
    say('');
    complain(text || 'Viesti ei lähtenyt. Yritä uudelleen.');
    if (code === 409 || ((code === 400 || code === 413) && !box.value)) {
      /* Refused as it is: give the words back to be changed. */
      items.splice(items.indexOf(item), 1);
      item.node.remove();
      if (!item.payload) box.value = item.text;
      measure();
      return;
    }
    item.lost = !code || code > 501;
    state(item, FAILED);
    if (code === 429 && answer.wait > 0) setTimeout(retry, answer.wait * 1000, item);
  }

  function retry(item) {
    if (item.waits || !items.includes(item)) return;
    item.waits = true;
    item.lost = false;
    complain('');
    if (item.node !== log.lastElementChild) log.append(item.node);
    state(item, SENDING);
    pump();
  }

  /* The server answers again: what did not reach it goes now, by itself. */
  function back() { items.filter((i) => i.lost).forEach(retry); }

  /* The way without script: the server sorts out what this page cannot. */
  async function hand(item) {
    /* The chat of this page is gone, and with it the proof in its forms. */
    try {
      const page = await (await fetch('/', framed ? { headers: { 'X-Polku-Frame': '1' } } : {})).text();
      form.elements.csrf.value = /name="csrf" value="(\w+)"/.exec(page)[1];
    } catch (e) { /* the server tells what is wrong */ }
    form.elements.id.value = item.id;
    box.value = item.payload ? '' : item.text;
    if (item.payload) {
      const field = make('input');
      field.type = 'hidden';
      field.name = 'payload';
      field.value = item.payload;
      form.append(field);
    }
    form.dataset.handed = 'yes';
    form.submit();
  }

  async function pump() {
    if (busy) return;
    busy = true;
    for (let item; (item = items.find((i) => i.waits));) {
      slow = setTimeout(typing, 600, 'bot');
      let answer = null;
      try {
        state(item, SENDING);
        if (!chat) answer = await start();
        if (chat) {
          const body = item.payload ? { id: item.id, payload: item.payload } : { id: item.id, text: item.text };
          answer = await ask('POST', '/api/chats/' + chat + '/messages', body);
        }
      } catch (e) { answer = null; }
      clearTimeout(slow);
      told = false;
      if (answer && answer.ok) {
        delivered(item);
        /* The server has it all: if an answer cannot be shown here, show its page. */
        try { receive(answer.data.messages, item); } catch (e) { location.reload(); return; }
        if (status.textContent === SENDERS.bot + ' kirjoittaa.') say('');
      } else if (answer && [401, 403, 404].includes(answer.status)) {
        hand(item);
        return;
      } else if (answer || navigator.onLine) {
        if (item.waits) failed(item, answer);
      } else break;
    }
    busy = false;
    online();
  }

  function online() {
    const waiting = items.filter((i) => i.waits);
    if (navigator.onLine) { if (status.textContent.startsWith('Ei verkkoa')) say(''); return; }
    waiting.forEach((i) => state(i, WAITS));
    say(waiting.length ? WAITS : 'Ei verkkoa.');
  }

  addEventListener('offline', online);
  addEventListener('online', () => {
    online();
    items.forEach(retry);
    pump();
    listen();
  });

  /* ---- listening ---- */

  let up = false;
  let warned = false;

  function listen() {
    if (!chat || !window.EventSource || (stream && stream.readyState < 2)) return;
    stream = new EventSource('/api/chats/' + chat + '/events?after=' + after());
    stream.onopen = () => { up = true; back(); };
    stream.onerror = () => {
      up = false;
      /* Refused, though the chat is there: no cookie came with it. */
      if (token && stream.readyState > 1 && !warned) {
        warned = true;
        log.append(message({ from: 'system', text: GONE }));
      }
    };
    stream.addEventListener('message', (e) => { up = true; receive([JSON.parse(e.data)]); });
    stream.addEventListener('handoff', (e) => handoff(JSON.parse(e.data)));
    /* What this page asks is answered in a moment: only a slow answer is told of. */
    stream.addEventListener('typing', (e) => {
      const who = JSON.parse(e.data).from;
      if (who !== 'bot' || !busy) typing(who);
    });
  }

  /* While the stream is down: ask every ten seconds, and try the stream again. */
  setInterval(async () => {
    pump();
    if (up || doc.hidden || !navigator.onLine || !(chat || items.some((i) => i.lost))) return;
    try {
      const answer = await ask('GET', chat ? '/api/chats/' + chat + '/messages?after=' + after() : '/healthz');
      /* The chat is gone: nothing more comes, and the next message opens a new page. */
      if ([401, 403, 404].includes(answer.status)) { up = true; return; }
      if (!answer.ok) return;
      receive(answer.data.messages);
      if (answer.data.handoff) handoff(answer.data.handoff);
    } catch (e) { return; }
    back();
    listen();
  }, 10000);

  /* ---- hands ---- */

  /* A double tap must not send twice, nor complain about the empty box, nor
     press the answer that has just come under the finger. */
  let last = '';
  let lastAt = -1e4;
  function again(key, now) {
    const same = key === last && now - lastAt < 800;
    last = key;
    lastAt = now;
    return same;
  }
  choices.addEventListener('click', (e) => { if (e.detail > 1) e.preventDefault(); });

  doc.addEventListener('submit', (e) => {
    if (e.target.getAttribute('action') !== '/viesti') return;
    const button = e.submitter;
    const now = e.timeStamp;
    if (button && button.name === 'payload') {
      const chosen = choices.contains(button);
      if (chosen || !again(button.value, now)) add(button.textContent, button.value);
      if (chosen) choices.focus({ preventScroll: true });
    } else {
      const text = box.value.trim();
      if (!text) {
        if (!again('', now)) refuse('Kirjoita ensin viesti.');
      } else if (measure() < 0) {
        refuse('Viesti on liian pitkä. Poista siitä osa.');
      } else {
        again('', now);
        complain('');
        add(text, '');
        box.value = '';
        measure();
        box.focus();
      }
    }
    e.preventDefault();
  });

  /* With a keyboard Enter sends. On a touch screen Enter breaks the line: the
     key is too close to the letters for a hand that shakes. */
  box.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    if (matchMedia('(pointer: coarse)').matches || !form.requestSubmit) return;
    e.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener('input', () => {
    measure();
    writes();
    if (error.textContent) complain('');
  });

  const skip = doc.querySelector('.skip');
  skip.addEventListener('click', (e) => {
    /* No new entry in the history: Back has less to show. */
    e.preventDefault();
    box.focus();
  });

  measure();
  if (error.textContent) box.focus();
  online();
  listen();
  if (chat && !location.hash && !scrollY) {
    const m = $('uusin');
    if (m) follow(m);
  }
})();
