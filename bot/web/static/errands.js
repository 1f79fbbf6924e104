'use strict';
/* Printing needs a script; without one the browser's own menu does it. */
const button = document.getElementById('tulosta');
button.hidden = false;
button.addEventListener('click', () => print());
