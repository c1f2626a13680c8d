// Tests, approval, sending, progress; without it the pages still work by plain forms.
(() => {
  "use strict";

  // Enter in a search within a larger form finds, and does not send the form off.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && event.target.dataset?.enter;
    if (!button) return;
    event.preventDefault();
    document.getElementById(button)?.click();
  });

  // A search within a form is no sending of it: desk.js would hold the next one back.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.formNoValidate) delete event.target.dataset.sent;
  });

  // The fields for a time are there for a time only.
  const when = () => {
    for (const form of document.querySelectorAll("form[data-send]")) {
      const later = form.querySelector(".later");
      later.hidden = form.elements.when.value !== "later";
      form.elements.at.required = !later.hidden;
    }
  };

  // The button wakes up with the right number; the server looks at it again.
  const count = () => {
    for (const field of document.querySelectorAll("input[data-count]")) {
      const typed = field.value.replace(/[\s,.'’]/g, "");
      const button = field.form.querySelector("button.primary");
      button.toggleAttribute("aria-disabled", false);
      button.classList.toggle("asleep", typed !== field.dataset.count);
    }
  };
  document.addEventListener("input", () => { when(); count(); });

  // The countdown of the undo window.
  const tick = () => {
    for (const one of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.round((new Date(one.dataset.until) - Date.now()) / 1000));
      const minutes = Math.floor(left / 60);
      one.textContent = left >= 60 ? `${minutes}:${String(left % 60).padStart(2, "0")} minutes` : `${left} second${left === 1 ? "" : "s"}`;
    }
  };
  setInterval(tick, 1000);

  // What was opened, typed or focused stays so when the part is drawn anew; a state that changed is spoken.
  let before = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = document.getElementById("progress");
    if (!part || event.detail.target !== part || event.detail.xhr.status === 204) return;
    if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) {
      event.detail.shouldSwap = false;
      return;
    }
    const focus = document.activeElement;
    const form = focus && part.contains(focus) ? focus.closest("form") : null;
    before = {
      state: part.dataset.state,
      open: [...part.querySelectorAll("details[data-keep][open]")].map((one) => one.id),
      form: form?.getAttribute("action"),
      summary: focus?.matches("#progress summary") ? focus.parentElement.id : null,
    };
  });
  document.addEventListener("htmx:afterSettle", () => {
    const part = document.getElementById("progress");
    if (!part || !before) return;
    for (const id of before.open) document.getElementById(id)?.setAttribute("open", "");
    if (before.form) part.querySelector(`form[action="${before.form}"] button`)?.focus();
    if (before.summary) document.getElementById(before.summary)?.querySelector("summary")?.focus();
    if (before.state !== part.dataset.state) {
      document.getElementById("spoken").textContent = `${part.dataset.state}: ${part.dataset.done} of ${part.dataset.of} done.`;
    }
    before = null;
    tick();
  });

  document.addEventListener("DOMContentLoaded", () => {
    when();
    count();
    tick();
  });
})();
