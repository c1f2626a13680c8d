// Forms of items: entries that are added, moved and removed, lengths that are told, reader fields from a menu.
(() => {
  "use strict";

  const changed = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));

  // Entries: each sort has its blank one in a <template>; KEY in its names becomes a key that no other entry has.
  function addEntry(button) {
    const field = button.closest(".as-entries");
    const template = field.querySelector(`template[data-sort="${button.dataset.sort}"]`);
    const copy = template.content.cloneNode(true);
    const key = `n${Date.now().toString(36)}`;
    const prefix = `${template.dataset.entry}.KEY`;
    for (const element of [...copy.querySelectorAll("*")]) {
      for (const attribute of [...element.attributes]) {
        if (attribute.value.includes(prefix)) attribute.value = attribute.value.replaceAll(prefix, `${template.dataset.entry}.${key}`);
      }
      if (element.value === "KEY") element.value = key;
      if (element.dataset.entryKey === "KEY") element.dataset.entryKey = key;
    }
    const rows = field.querySelector(".entries-rows");
    rows.append(copy);
    const entry = rows.lastElementChild;
    document.dispatchEvent(new CustomEvent("desk:fields", { detail: { within: entry } }));
    entry.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    changed(field);
  }

  function moveEntry(button) {
    const entry = button.closest(".entry");
    const by = Number(button.dataset.entryBy);
    const other = by < 0 ? entry.previousElementSibling : entry.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(entry); else other.after(entry);
    button.focus();
    changed(entry);
  }

  function dropEntry(button) {
    const entry = button.closest(".entry");
    const field = entry.closest(".as-entries");
    const next = entry.nextElementSibling || entry.previousElementSibling;
    entry.remove();
    (next?.querySelector("[data-entry-drop]") || field.querySelector("[data-add]"))?.focus();
    changed(field);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) { event.preventDefault(); addEntry(button); }
    if (button.dataset.entryBy) { event.preventDefault(); moveEntry(button); }
    if (button.dataset.entryDrop !== undefined) { event.preventDefault(); dropEntry(button); }
  });

  // A translation begins with the text of the issue; the browser's own Undo takes it back.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const area = document.getElementById(button.dataset.copy);
    const text = button.closest(".field").querySelector(".original-text").dataset.text;
    area.focus();
    area.select();
    if (!document.execCommand("insertText", false, text)) { area.value = text; changed(area); }
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
  });

  // What an inbox on a phone shows of subject and preheader (newsletter.checks counts the same way).
  const FITS = { subject: 60, preheader: 110 };
  function length(input) {
    const place = document.getElementById(`l-${input.name}`);
    if (!place) return;
    const said = input.value.replace(/\{\{[^{}|]*(?:\|([^{}]*))?\}\}/g, "$1").trim();
    const count = [...said].length;
    const most = FITS[input.dataset.length];
    place.textContent = !count ? "" : count > most
      ? `${count} characters: a phone shows about ${most} of them`
      : `${count} characters, of about ${most} that a phone shows`;
    place.classList.toggle("over", count > most);
  }

  // Reader fields that may stand in a line.
  const READER_FIELDS = [["first_name|friend", "First name"], ["last_name|", "Last name"], ["name|friend", "Whole name"]];
  function menu(input) {
    if (input.dataset.menu) return;
    input.dataset.menu = "true";
    const select = document.createElement("select");
    select.className = "reader-fields small";
    select.setAttribute("aria-label", `Insert something of the reader into: ${input.labels[0]?.firstChild.textContent.trim()}`);
    select.append(new Option("Insert …", ""));
    const known = [...document.querySelectorAll("#reader-fields option")].map((one) => [`${one.value}|`, one.textContent]);
    for (const [value, label] of known.length ? known.filter(([value]) => value !== "local_time|") : READER_FIELDS) select.append(new Option(label, value));
    select.addEventListener("change", () => {
      if (!select.value) return;
      const [name, otherwise] = select.value.split("|");
      input.focus();
      const text = `{{${name}|${otherwise || "friend"}}}`;
      input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
      select.value = "";
      changed(input);
    });
    input.after(select);
  }

  function prepare(within) {
    for (const input of within.querySelectorAll("[data-length]")) length(input);
    for (const input of within.querySelectorAll("input[data-fields]")) menu(input);
  }
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.length) length(event.target);
  });
  document.addEventListener("desk:fields", (event) => prepare(event.detail.within));
  document.addEventListener("DOMContentLoaded", () => prepare(document));

  // A new item that is not added yet is kept in this browser.
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-draft]");
    if (!form) return;
    const name = `desk:draft:${form.dataset.draft}`;
    const kept = localStorage.getItem(name);
    const isFresh = !document.querySelector(".problem");
    if (kept && isFresh) {
      const fields = JSON.parse(kept).filter(([key]) => key !== "after");
      if (fields.some(([, value]) => value.trim())) restore(form, fields);
    }
    form.addEventListener("input", () => localStorage.setItem(name, JSON.stringify(texts(form))));
    form.addEventListener("submit", () => localStorage.removeItem(name));
  });

  function texts(form) {
    return [...new FormData(form)].filter(([key, value]) => key !== "csrfmiddlewaretoken" && typeof value === "string");
  }

  function restore(form, fields) {
    for (const [key, value] of fields) {
      if (key.endsWith(".do")) form.querySelector(`[data-add="${key.split(".")[0]}"][data-sort="${value}"]`)?.click();
    }
    const keys = new Map();
    for (const row of form.querySelectorAll("[data-entry-key]")) {
      const field = row.querySelector("input[type=hidden]").name;
      const old = fields.filter(([key]) => key === field).map(([, value]) => value);
      keys.set(`${field}.${old[[...form.querySelectorAll(`input[name="${field}"]`)].findIndex((one) => row.contains(one))]}`, `${field}.${row.dataset.entryKey}`);
    }
    for (const [key, value] of fields) {
      const parts = key.split(".");
      const name = parts.length > 2 ? [keys.get(parts.slice(0, 2).join(".")), ...parts.slice(2)].join(".") : key;
      if (name.endsWith(".do") || keys.has(`${key}.${value}`)) continue;
      const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      const box = inputs.find((one) => one.type === "checkbox" && one.value === value);
      if (box) box.checked = true;
      else if (inputs[0] && inputs[0].type !== "checkbox") inputs[0].value = value;
    }
    prepare(form);
    window.desk?.say("What you typed before is here again.");
  }
})();
