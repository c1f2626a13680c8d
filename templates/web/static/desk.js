// What every page of the desk does; without it the pages still work by plain forms.
(() => {
  "use strict";

  const notices = () => document.getElementById("notices");

  // Says something in the corner; `lasting` stays until it is called again with the same name and no words.
  function say(words, { kind = "good", name = "", lasting = false } = {}) {
    const place = notices();
    if (!place) return;
    if (name) place.querySelector(`[data-name="${name}"]`)?.remove();
    if (!words) return;
    const one = document.createElement("p");
    one.className = `notice ${kind}`;
    one.textContent = words;
    if (name) one.dataset.name = name;
    place.append(one);
    if (!lasting) setTimeout(() => one.remove(), 6000);
  }
  window.desk = { say };

  // An answer that is not the part that was asked for: a session that ended, a refusal, a fault, no connection.
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const words = status === 403 ? "You may not do this, or the page is too old: load it anew."
      : status === 409 ? "" : status === 422 || status === 400 ? ""
      : `The server could not do this (${status}). What you typed is still here.`;
    say(words, { kind: "bad", name: "answer" });
  });
  document.addEventListener("htmx:sendError", () => {
    say("No connection to the server. What you typed is kept here and will be sent.", { kind: "bad", name: "connection", lasting: true });
  });
  document.addEventListener("htmx:afterOnLoad", () => say("", { name: "connection" }));

  // Parts that say what is wrong with a form come with 400, 409 or 422, and are shown like others.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([400, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // A form is sent once, however often its button is pressed; the server holds to that, too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent && form.dataset.once !== undefined) { event.preventDefault(); return; }
    form.dataset.sent = "true";
    setTimeout(() => delete form.dataset.sent, 10000);
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const from = document.getElementById(copy.dataset.copy);
      await navigator.clipboard.writeText(from.value ?? from.textContent);
      say("Copied.");
    }
  });

  // "?" lists the keys of the page, where it has any.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "?" && !typing) document.getElementById("keys")?.showModal?.();
  });
})();
