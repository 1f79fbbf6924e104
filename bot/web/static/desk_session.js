/* Warns before the session ends. The button works without this script too. */
"use strict";
const end = document.getElementById("loppu");
const warning = document.getElementById("varoitus");
if (end && warning) {
  const ends = Date.now() + Number(end.dataset.seconds) * 1000;
  const said = new Set();
  setInterval(() => {
    const left = Math.ceil((ends - Date.now()) / 60000);
    for (const minutes of [5, 2]) {
      if (left <= minutes && left > 0 && !said.has(minutes)) {
        said.add(minutes);
        warning.textContent =
          `Istunto päättyy ${left} minuutin kuluttua. Paina Jatka istuntoa, niin pysyt sisällä.`;
      }
    }
    if (left <= 0 && !said.has(0)) {
      said.add(0);
      warning.textContent = "Istunto on päättynyt. Ota tekstisi talteen. Kirjaudu uudelleen.";
    }
  }, 10000);
}
