// What was copied in Word, Google Docs, LibreOffice, Pages or a browser, as Markdown: paragraphs, headings, lists, tables,
// quotes, links, bold and italic. All else (colours, fonts, pictures, comments, deleted text) is left behind.
(() => {
  "use strict";
  if (window.desk?.markdownOf) return;

  const MOST = 3_000_000; // characters of HTML
  const SKIPPED = new Set(["STYLE", "SCRIPT", "META", "LINK", "TITLE", "IMG", "SVG", "OBJECT", "IFRAME", "VIDEO", "AUDIO", "CANVAS", "TEMPLATE", "INPUT", "BUTTON", "SELECT", "TEXTAREA", "DEL", "S", "STRIKE", "NOSCRIPT", "COL", "COLGROUP", "O:P", "W:SDTPR", "XML"]);
  const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE", "NAV", "FIGURE", "FIGCAPTION", "ADDRESS", "DL", "DT", "DD", "DETAILS", "SUMMARY", "FORM", "FIELDSET", "CENTER", "BODY", "LI", "UL", "OL", "TR", "TD", "TH", "CAPTION"]);
  const FIELD = /(\{\{\s*[a-z][a-z0-9_]{0,39}\s*(?:\|[^{}|\n]{0,200})?\}\})/;

  // ---- What stands in the HTML -------------------------------------------------------------------------------------

  function styleOf(element) {
    const found = {};
    for (const part of (element.getAttribute("data-style") ?? "").split(";")) {
      const at = part.indexOf(":");
      if (at > 0) found[part.slice(0, at).trim().toLowerCase()] = part.slice(at + 1).trim().toLowerCase();
    }
    return found;
  }

  const isHidden = (element, style) => style.display === "none" || style["mso-hide"] === "all" || style["mso-list"] === "ignore"
    || /^comment/.test(style["mso-element"] ?? "") || /comment-reference|annotation/.test(style["mso-special-character"] ?? "")
    || element.matches(".msocomanchor, .MsoCommentReference, [hidden], .Apple-interchange-newline");

  // The look of the text within an element. What a style says counts before the name of the tag: Google wraps all that is
  // copied in a <b> that is not bold.
  function lookIn(element, style, look) {
    const next = { ...look };
    const weight = style["font-weight"] ?? (/(^|\s)(bold|[6-9]00)\s/.test(`${style.font ?? ""} `) ? "bold" : undefined);
    if (weight !== undefined) next.bold = /^bold/.test(weight) || parseInt(weight, 10) >= 600;
    else if (["B", "STRONG"].includes(element.tagName)) next.bold = true;
    if (style["font-style"] !== undefined) next.italic = /^(italic|oblique)/.test(style["font-style"]);
    else if (["I", "EM", "CITE", "DFN"].includes(element.tagName)) next.italic = true;
    if (/line-through/.test(style["text-decoration"] ?? style["text-decoration-line"] ?? "")) next.gone = true;
    if (["CODE", "TT", "KBD", "SAMP"].includes(element.tagName)) next.code = true;
    if (element.tagName === "A") next.href = target(element.getAttribute("href") ?? "");
    return next;
  }

  // Where a link leads, without the detours that Google, Outlook and others put before it; "" where that is nowhere a
  // mail can lead.
  function target(href) {
    let address = href.trim();
    for (let turn = 0; turn < 3; turn += 1) {
      let url;
      try { url = new URL(address); } catch { return ""; }
      if (!["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) return "";
      let inner = null;
      if (/(^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === "/url") inner = url.searchParams.get("q") ?? url.searchParams.get("url");
      else if (url.hostname.endsWith(".safelinks.protection.outlook.com")) inner = url.searchParams.get("url");
      else if (/^(l|lm)\.facebook\.com$/.test(url.hostname)) inner = url.searchParams.get("u");
      else if (url.hostname === "urldefense.com") inner = /^\/v3\/__(.+?)__;/.exec(url.pathname)?.[1]?.replace(/^(https?:\/)(?!\/)/, "$1/") ?? null;
      if (!inner) break;
      address = inner;
    }
    return address.replace(/[\s()<>\\]/g, (one) => (one === "(" ? "%28" : one === ")" ? "%29" : encodeURIComponent(one)));
  }

  const headingOf = (element) => {
    const tag = /^H([1-6])$/.exec(element.tagName);
    if (tag) return Number(tag[1]);
    const word = /(?:^|\s)Mso(?:Heading([1-6])|(Title)|(Subtitle))/.exec(element.className) ?? [];
    if (word[1]) return Number(word[1]);
    if (word[2]) return 1;
    if (element.getAttribute("role") === "heading") return Number(element.getAttribute("aria-level")) || 2;
    return 0;
  };

  // ---- Blocks ------------------------------------------------------------------------------------------------------

  function blocksIn(root, look = {}) {
    const blocks = [];
    let runs = [];
    const end = () => {
      const text = tidy(runs);
      if (text.length) blocks.push({ type: "p", runs: text });
      runs = [];
    };
    const add = (block) => { end(); blocks.push(block); };

    function within(element, current, depth) {
      for (const child of element.childNodes) visit(child, current, depth);
    }

    function visit(node, current, depth) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!current.gone) runs.push({ text: node.data.replace(/[\s\u00a0]+/g, " "), ...current });
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const tag = node.tagName.toUpperCase();
      const style = styleOf(node);
      if (SKIPPED.has(tag) || isHidden(node, style)) return;
      const next = lookIn(node, style, current);
      const level = headingOf(node);
      const listed = /level(\d+)/.exec(style["mso-list"] ?? "");
      if (tag === "BR") runs.push({ text: "\n", ...current });
      else if (tag === "HR") add({ type: "hr" });
      else if (tag === "PRE") add({ type: "pre", text: node.textContent.replace(/\s+$/, "") });
      else if (level) {
        const said = blocksIn(node, { ...next, bold: false }).flatMap((one) => one.runs ?? []);
        if (said.length) add({ type: "h", level, runs: said.map((run) => ({ ...run, bold: false })) });
      } else if (listed) {
        const mark = markOf(node);
        add({ type: "li", level: Number(listed[1]), ...mark, blocks: blocksIn(node, next) });
      } else if (tag === "UL" || tag === "OL") { end(); list(node, next, depth + 1); }
      else if (tag === "LI") { end(); item(node, { ordered: false }, next, Math.max(1, depth)); }
      else if (tag === "TABLE") { end(); blocks.push(...table(node, next)); }
      else if (tag === "BLOCKQUOTE" || /(^|\s)Mso(Intense)?Quote/.test(node.className)) {
        const inner = blocksIn(node, { ...next, italic: /Mso/.test(node.className) ? false : next.italic });
        if (inner.length) add({ type: "quote", blocks: inner });
      } else if (BLOCKS.has(tag)) { end(); within(node, next, depth); end(); }
      else within(node, next, depth);
    }

    function list(node, current, depth) {
      const ordered = node.tagName === "OL";
      let number = Number(node.getAttribute("start")) || 1;
      for (const child of node.children) {
        const tag = child.tagName;
        if (tag === "LI") { item(child, { ordered, number }, current, depth); number += 1; }
        else if (tag === "UL" || tag === "OL") list(child, current, depth + 1); // Google: a list within a list
        else visit(child, current, depth);
      }
    }

    function item(node, mark, current, depth) {
      const style = styleOf(node);
      if (isHidden(node, style)) return;
      const said = Number(node.getAttribute("data-aria-level") ?? node.getAttribute("aria-level")) || 0;
      const level = Math.max(depth, Math.min(said, 9));
      const inner = blocksIn(node, lookIn(node, style, current));
      const own = inner.filter((one) => one.type !== "li");
      if (own.length) blocks.push({ type: "li", level, ...mark, blocks: own });
      for (const one of inner) if (one.type === "li") blocks.push({ ...one, level: level + one.level });
    }

    function table(node, current) {
      const rows = [];
      for (const row of node.rows) {
        const cells = [];
        for (const cell of row.cells) {
          cells.push(blocksIn(cell, lookIn(cell, styleOf(cell), current)));
          for (let more = 1; more < Math.min(cell.colSpan, 20); more += 1) cells.push([]);
        }
        if (cells.some((cell) => cell.length)) rows.push(cells);
      }
      const width = Math.max(0, ...rows.map((row) => row.length));
      // One column is a frame around a text, no table.
      if (width < 2) return rows.flat(2);
      return [{ type: "table", width, rows }];
    }

    within(root, look, 0);
    end();
    return blocks;
  }

  // Word writes the mark of a list item as text that it hides from those who know lists.
  function markOf(paragraph) {
    const mark = [...paragraph.querySelectorAll("[data-style]")].find((one) => /mso-list:\s*ignore/i.test(one.getAttribute("data-style")));
    const text = (mark?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
    const ordered = /^\(?(\d+|[a-z]|[ivxlc]+)[.)]/i.test(text);
    return { ordered, number: parseInt(text.replace("(", ""), 10) || 1 };
  }

  // Spaces as a browser shows them: none at the ends and around line breaks, one elsewhere.
  function tidy(runs) {
    const kept = [];
    for (const run of runs) {
      const before = kept.at(-1);
      const text = !before || /[ \n]$/.test(before.text) ? run.text.replace(/^ +/, "") : run.text;
      if (!text || (text === "\n" && !before)) continue;
      if (text === "\n") before.text = before.text.replace(/ +$/, "");
      if (before && same(before, run)) before.text += text;
      else kept.push({ ...run, text });
    }
    while (kept.length && !kept.at(-1).text.trim()) kept.pop();
    if (kept.length) kept.at(-1).text = kept.at(-1).text.replace(/\s+$/, "");
    return kept;
  }
  const same = (a, b) => ["bold", "italic", "code", "href"].every((name) => (a[name] || false) === (b[name] || false));

  // ---- Markdown ----------------------------------------------------------------------------------------------------

  function escaped(text) {
    return text.split(FIELD).map((part, at) => (at % 2 ? part : part
      .replace(/[\\`*]/g, "\\$&")
      .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (found) => found.replaceAll("_", "\\_"))
      .replace(/\](?=[([:])/g, "\\]")
      .replace(/<(?=[a-z/!?])/gi, "\\<")
      .replace(/&(?=#?\w+;)/g, "\\&"))).join("");
  }

  // What would begin a heading, a list, a quote or a rule, were it not a paragraph.
  const lineEscaped = (line) => line
    .replace(/^(#{1,6})(?=\s|$)/, "\\$1")
    .replace(/^>/, "\\>")
    .replace(/^([-+])(?=\s|$)/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^(=+|-{2,}|~{3,}|\+{3,}|(?:- ?){3,})\s*$/, "\\$&");

  function inline(said, cell = false) {
    const runs = apart(said);
    const parts = [];
    for (let at = 0; at < runs.length;) {
      const { href } = runs[at];
      let until = at;
      while (until < runs.length && (runs[until].href || "") === (href || "")) until += 1;
      const some = runs.slice(at, until);
      const outside = [runs[at - 1]?.text.at(-1) ?? "", runs[until]?.text[0] ?? ""];
      const words = some.map((run) => run.text).join("");
      if (!href || !words.trim()) parts.push(emphasised(some, ...outside));
      else if (words.trim() === href || `mailto:${words.trim()}` === href) parts.push(words.replace(words.trim(), `<${words.trim()}>`));
      else {
        const [, left, , right] = /^(\s*)([^]*?)(\s*)$/.exec(words);
        const label = emphasised(trimmed(some), "", "").replace(/\n/g, " ");
        parts.push(`${left}[${label.replace(/(?<!\\)[[\]]/g, "\\$&")}](${href})${right}`);
      }
      at = until;
    }
    const text = parts.join("");
    if (cell) return text.replace(/\n/g, " ").replace(/\|/g, "\\|");
    return text.split("\n").map((line) => lineEscaped(line.trim())).join("\\\n");
  }

  const trimmed = (runs) => {
    const copy = runs.map((run) => ({ ...run }));
    copy[0].text = copy[0].text.replace(/^\s+/, "");
    copy.at(-1).text = copy.at(-1).text.replace(/\s+$/, "");
    return copy;
  };

  // Marks stand at words, never at a space; and where a letter follows, never behind a comma or bracket: there they would
  // be no marks (CommonMark, section 6.2).
  function emphasised(runs, before, after) {
    let made = "";
    runs.forEach((run, at) => {
      const mark = run.code ? "`" : (run.bold ? "**" : "") + (run.italic ? "*" : "");
      const text = run.text;
      if (!mark || !text.trim()) { made += escaped(text); return; }
      const previous = made.at(-1) ?? before;
      const following = runs[at + 1]?.text[0] ?? after;
      const letter = /[\p{L}\p{N}]/u;
      const left = (letter.test(previous) ? /^[\s\p{P}\p{S}]*/u : /^\s*/).exec(text)[0];
      const rest = text.slice(left.length);
      const right = (letter.test(following) ? /[\s\p{P}\p{S}]*$/u : /\s*$/).exec(rest)[0];
      const core = rest.slice(0, rest.length - right.length);
      if (!core) { made += escaped(text); return; }
      if (run.code) { made += `${escaped(left)}${core.includes("`") ? `\`\` ${core} \`\`` : `\`${core}\``}${escaped(right)}`; return; }
      const close = [...mark].reverse().join("");
      made += escaped(left) + core.split("\n").map((line) => (line.trim() ? `${mark}${escaped(line.trim())}${close}` : line)).join("\n") + escaped(right);
    });
    return made;
  }

  // Two marks that touch within a word would be read as one: both parts take the look of the longer.
  function apart(runs) {
    const kept = [];
    for (const run of runs) {
      const before = kept.at(-1);
      const touch = before && marked(before) && marked(run) && (before.href || "") === (run.href || "")
        && /\S$/.test(before.text) && /^\S/.test(run.text);
      if (!touch) { kept.push(run); continue; }
      const look = before.text.length >= run.text.length ? before : run;
      kept[kept.length - 1] = { ...look, text: before.text + run.text };
    }
    return kept;
  }
  const marked = (run) => run.text.trim() && !run.code && (run.bold || run.italic);

  function written(blocks, levels) {
    const parts = [];
    for (let at = 0; at < blocks.length; at += 1) {
      const block = blocks[at];
      if (block.type === "li") {
        let until = at;
        while (until < blocks.length && blocks[until].type === "li") until += 1;
        parts.push(...lists(nested(blocks.slice(at, until)), levels));
        at = until - 1;
      } else if (block.type === "p") parts.push(inline(block.runs));
      else if (block.type === "h") parts.push(`${"#".repeat(Math.min(6, 3 + levels.indexOf(block.level)))} ${inline(block.runs).replace(/\\\n/g, " ")}`);
      else if (block.type === "hr") parts.push("---");
      else if (block.type === "pre") parts.push(`${fence(block.text)}\n${block.text}\n${fence(block.text)}`);
      else if (block.type === "quote") parts.push(written(block.blocks, levels).split("\n").map((line) => `> ${line}`.trimEnd()).join("\n"));
      else if (block.type === "table") parts.push(tabled(block));
    }
    return parts.filter(Boolean).join("\n\n");
  }

  const fence = (text) => "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map((run) => run[0].length + 1)));

  // Items with their levels, as lists within lists.
  function nested(items) {
    const root = { children: [] };
    const open = [root];
    for (const item of items) {
      while (open.length > 1 && open.at(-1).level >= item.level) open.pop();
      const node = { ...item, children: [] };
      open.at(-1).children.push(node);
      open.push(node);
    }
    return root.children;
  }

  function lists(items, levels) {
    const made = [];
    let lines = [];
    items.forEach((item, at) => {
      if (at && items[at - 1].ordered !== item.ordered) { made.push(lines); lines = []; }
      const first = lines.first ??= item.number ?? 1;
      const mark = item.ordered ? `${first + lines.length}. ` : "- ";
      const body = written(item.blocks, levels);
      const below = item.children.length ? lists(item.children, levels).join("\n\n") : "";
      const loose = item.blocks.length > 1;
      const text = [body, below].filter(Boolean).join(loose ? "\n\n" : "\n");
      lines.push(mark + text.split("\n").map((line, number) => (number && line ? " ".repeat(mark.length) + line : line)).join("\n"));
    });
    made.push(lines);
    return made.map((one) => one.join(one.some((line) => line.includes("\n\n")) ? "\n\n" : "\n"));
  }

  function tabled({ rows, width }) {
    const text = (cell) => cell.flatMap((block) => (block.runs ? [inline(block.runs, true)] : [inline(flat(block), true)])).join(" ");
    const line = (row) => `| ${Array.from({ length: width }, (_, at) => text(row[at] ?? [])).join(" | ")} |`;
    // All cells of the first row are headings: bold says nothing more there.
    const head = rows[0].map((cell) => cell.map((block) => (block.runs ? { ...block, runs: block.runs.map((run) => ({ ...run, bold: false })) } : block)));
    return [line(head), `|${" --- |".repeat(width)}`, ...rows.slice(1).map(line)].join("\n");
  }
  const flat = (block) => block.runs ?? (block.blocks ?? block.rows?.flat(2) ?? []).flatMap((one) => [...flat(one), { text: " " }]);

  const every = (blocks) => blocks.flatMap((one) => [one, ...every(one.blocks ?? [])]);

  // The Markdown of `html`; "" where it says nothing that the plain text does not say as well.
  function markdownOf(html) {
    if (html.length > MOST) return "";
    // Styles are read, never applied: under another name the page's policy has nothing to say about them.
    const inert = html.replace(/<style[^]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s)style\s*=/gi, "$1data-style="));
    const page = new DOMParser().parseFromString(inert, "text/html");
    if (/white-space:\s*pre\b/i.test(page.body.firstElementChild?.getAttribute("data-style") ?? "")) return ""; // a text editor
    const blocks = blocksIn(page.body);
    const levels = [...new Set(every(blocks).filter((one) => one.type === "h").map((one) => one.level))].sort();
    return written(blocks, levels);
  }

  window.desk = Object.assign(window.desk ?? {}, { markdownOf });
})();
