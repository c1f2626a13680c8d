// Texts in Markdown (textareas of class "body"): a small toolbar with keys, and what is pasted comes out clean. What a
// button does is typed into the text as by hand, so the browser's own Undo takes it back.
(() => {
  "use strict";
  if (window.desk?.body) return;

  const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
  const FIELDS = [["first_name", "the reader's first name"], ["last_name", "the reader's last name"], ["name", "the reader's whole name"], ["local_time", "an event's time on the reader's own clock"]];
  const TABLE = "| Who | What |\n| --- | --- |\n| … | … |";

  const TOOLS = [
    { name: "bold", label: "Bold", sign: "B", key: "b", run: (area) => around(area, "**", "bold text") },
    { name: "italic", label: "Italic", sign: "I", key: "i", run: (area) => around(area, "*", "italic text") },
    { name: "link", label: "Link", sign: "Link", key: "k", run: link },
    { name: "heading", label: "Heading", sign: "Heading", key: "h", shift: true, run: (area) => prefix(area, "### ", /^#{1,6} /) },
    { name: "list", label: "List", sign: "• List", key: "8", code: "Digit8", shift: true, run: (area) => prefix(area, "- ", /^[-*+] /) },
    { name: "numbers", label: "Numbered list", sign: "Numbered", key: "7", code: "Digit7", shift: true, run: (area) => prefix(area, (at) => `${at + 1}. `, /^\d+[.)] /) },
    { name: "quote", label: "Quote", sign: "Quote", key: "9", code: "Digit9", shift: true, run: (area) => prefix(area, "> ", /^> ?/) },
    { name: "table", label: "Table", sign: "Table", run: (area) => block(area, TABLE, "Who") },
    { name: "field", label: "Reader field", sign: "Reader field", menu: true },
  ];

  // ---- Typing ------------------------------------------------------------------------------------------------------

  // As if `text` had been typed over what stands from `start` to `end`.
  function type(area, start, end, text) {
    area.focus();
    area.setSelectionRange(start, end);
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (done || start === end && !text) return;
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  }

  function around(area, mark, sample) {
    let { selectionStart: start, selectionEnd: end } = area;
    const { value } = area;
    while (start < end && /\s/.test(value[start])) start += 1;
    while (end > start && /\s/.test(value[end - 1])) end -= 1;
    const size = mark.length;
    const chosen = value.slice(start, end);
    const within = chosen.length > 2 * size && chosen.startsWith(mark) && chosen.endsWith(mark);
    const outside = value.slice(start - size, start) === mark && value.slice(end, end + size) === mark
      && !(size === 1 && value[start - 2] === "*" && value[start - 3] !== "*");
    if (within) { type(area, start, end, chosen.slice(size, -size)); area.setSelectionRange(start, end - 2 * size); }
    else if (outside) { type(area, start - size, end + size, chosen); area.setSelectionRange(start - size, end - size); }
    else {
      const text = chosen || sample;
      type(area, start, end, mark + text + mark);
      area.setSelectionRange(start + size, start + size + text.length);
    }
  }

  function link(area) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const chosen = value.slice(start, end);
    const isAddress = /^(https?:\/\/|mailto:|tel:)\S+$/.test(chosen.trim());
    const label = isAddress ? "what it is" : chosen || "what it is";
    const address = isAddress ? chosen.trim() : "https://";
    type(area, start, end, `[${label}](${address})`);
    if (isAddress || !chosen) area.setSelectionRange(start + 1, start + 1 + label.length);
    else area.setSelectionRange(start + label.length + 3, start + label.length + 3 + address.length);
  }

  // Puts `mark` before each line that is chosen; takes it away where all have it.
  function prefix(area, mark, known) {
    const { selectionStart, selectionEnd, value } = area;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const found = value.indexOf("\n", Math.max(selectionEnd - (selectionEnd > selectionStart ? 1 : 0), start));
    const end = found < 0 ? value.length : found;
    const lines = value.slice(start, end).split("\n");
    const has = lines.every((line) => known.test(line) || (!line.trim() && lines.length > 1));
    const any = /^(#{1,6} |[-*+] |\d+[.)] |> ?)/;
    let number = -1;
    const text = lines.map((line) => {
      if (!line.trim() && lines.length > 1) return line;
      number += 1;
      return has ? line.replace(known, "") : (typeof mark === "string" ? mark : mark(number)) + line.replace(any, "");
    }).join("\n");
    type(area, start, end, text);
    if (selectionStart === selectionEnd) area.setSelectionRange(start + text.length, start + text.length);
    else area.setSelectionRange(start, start + text.length);
  }

  // A block of its own, with empty lines around it.
  function block(area, text, chosen = "") {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const before = value.slice(0, start);
    const after = value.slice(end);
    const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const below = !after || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    type(area, start, end, above + text + below);
    const at = chosen ? start + above.length + text.indexOf(chosen) : start + above.length + text.length;
    area.setSelectionRange(at, at + chosen.length);
  }

  function field(area, name) {
    const { selectionStart: start, selectionEnd: end } = area;
    const instead = name === "local_time" ? "" : "|friend";
    type(area, start, end, `{{${name}${instead}}}`);
    if (instead) area.setSelectionRange(start + name.length + 3, start + name.length + 3 + "friend".length);
  }

  // Enter within a list begins the next item; in an empty item it ends the list.
  function nextItem(area, event) {
    const { selectionStart: start, selectionEnd: end, value } = area;
    if (start !== end || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const begin = value.lastIndexOf("\n", start - 1) + 1;
    const mark = /^(\s*)([-*+]|(\d{1,8})([.)]))( +)/.exec(value.slice(begin, start));
    if (!mark) return;
    event.preventDefault();
    const lineEnd = value.indexOf("\n", start) < 0 ? value.length : value.indexOf("\n", start);
    if (!value.slice(begin + mark[0].length, lineEnd).trim()) type(area, begin, lineEnd, "");
    else type(area, start, end, `\n${mark[1]}${mark[3] ? Number(mark[3]) + 1 + mark[4] : mark[2]}${mark[5]}`);
  }

  // ---- The toolbar -------------------------------------------------------------------------------------------------

  const said = (tool) => {
    if (!tool.key) return tool.label;
    return `${tool.label} (${APPLE ? "⌘" : "Ctrl"}${tool.shift ? "+Shift" : ""}+${tool.key.toUpperCase()})`;
  };

  function toolbar(area) {
    const bar = document.createElement("div");
    bar.className = "body-tools";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Form of the text");
    bar.setAttribute("aria-controls", area.id);
    for (const tool of TOOLS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `plain-box tool-${tool.name}`;
      button.textContent = tool.sign;
      button.title = said(tool);
      button.setAttribute("aria-label", tool.label);
      if (tool.key) button.setAttribute("aria-keyshortcuts", `${APPLE ? "Meta" : "Control"}${tool.shift ? "+Shift" : ""}+${tool.key.toUpperCase()}`);
      button.tabIndex = bar.children.length ? -1 : 0;
      // The text keeps its caret when a button is pressed with the mouse.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      if (tool.menu) withMenu(button, area);
      else button.addEventListener("click", () => tool.run(area));
      bar.append(button);
    }
    bar.addEventListener("keydown", (event) => rove(event, [...bar.querySelectorAll(":scope > button")], "ArrowRight", "ArrowLeft"));
    return bar;
  }

  // One stop for Tab; the arrows lead on.
  function rove(event, stops, on, back) {
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    const turned = getComputedStyle(event.currentTarget).direction === "rtl";
    const step = { [turned ? back : on]: 1, [turned ? on : back]: -1 }[event.key];
    const to = step ? (at + step + stops.length) % stops.length : { Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    stops.forEach((one, place) => { one.tabIndex = place === to ? 0 : -1; });
    stops[to].focus();
  }

  let menus = 0;
  function withMenu(button, area) {
    const menu = document.createElement("div");
    menu.id = `body-menu-${menus += 1}`;
    menu.className = "body-menu";
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", "Reader field");
    menu.popover = "auto";
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", menu.id);
    let place = [0, 0];
    button.addEventListener("click", () => {
      place = [area.selectionStart, area.selectionEnd];
      const listed = [...document.querySelectorAll("#reader-fields option")].map((one) => [one.value, one.textContent]);
      menu.replaceChildren(...(listed.length ? listed : FIELDS).map(([name, about]) => {
        const one = document.createElement("button");
        one.type = "button";
        one.className = "plain-box";
        one.setAttribute("role", "menuitem");
        one.tabIndex = -1;
        one.append(Object.assign(document.createElement("strong"), { textContent: name.replaceAll("_", " ") }));
        if (about) one.append(Object.assign(document.createElement("span"), { textContent: about, className: "quiet" }));
        one.addEventListener("click", () => { menu.hidePopover(); area.setSelectionRange(...place); field(area, name); });
        return one;
      }));
      menu.togglePopover();
    });
    menu.addEventListener("toggle", (event) => {
      const open = event.newState === "open";
      button.setAttribute("aria-expanded", String(open));
      if (!open) return;
      const box = button.getBoundingClientRect();
      menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
      menu.style.top = `${Math.max(8, Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
      menu.querySelector("button")?.focus();
    });
    menu.addEventListener("keydown", (event) => {
      rove(event, [...menu.children], "ArrowDown", "ArrowUp");
      if (event.key === "Tab") menu.hidePopover();
      event.stopPropagation();
    });
    button.after(menu);
    queueMicrotask(() => button.after(menu));
  }

  // ---- Pasting -----------------------------------------------------------------------------------------------------

  function paste(area, event) {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    let text = "";
    try {
      text = html ? window.desk.markdownOf(html) : "";
    } catch (error) {
      console.error(error); // then the plain text is pasted, as everywhere
    }
    if (!text || text === plain.trim()) return;
    event.preventDefault();
    if (text.includes("\n\n") || /^(#{1,6} |[-*] |\d+\. |> |\||```)/.test(text)) block(area, text);
    else type(area, area.selectionStart, area.selectionEnd, text);
  }

  function begin(area) {
    if (area.dataset.tools) return;
    area.dataset.tools = "on";
    const bar = toolbar(area);
    area.before(bar);
    area.addEventListener("paste", (event) => paste(area, event));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { nextItem(area, event); return; }
      if (!(APPLE ? event.metaKey : event.ctrlKey) || event.altKey) return;
      const tool = TOOLS.find((one) => one.key && Boolean(one.shift) === event.shiftKey
        && (one.code ? event.code === one.code : event.key.toLowerCase() === one.key));
      if (!tool) return;
      event.preventDefault();
      tool.run(area);
    });
  }

  const all = () => document.querySelectorAll("textarea.body:not([data-tools], [readonly], [disabled])").forEach(begin);
  const start = () => { all(); new MutationObserver(all).observe(document.body, { childList: true, subtree: true }); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  window.desk = Object.assign(window.desk ?? {}, { body: { type } });
})();
