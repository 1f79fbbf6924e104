/* The launcher of the chat on other sites:

     <a href="https://polku.example/">Kysy apua</a><script defer src="https://polku.example/embed.js"></script>

   The link works without this script and stays on small screens. On others a
   button takes its place and opens the chat in a panel. Before that nothing is
   loaded and nothing is stored. */
(() => {
  'use strict';
  const doc = document;
  const script = doc.currentScript;
  const name = 'NAME';
  const home = new URL('/', script.src);
  if (doc.getElementById('polku-embed')) return;

  let link = script.previousElementSibling;
  if (!link || link.tagName !== 'A' || new URL(link.href).origin !== home.origin) {
    link = doc.createElement('a');
    link.href = home;
    link.textContent = 'Avaa keskustelu: ' + name;
    script.after(link);
  }
  /* An old browser: the link is enough. */
  if (!window.CSSStyleSheet || !doc.adoptedStyleSheets || !Element.prototype.attachShadow) return;

  const make = (tag, text, attributes) => {
    const node = doc.createElement(tag);
    node.textContent = text;
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    return node;
  };

  const host = make('div', '', { id: 'polku-embed', lang: 'fi' });
  const inside = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; position: absolute; font: 18px/1.4 -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
    :host([hidden]), [hidden] { display: none !important; }
    button { font: inherit; font-weight: 600; min-height: 48px; padding: 8px 20px; border-radius: 14px; cursor: pointer; border: 2px solid #17463a; }
    :focus-visible { outline: 3px solid #a33b00; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
    #open { position: fixed; right: 28px; bottom: 28px; z-index: 2147483000; color: #fffdf8; background: #17463a; border-color: #fffdf8; }
    section { position: fixed; right: 28px; bottom: 92px; z-index: 2147483000; width: min(440px, 45vw); height: min(720px, 100vh - 120px); display: flex; flex-direction: column; background: #f8f3e9; color: #1b2521; border: 2px solid #17463a; border-radius: 16px; overflow: hidden; }
    header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px; padding: 6px 8px 6px 16px; background: #e3ebe4; }
    h2 { font-size: 20px; margin: 0; }
    h2:focus { outline: 0; }
    header button { background: #fffdf8; color: #17463a; }
    iframe { flex: 1; min-height: 0; width: 100%; border: 0; }
    @media (prefers-color-scheme: dark) {
      section { background: #131d1a; color: #f4ecdc; border-color: #8b9a91; }
      header { background: #0c1614; }
    }
  `);
  inside.adoptedStyleSheets = [style];

  const open = make('button', 'Kysy botilta', { id: 'open', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'panel' });
  const panel = make('section', '', { id: 'panel', role: 'dialog', 'aria-labelledby': 'name', hidden: '' });
  const bar = make('header', '');
  const heading = make('h2', name + ', botti', { id: 'name', tabindex: '-1' });
  const close = make('button', 'Sulje', { type: 'button' });
  bar.append(heading, close);
  panel.append(bar);
  inside.append(open, panel);
  link.after(host);

  let frame = null;

  function show() {
    if (!frame) {
      frame = make('iframe', '', { src: home, title: name + ', keskustelu' });
      panel.append(frame);
    }
    panel.hidden = false;
    open.setAttribute('aria-expanded', 'true');
    heading.focus();
  }

  function hide() {
    if (panel.hidden) return;
    panel.hidden = true;
    open.setAttribute('aria-expanded', 'false');
    fit();
    (host.hidden ? link : open).focus();
  }

  open.addEventListener('click', () => (panel.hidden ? show() : hide()));
  close.addEventListener('click', hide);
  panel.addEventListener('keydown', (e) => { if (e.key === 'Escape') hide(); });
  addEventListener('message', (e) => {
    if (frame && e.source === frame.contentWindow && e.origin === home.origin && e.data === 'polku:close') hide();
  });

  /* Too little room for a panel (a phone, or big zoom): the link leads to the full page. */
  const room = matchMedia('(min-width: 641px) and (min-height: 401px)');
  function fit() {
    const roomy = room.matches && outerWidth / innerWidth < 1.9;
    if (!roomy && !panel.hidden) return;
    host.hidden = !roomy;
    /* Its room stays: nothing on the page moves. */
    link.style.visibility = roomy ? 'hidden' : '';
  }
  addEventListener('resize', fit);
  fit();
})();
