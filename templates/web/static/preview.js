// The preview of an issue: a frame that is drawn anew whenever the issue was saved ("desk:saved" on the document), without
// a flicker: the new frame takes the place of the old one once it is there.
(() => {
  "use strict";
  if (window.desk?.preview) return;

  const WIDE = 720; // the mail on a desktop, with some of the page around it
  const REMARKS = {
    inverted: "Approximate: some programs turn all colours round by themselves, each in its own way.",
    dark: "As in programs that follow the dark colours of the theme, such as Apple Mail.",
    "no-images": "As in programs that load no pictures before they are asked to.",
    text: "The text part, for programs and readers that want no HTML.",
    inbox: "About: each program and font cuts a little earlier or later.",
  };

  function start(root) {
    const form = root.querySelector(".preview-bar");
    const stage = root.querySelector(".preview-stage");
    const note = root.querySelector(".preview-note");
    const choices = root.querySelector("#preview-choices");
    const home = root.dataset.preview;
    let number = root.dataset.number;
    let item = "";
    let known = "";
    let asked = 0;

    const choice = () => new URLSearchParams(new FormData(form));
    const view = () => choice().get("view") || "desktop";

    function address() {
      const query = choice();
      query.set("number", number);
      const hash = item && !["text", "inbox"].includes(view()) ? `#${item}` : "";
      return `${home}mail/?${query}${hash}`;
    }

    // A frame of its own each time: one that goes elsewhere would leave a step behind the browser's Back.
    function show(detail = {}) {
      const turn = ++asked;
      const began = performance.now();
      stage.querySelectorAll("iframe.next").forEach((one) => one.remove());
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "");
      frame.title = "The mail as readers see it";
      const shown = view();
      frame.className = `next ${classes(shown)}`;
      frame.addEventListener("load", () => {
        if (turn !== asked) return;
        for (const one of stage.querySelectorAll("iframe")) if (one !== frame) one.remove();
        frame.classList.remove("next");
        stage.dataset.view = shown;
        document.dispatchEvent(new CustomEvent("desk:shown", { detail: { ...detail, took: performance.now() - began } }));
      }, { once: true });
      frame.src = address();
      stage.append(frame);
      note.textContent = REMARKS[shown] ?? "";
    }

    const classes = (shown) => ["mobile", "text", "inbox"].includes(shown) ? shown : `whole ${shown}`;

    // The mail is as wide as on a desktop, made smaller where there is no room for it.
    function fit() {
      stage.style.setProperty("--scale", String(Math.min(1, stage.clientWidth / WIDE) || 1));
    }

    // Languages, parts of the audience and reader fields change with the issue.
    async function refresh() {
      let answer;
      try {
        answer = await fetch(`${home}?${choice()}`, { headers: { "HX-Request": "true" } });
      } catch {
        return; // the page says elsewhere that there is no connection
      }
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      if (html === known || choices.contains(document.activeElement)) return;
      known = html;
      choices.innerHTML = html;
    }

    // A jump within the mail that is shown; what stands before the items is at its top.
    function jump(key) {
      item = /^[a-z0-9-]+$/.test(key) ? key : "";
      const frame = stage.querySelector("iframe:not(.next)");
      if (!frame || ["text", "inbox"].includes(stage.dataset.view)) return;
      frame.contentWindow.location.replace(new URL(`${frame.src.split("#")[0]}#${item || "top"}`, location.href));
    }

    form.addEventListener("change", () => show());
    form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
    root.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-reader]");
      if (!chosen) return;
      event.preventDefault();
      const select = form.querySelector("#preview-as");
      const option = new Option(chosen.dataset.label, chosen.dataset.reader, true, true);
      select.querySelectorAll("[data-found]").forEach((one) => one.remove());
      option.dataset.found = "";
      select.append(option);
      root.querySelector(".preview-search").open = false;
      select.focus();
      show();
      known = "";
      refreshLater();
    });
    function refreshLater() { setTimeout(refresh, 0); }
    form.addEventListener("change", (event) => { if (event.target.name === "as") { known = ""; event.target.blur(); refresh().then(() => form.querySelector("#preview-as")?.focus()); } });

    document.addEventListener("desk:saved", (event) => {
      number = String(event.detail?.number ?? number);
      show(event.detail ?? {});
      document.addEventListener("desk:shown", refresh, { once: true });
    });
    // Whoever is at an item sees it in the preview.
    const keyOf = (event) => event.target.closest?.("[data-key]")?.dataset.key;
    document.addEventListener("click", (event) => { if (keyOf(event)) jump(keyOf(event)); });
    document.addEventListener("focusin", (event) => { if (keyOf(event)?.match(/^[a-z0-9-]+$/)) item = keyOf(event); });

    const first = document.querySelector(".part[data-key]")?.dataset.key;
    if (first && /^[a-z0-9-]+$/.test(first)) stage.querySelector("iframe").addEventListener("load", () => jump(first), { once: true });

    new ResizeObserver(fit).observe(stage);
    note.textContent = REMARKS[view()] ?? "";
    if (!choices.querySelector("select")) refresh();
    fit();
    window.desk = Object.assign(window.desk ?? {}, { preview: { show, jump } });
  }

  const begin = () => document.querySelectorAll("[data-preview]").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
