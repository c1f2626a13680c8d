// The page of an issue: what is typed is kept in this browser, saved a second later, and sent again once a lost
// connection is back. One request is under way at a time, so that saves arrive in the order of typing.
(() => {
  "use strict";

  const root = document.querySelector(".editor");
  if (!root) return;
  // `address` is the page of what is written: of the issue itself, or of its translation into `language`.
  const { address, issue, slug, language } = root.dataset;
  const mayEdit = root.dataset.mayEdit !== undefined;
  const byId = (id) => document.getElementById(id);
  const told = (words) => { byId("told").textContent = words; };
  const REST = 1000; // milliseconds after the last keystroke
  const RETRIES = [2000, 4000, 8000, 15000];

  // ---- What is not saved yet -------------------------------------------------------------------------------------
  // A draft is {fields, base, serial, held}: what stands in the form of one item, and the revision from which it was
  // typed. It lies in localStorage until the server has it, by tab, issue and item (of a translation: item@language);
  // those of tabs that are closed are sent when the issue is opened again, in whichever language. `held`: the server has seen it, and said what is wrong or in conflict.

  // A page that is loaded anew is the same tab, though the lock of its former self may not be gone yet.
  const again = performance.getEntriesByType("navigation")[0]?.type === "reload" && sessionStorage.getItem("desk-tab");
  const tab = again || Math.random().toString(36).slice(2);
  sessionStorage.setItem("desk-tab", tab);
  const prefix = `desk:${root.dataset.account}:${slug}:`;
  const drafts = new Map();
  let serial = 0;

  const nameOf = (item) => language ? `${item}@${language}` : item;
  const placeOf = (key) => {
    const [item, other] = key.split("@");
    return `${issue}${other ? `in/${other}/` : ""}items/${encodeURIComponent(item)}/`;
  };
  const stored = (key) => `${prefix}${tab}:${key}`;
  function keep(key, draft) {
    drafts.set(key, draft);
    try { localStorage.setItem(stored(key), JSON.stringify(draft)); } catch { /* full or forbidden: it is still in memory */ }
  }
  function forget(key) {
    drafts.delete(key);
    try { localStorage.removeItem(stored(key)); } catch { /* as above */ }
  }

  async function adopt() {
    const found = [];
    const open = navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(prefix)) continue;
      const [owner, ...rest] = name.slice(prefix.length).split(":");
      const key = rest.join(":");
      if (drafts.has(key) || (owner !== tab && open.includes(`desk-tab-${owner}`))) continue;
      const draft = JSON.parse(localStorage.getItem(name));
      localStorage.removeItem(name);
      keep(key, { ...draft, serial: ++serial, held: false });
      found.push(key);
    }
    if (!found.length) return;
    state("Sending what was not saved yet …", "busy");
    for (const key of found) if (key !== shownName()) due(key, 0);
    if (found.includes(shownName())) await reshow(shownName());
  }
  navigator.locks?.request(`desk-tab-${tab}`, () => new Promise(() => {}));

  // ---- Saved state -----------------------------------------------------------------------------------------------
  function state(words, kind = "") {
    const place = byId("state");
    place.textContent = words;
    place.dataset.kind = kind;
  }

  // ---- One request at a time -------------------------------------------------------------------------------------
  let chain = Promise.resolve();
  function inTurn(work) {
    const run = chain.then(work);
    chain = run.catch(() => {});
    return run;
  }
  class Lost extends Error {}
  class SignedOut extends Error {}
  class Refused extends Error {}

  let token = document.body.getAttribute("hx-headers") ? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] : "";
  async function ask(url, fields, { accept = "application/json", again = true } = {}) {
    let answer;
    const headers = { Accept: accept, "HX-Request": "true" };
    if (fields) headers["X-CSRFToken"] = token;
    try {
      answer = await fetch(url, {
        method: fields ? "POST" : "GET",
        body: fields ? new URLSearchParams(fields) : undefined,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(20000),
      });
    } catch {
      throw new Lost();
    }
    if (answer.type === "opaqueredirect" || answer.headers.get("HX-Redirect")) throw new SignedOut();
    if (answer.status === 403 && fields && again) {
      await freshToken();
      return ask(url, fields, { accept, again: false });
    }
    if (answer.status >= 500) throw new Lost(String(answer.status));
    if (!answer.ok && ![409, 422].includes(answer.status)) throw new Refused(String(answer.status));
    return answer;
  }
  async function freshToken() {
    const page = await (await ask(`${address}items/`)).text();
    token = new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value || token;
  }

  function trouble(error) {
    if (error instanceof SignedOut) {
      state("Not saved: you are signed out. Sign in again in another tab; what you typed is kept in this browser.", "bad");
    } else if (error instanceof Refused) {
      state(`Not saved: the server refused it (${error.message}). What you typed is kept in this browser.`, "bad");
    } else if (error instanceof Lost && error.message) {
      state(`Not saved: the server had a fault (${error.message}). It is tried again; what you typed is kept in this browser.`, "bad");
    } else if (error instanceof Lost) {
      state("No connection: what you typed is kept in this browser, and sent once it is back.", "bad");
    } else {
      throw error;
    }
    told(byId("state").textContent);
  }

  // ---- Saving ----------------------------------------------------------------------------------------------------
  const form = () => byId("form");
  const shownKey = () => root.querySelector(".part")?.dataset.key;
  const shownName = () => shownKey() && nameOf(shownKey());
  const timers = new Map();
  let failures = 0;

  function snapshot() {
    return [...new FormData(form())].filter(([name, value]) => name !== "csrfmiddlewaretoken" && name !== "base" && typeof value === "string");
  }

  function typed() {
    if (!form()) return;
    const key = shownName();
    const before = drafts.get(key);
    keep(key, { fields: snapshot(), base: before?.base ?? form().elements.base.value, serial: ++serial, held: false });
    state("Not saved yet …", "busy");
    due(key, REST);
  }

  function due(key, wait) {
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => { timers.delete(key); inTurn(() => send(key)); }, wait));
  }

  function flush() {
    for (const [key, draft] of drafts) if (!draft.held) { clearTimeout(timers.get(key)); timers.delete(key); inTurn(() => send(key)); }
    return chain;
  }

  async function send(key) {
    const draft = drafts.get(key);
    if (!draft || draft.held) return;
    if (shownName() === key && form()) {
      if (form().inert) return; // reshow sends it
      draft.fields = snapshot();
    }
    if (shownName() === key && unfinished().length) return wrongHere(key, draft);
    const sent = draft.serial;
    state("Saving …", "busy");
    let answer, said;
    try {
      answer = await ask(`${placeOf(key)}save/`, [["base", draft.base], ...draft.fields]);
      said = await answer.json();
    } catch (error) {
      trouble(error instanceof SyntaxError ? new Lost() : error);
      if (!(error instanceof Refused)) due(key, RETRIES[Math.min(failures++, RETRIES.length - 1)]);
      return;
    }
    failures = 0;
    if (said.gone) return gone(key, draft, said);
    if (said.removed) return removed(key, draft, said);
    settle(key, sent, said);
  }

  // Dates that are typed half: the browser tells no text of them.
  const unfinished = () => [...(form()?.querySelectorAll("input") || [])].filter((input) => input.validity.badInput);
  function wrongHere(key, draft) {
    for (const input of unfinished()) {
      const place = input.closest(".field").querySelector(".wrong");
      place.textContent = "This is not a whole date or time yet.";
      place.hidden = false;
    }
    keep(key, { ...draft, held: true });
    state("Not saved: a date or time is not whole yet.", "bad");
  }

  let acknowledged = 0, counting;
  function settle(key, sent, said) {
    acknowledged += 1;
    const draft = drafts.get(key);
    const newer = draft && draft.serial !== sent;
    const open = Object.keys(said.wrong).length + Object.keys(said.conflicts).length;
    const shown = shownName() === key && form();
    if (shown) form().elements.base.value = said.number;
    for (const [name, one] of Object.entries(said.replaced)) replace(shown, draft, name, one);
    if (shown) { mark(said.wrong); for (const [name, one] of Object.entries(said.conflicts)) conflict(name, one); }
    if (newer || open) keep(key, { ...draft, fields: shown ? snapshot() : draft.fields, base: said.number, held: !newer });
    else forget(key);
    if (!newer) {
      const names = Object.keys(said.wrong).map(labelOf);
      if (Object.keys(said.conflicts).length) state(`Saved ${said.at}, but for what ${Object.values(said.conflicts)[0].who} changed, too: choose below`, "bad");
      else if (names.length) state(`Not saved: ${names.join(", ")}. See what is said beside it. All else was saved ${said.at}.`, "bad");
      else state(`Saved ${said.at}`, "good");
    }
    if (said.title) retitle(key, said.title);
    if (said.changed) {
      saved(said.number);
      if (root.querySelector(".languages ul")) { // how far each translation is; the preview goes first
        clearTimeout(counting);
        counting = setTimeout(refresh, 400);
      }
    }
  }

  function saved(number) {
    root.dataset.number = number;
    document.dispatchEvent(new CustomEvent("desk:saved", { detail: { number } }));
  }

  const fieldOf = (name) => [...(form()?.querySelectorAll("[data-field]") || [])].find((one) => one.dataset.field === name);
  const labelOf = (name) => fieldOf(name)?.querySelector(".own-label, label, legend")?.firstChild.textContent.trim() || name;

  function mark(wrong) {
    for (const field of form().querySelectorAll("[data-field]")) {
      const place = byId(`w-${field.dataset.field}`);
      if (!place) continue;
      const words = wrong[field.dataset.field] || "";
      if (place.textContent !== words) place.textContent = words;
      place.hidden = !words;
      for (const input of field.querySelectorAll(":scope > input, :scope > textarea, :scope > select, :scope > .moment-parts input")) {
        if (words) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      }
    }
  }

  // What others changed meanwhile comes in; where somebody is typing in it right now, it becomes a conflict instead.
  function replace(shown, draft, name, one) {
    if (draft) draft.fields = [...draft.fields.filter(([key]) => key !== name && !key.startsWith(`${name}.`)), ...one.raw];
    const field = shown && fieldOf(name);
    if (field) swap(field, one.html);
  }
  function swap(element, html) {
    const made = document.createRange().createContextualFragment(html).firstElementChild;
    element.replaceWith(made);
    document.dispatchEvent(new CustomEvent("desk:fields", { detail: { within: made.parentElement } }));
    return made;
  }

  // ---- Two people changed one field ------------------------------------------------------------------------------
  function conflict(name, one) {
    const field = fieldOf(name);
    if (!field) return;
    field.querySelector(".conflict")?.remove();
    for (const old of form().querySelectorAll(`input[name="base.${CSS.escape(name)}"]`)) old.remove();
    const box = document.createElement("div");
    box.className = "conflict";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${labelOf(name)}: changed by two people`);
    const words = document.createElement("p");
    words.textContent = `${one.who} changed this, too (saved ${one.at}). What you typed stands above and is not saved yet. Theirs:`;
    const text = document.createElement("pre");
    text.textContent = one.text || "(empty)";
    text.dir = "auto";
    text.tabIndex = 0;
    text.setAttribute("aria-label", `What ${one.who} saved`);
    const base = document.createElement("input");
    base.type = "hidden";
    base.name = `base.${name}`;
    base.value = one.base;
    const mine = button("Keep mine", () => { box.remove(); typed(); due(shownName(), 0); });
    const theirs = button(`Take that of ${one.who}`, () => {
      const made = swap(field, one.theirs);
      made.querySelector("input, textarea, select")?.focus();
      typed();
      due(shownName(), 0);
    });
    const hint = document.createElement("p");
    hint.className = "help";
    hint.textContent = "To join the two, write above what is to stand there, then keep yours.";
    const row = document.createElement("p");
    row.className = "actions";
    row.append(mine, theirs);
    box.append(base, words, text, row, hint);
    field.append(box);
    told(`${labelOf(name)}: ${one.who} changed this, too. Choose which to keep.`);
  }
  function button(label, press) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "small";
    one.textContent = label;
    one.addEventListener("click", press);
    return one;
  }

  function gone(key, draft, said) {
    keep(key, { ...draft, held: true });
    state(`Not saved: ${said.who || "somebody"} took this item out${said.at ? ` (${said.at})` : ""}. What you typed is kept in this browser.`, "bad");
    told(byId("state").textContent);
    if (shownName() !== key || byId("gone")) return;
    const row = document.createElement("p");
    row.id = "gone";
    row.className = "problem";
    row.append("This item is not in the issue any more. ", button("Put it back with what I typed", () => inTurn(async () => {
      await ask(`${issue}put-back/`, [["item", key.split("@")[0]], ["number", draft.base]]).catch(trouble);
      keep(key, { ...drafts.get(key), held: false });
      row.remove();
      await refresh();
      due(key, 0);
    })));
    root.querySelector(".part-head").after(row);
  }

  function removed(key, draft, said) {
    keep(key, { ...draft, held: true });
    state(`Not saved: the translation into ${said.removed} was removed. What you typed is kept in this browser, and sent once the translation is back.`, "bad");
    told(byId("state").textContent);
  }

  // ---- Choosing an item ------------------------------------------------------------------------------------------
  async function show(key, { push = true, focus = "heading", field = "" } = {}) {
    await Promise.race([flush(), new Promise((go) => { setTimeout(go, 300); })]);
    let html, before;
    try {
      do {
        before = acknowledged;
        html = await (await ask(`${address}items/${encodeURIComponent(key)}/`, null, { accept: "text/html" })).text();
      } while (before !== acknowledged);
    } catch (error) {
      window.desk.say(error instanceof Refused ? "This item is not in the issue any more." : "No connection: the item can be opened once it is back.", { kind: "bad" });
      return;
    }
    byId("edit").innerHTML = html;
    if (push) history.pushState({}, "", `?item=${encodeURIComponent(key)}`);
    for (const link of byId("item-list").querySelectorAll("li[data-key] > .item")) {
      if (link.parentElement.dataset.key === key) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
    // Another language opens at the same item.
    for (const link of root.querySelectorAll(".languages li a")) link.search = `?item=${encodeURIComponent(key)}`;
    if (!wide()) pane("edit");
    if (drafts.has(nameOf(key))) await reshow(nameOf(key)); else shown();
    if (field) jump(field); else if (focus === "heading") byId("part-heading")?.focus();
  }
  function shown() {
    document.dispatchEvent(new CustomEvent("desk:fields", { detail: { within: byId("edit") } }));
    document.dispatchEvent(new CustomEvent("desk:part", { detail: { key: shownKey() } }));
  }
  // The form with what was typed and is not saved.
  async function reshow(key) {
    const draft = drafts.get(key);
    if (!form() || shownName() !== key || !draft) return;
    form().inert = true; // it shows something else until the answer is here
    try {
      const html = await (await ask(form().dataset.shape, [["base", draft.base], ...draft.fields], { accept: "text/html" })).text();
      if (shownName() !== key) return;
      form().outerHTML = html;
    } catch (error) {
      trouble(error);
      setTimeout(() => reshow(key), 3000);
      return;
    }
    shown();
    drafts.get(key) && keep(key, { ...drafts.get(key), held: false });
    due(key, 0);
  }
  function jump(name) {
    const plain = name.replace(/\[(\d+)\]/g, (_, number) => `.${number - 1}`);
    const spot = byId(`f-${plain}`) || byId(`f-${plain}.day`) || fieldOf(plain.split(".")[0])?.querySelector("input:not([type=hidden]), textarea, select");
    (spot || byId("part-heading"))?.focus();
    spot?.scrollIntoView({ block: "center" });
  }

  function retitle(name, title) {
    const [key, other = ""] = name.split("@");
    if (other !== language) return;
    const link = byId("item-list").querySelector(`li[data-key="${CSS.escape(key)}"] .item-title`);
    if (!key.startsWith("~")) {
      if (link && link.textContent !== title) link.textContent = title;
      if (shownKey() === key && !language) byId("part-heading").textContent = title;
    } else if (key === "~front" && !language) root.querySelector("h1").textContent = title;
  }

  // ---- The list --------------------------------------------------------------------------------------------------
  async function refresh() {
    const asked = shownKey();
    const inside = document.activeElement?.closest("#item-list li")?.dataset.key;
    try {
      byId("item-list").innerHTML = await (await ask(`${address}items/?item=${encodeURIComponent(shownKey() || "")}`, null, { accept: "text/html" })).text();
    } catch { return; }
    languages(byId("item-list").querySelector(".languages"));
    const fresh = byId("part-state");
    fresh?.remove();
    for (const one of asked === shownKey() && fresh ? fresh.children : []) {
      const now = root.querySelector(`.part .${one.classList[one.classList.length - 1]}`);
      if (now && now.innerHTML !== one.innerHTML && !now.contains(document.activeElement)) now.innerHTML = one.innerHTML;
    }
    listed();
    if (inside) linkOf(inside)?.focus();
  }
  function languages(fresh) {
    const now = root.querySelector(":scope > .languages");
    fresh?.remove();
    if (!now || !fresh || now.innerHTML === fresh.innerHTML) return;
    const focused = now.contains(document.activeElement) && document.activeElement.getAttribute("href");
    now.replaceWith(fresh);
    if (focused) [...fresh.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused)?.focus();
  }
  const linkOf = (key) => byId("item-list").querySelector(`li[data-key="${CSS.escape(key)}"] > .item`);
  function listed() {
    const list = byId("sorted");
    if (list && mayEdit && window.Sortable) {
      new window.Sortable(list, { handle: ".grip", animation: 120, onEnd: (event) => {
        if (event.oldIndex !== event.newIndex) place(event.item.dataset.key);
      } });
    }
    document.dispatchEvent(new CustomEvent("desk:listed"));
  }
  // Sends where the item stands now in the list.
  function place(key) {
    const rows = [...byId("sorted").children];
    const to = rows.findIndex((row) => row.dataset.key === key);
    steps();
    told(`${linkOf(key).querySelector(".item-title").textContent}: now ${to + 1} of ${rows.length}`);
    state("Saving …", "busy");
    return inTurn(async () => {
      try {
        const said = await (await ask(`${issue}move/`, [["item", key], ["to", to]])).json();
        state(`Saved ${said.at}`, "good");
        saved(said.number);
      } catch (error) {
        state(error instanceof Lost ? "No connection: the item was not moved." : "Not saved: the item was not moved.", "bad");
        await refresh();
      }
    });
  }
  function steps() {
    const rows = [...byId("sorted").children];
    rows.forEach((row, index) => {
      for (const one of row.querySelectorAll("[data-by]")) one.disabled = index + Number(one.dataset.by) < 0 || index + Number(one.dataset.by) >= rows.length;
    });
  }
  function moveBy(row, by, focus) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row); else other.after(row);
    place(row.dataset.key);
    const spot = focus && !focus.disabled ? focus : linkOf(row.dataset.key);
    spot.focus();
  }

  async function act(kind, item) {
    await flush();
    await inTurn(async () => {
      try {
        const said = await (await ask(`${issue}${kind}/`, [["item", item]])).json();
        saved(said.number);
        state(`Saved ${said.at}`, "good");
        if (kind === "remove") {
          const title = byId("part-heading").textContent;
          const next = linkOf(item)?.parentElement.nextElementSibling?.dataset.key || linkOf(item)?.parentElement.previousElementSibling?.dataset.key || "~front";
          forget(item);
          for (const name of [...drafts.keys()]) if (name.startsWith(`${item}@`)) forget(name);
          await show(next);
          undo(title, item, said.number - 1);
        } else await show(said.item);
        await refresh();
      } catch (error) { trouble(error); }
    });
  }
  function undo(title, item, number) {
    byId("undo")?.remove();
    const row = document.createElement("p");
    row.id = "undo";
    row.className = "undo";
    row.setAttribute("role", "status");
    row.append(`“${title}” is deleted. `, button("Undo", () => inTurn(async () => {
      try {
        const said = await (await ask(`${issue}put-back/`, [["item", item], ["number", number]])).json();
        row.remove();
        saved(said.number);
        state(`Saved ${said.at}`, "good");
        await show(item);
        await refresh();
      } catch (error) { trouble(error); }
    })));
    byId("edit").prepend(row);
    row.querySelector("button").focus();
  }

  // Says that what is shown is translated as it stands.
  async function finish(address) {
    await flush();
    await inTurn(async () => {
      try {
        const said = await (await ask(address, [])).json();
        saved(said.number);
        state(`Saved ${said.at}`, "good");
        await show(shownKey(), { push: false });
        await refresh();
      } catch (error) { trouble(error); }
    });
  }
  // Another language is a page of its own: what is typed is saved before it opens.
  async function leave(link) {
    state("Saving …", "busy");
    await Promise.race([flush(), new Promise((go) => { setTimeout(go, 3000); })]);
    location.assign(link.href);
  }

  // ---- Panes and keys --------------------------------------------------------------------------------------------
  const wide = () => matchMedia("(min-width: 1081px)").matches;
  function pane(name, focus = false) {
    root.dataset.pane = name;
    for (const one of root.querySelectorAll("[data-show]")) one.setAttribute("aria-pressed", String(one.dataset.show === name));
    if (!focus) return;
    const spot = { items: linkOf(shownKey()) || byId("items-heading"), edit: byId("part-heading"), preview: byId("preview"), checks: byId("checks-heading") }[name];
    if (!spot.matches("a, button")) spot.tabIndex = -1;
    spot.focus();
  }
  document.addEventListener("desk:pane", (event) => pane(event.detail, true));

  // Whether a finding is of the language that is written; else its link leads to the page of its own.
  const tongues = (find) => !find.dataset.languages || find.dataset.languages.split(" ").includes(root.dataset.tongue);
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a.item");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      show(link.parentElement.dataset.key);
    }
    const other = event.target.closest(".languages a");
    if (other && !event.ctrlKey && !event.metaKey && !event.shiftKey && [...drafts.values()].some((one) => !one.held)) {
      event.preventDefault();
      leave(other);
    }
    const by = event.target.closest("[data-by]");
    if (by) { event.preventDefault(); moveBy(by.closest("li"), Number(by.dataset.by), by); }
    const to = event.target.closest("[data-show]");
    if (to) pane(to.dataset.show);
    const find = event.target.closest("[data-jump]");
    if (find && tongues(find)) {
      event.preventDefault();
      const { jump: key, jumpField: field } = find.dataset;
      if (key === shownKey()) { if (!wide()) pane("edit"); jump(field || ""); } else show(key, { field: field || " " });
    }
    if (event.target.closest("#keys-button")) byId("keys").showModal();
  });
  root.addEventListener("submit", (event) => {
    if (event.target.id === "form") { event.preventDefault(); typed(); due(shownName(), 0); }
    if (event.target.dataset.finish !== undefined) { event.preventDefault(); finish(event.target.action); }
    if (event.target.dataset.do) { event.preventDefault(); act(event.target.dataset.do, event.target.elements.namedItem("item").value); }
  });
  root.addEventListener("input", (event) => { if (event.target.closest("#form")) typed(); });
  root.addEventListener("change", (event) => { if (event.target.closest("#form")) typed(); });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("#sorted li");
    if (event.altKey && row && mayEdit && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      moveBy(row, event.key === "ArrowUp" ? -1 : 1, event.target);
    }
    if (event.altKey && ["1", "2", "3", "4"].includes(event.key)) {
      event.preventDefault();
      pane(["items", "edit", "preview", "checks"][event.key - 1], true);
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && form()) { event.preventDefault(); flush(); }
    if (event.key === "Escape" && event.target.closest?.("#form")) { pane("items"); linkOf(shownKey())?.focus(); }
  });
  window.addEventListener("popstate", () => show(new URLSearchParams(location.search).get("item") || "~front", { push: false }));
  window.addEventListener("online", () => { failures = 0; flush(); });
  window.addEventListener("pagehide", () => {
    // Whatever is still to be sent goes along; localStorage has it, should it not arrive.
    for (const [key, draft] of drafts) {
      if (draft.held) continue;
      fetch(`${placeOf(key)}save/`, {
        method: "POST", keepalive: true, headers: { "X-CSRFToken": token, Accept: "application/json" },
        body: new URLSearchParams([["base", draft.base], ...draft.fields]),
      }).catch(() => {});
    }
  });

  // For what stands beside: checks, comments, who else is here (editor-beside.js).
  window.deskEditor = { ask, show, jump, pane, state, told, trouble, refresh, saved, shownKey, shownName, inTurn, flush, drafts, mayEdit, Lost, Refused, SignedOut };
  listed();
  root.querySelector(".languages [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  document.dispatchEvent(new CustomEvent("desk:part", { detail: { key: shownKey() } }));
  if (mayEdit) {
    adopt();
    setTimeout(adopt, 3000); // a tab that was closed just now may have held its drafts a moment longer
  }
})();
