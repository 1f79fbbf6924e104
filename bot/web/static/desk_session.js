/* Warns before the session ends, and puts the end off without leaving the page.
   The button works without this script too. */
"use strict";
(() => {
  const end = document.getElementById("loppu");
  const warning = document.getElementById("varoitus");
  if (!end || !warning) return;
  const form = document.getElementById("istunto");
  const again = document.getElementById("sisaan");
  let ends = 0;
  let said = 0;

  const LEFT = { 5: "5 minuutin", 2: "2 minuutin" };

  function start() {
    ends = Date.now() + Number(end.dataset.seconds) * 1000;
  }

  function over() {
    warning.textContent = "Istunto on päättynyt. Tekstisi on vielä tällä sivulla.";
    again.hidden = false;
  }

  function look() {
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) {
      if (said !== "over") over();
      said = "over";
      return;
    }
    /* Ten seconds early, so that two whole minutes are left when it is said. */
    for (const minutes of [2, 5]) {
      if (left > minutes * 60 + 10) continue;
      if (!said || said > minutes) {
        said = minutes;
        warning.textContent =
          `Istunto päättyy noin ${LEFT[minutes]} kuluttua. Paina Jatka istuntoa, niin pysyt sisällä.`;
      }
      return;
    }
  }

  /* The server says anew when the session ends: in a page that desk.js has fetched, too. */
  window.addEventListener("istunto", (e) => {
    const other = e.detail.getElementById("loppu");
    if (!other) return over();
    const before = ends;
    end.textContent = other.textContent;
    end.dataset.seconds = other.dataset.seconds;
    start();
    if (ends < before + 30000) return undefined;
    if (said) warning.textContent = "Istunto jatkuu.";
    again.hidden = true;
    said = 0;
    return undefined;
  });

  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const ask = new XMLHttpRequest();
    ask.open("POST", form.getAttribute("action"));
    ask.responseType = "document";
    ask.timeout = 20000;
    ask.onload = () => {
      const before = ends;
      window.dispatchEvent(new CustomEvent("istunto", { detail: ask.response }));
      /* A session has a longest time, which nothing puts off. */
      if (said && said !== "over" && ends < before + 30000) {
        warning.textContent = "Istuntoa ei voi enää jatkaa. Lähetä tekstisi ja kirjaudu uudelleen.";
      }
    };
    ask.onerror = ask.ontimeout = () => form.submit();
    ask.send(new FormData(form));
  });

  start();
  setInterval(look, 5000);
})();
