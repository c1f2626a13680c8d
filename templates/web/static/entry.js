// Setting up: a colour is picked or typed, and both say the same; focus goes to what is wrong, or to the answer.
(() => {
  "use strict";

  document.documentElement.classList.add("script");

  document.addEventListener("input", (event) => {
    const named = event.target.dataset.colourOf;
    if (named) {
      document.getElementById(named).value = event.target.value;
      return;
    }
    const picker = event.target.id && document.querySelector(`[data-colour-of="${CSS.escape(event.target.id)}"]`);
    if (picker && /^#[0-9a-f]{6}$/i.test(event.target.value)) picker.value = event.target.value;
  }, true);

  const zone = document.getElementById("site-timezone");
  if (zone && !zone.value && zone.closest(".step")) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

  (document.querySelector("[data-first]") ?? document.getElementById("answer"))?.focus();
})();
