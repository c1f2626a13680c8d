// Beside the editor: what the checks find, what people say, and who else has the issue open.
(() => {
  "use strict";

  const root = document.querySelector(".editor");
  const editor = window.deskEditor;
  if (!root || !editor) return;
  const { issue, tongue } = root.dataset;
  const byId = (id) => document.getElementById(id);
  const REST = 700; // milliseconds after a save before the checks look: the preview goes first
  const ROUND = 10000; // between two questions who is here

  // ---- Checks ----------------------------------------------------------------------------------------------------
  let timer, looking = false, again = false;
  function soon(wait = REST) {
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  }
  const writesReason = () => [...root.querySelectorAll("[data-finding] input[name=reason]")].some((one) => one.value && one.closest("details").open);

  async function look() {
    if (looking || writesReason()) { again = true; return; }
    looking = true;
    again = false;
    try {
      const html = await (await editor.ask(`${issue}checks/`, null, { accept: "text/html" })).text();
      if (writesReason()) again = true; else byId("findings").innerHTML = html;
    } catch (error) {
      byId("findings").dataset.stale = "true";
      if (error instanceof editor.Lost) soon(ROUND);
    } finally {
      looking = false;
    }
    spread();
    if (again) soon(2000);
  }

  // The same findings at the item they are about, and their number in the list.
  function spread() {
    const found = byId("findings").querySelector(".found");
    if (!found) return;
    const errors = Number(found.dataset.errors), warnings = Number(found.dataset.warnings);
    const count = byId("checks-count");
    const words = errors + warnings ? String(errors + warnings) : "";
    if (count.textContent !== words) {
      count.textContent = words;
      editor.told(words ? `Checks: ${errors} to mend, ${warnings} to look at` : "Checks: nothing to mend");
    }
    count.classList.toggle("error", errors > 0);
    // Of the language that is written; what is not translated is told beside each item already.
    const isHere = ({ languages, of }) => languages.split(" ").includes(tongue) && !of.startsWith("translation");
    const left = (key) => [...found.querySelectorAll(`.finding-group[data-key="${CSS.escape(key)}"] .finding`)]
      .filter((one) => !one.classList.contains("note") && !one.classList.contains("accepted") && isHere(one.firstElementChild.dataset));
    for (const row of root.querySelectorAll("#item-list li[data-key]")) {
      const marks = row.querySelector(".marks");
      marks.querySelector(".check-mark")?.remove();
      const open = left(row.dataset.key);
      if (!open.length) continue;
      const mark = document.createElement("span");
      mark.className = `tag check-mark ${open.some((one) => one.classList.contains("error")) ? "error" : "warning"}`;
      mark.textContent = `${open.length} ${open.length === 1 ? "finding" : "findings"}`;
      marks.append(mark);
    }
    const here = byId("findings-here");
    if (!here || here.contains(document.activeElement)) return;
    here.replaceChildren(...left(editor.shownKey()).map((one) => one.cloneNode(true)));
  }

  async function mend(form) {
    await editor.flush();
    await editor.inTurn(async () => {
      try {
        const said = await (await editor.ask(form.action, [...new FormData(form)])).json();
        if (said.refused) {
          const place = form.closest("[data-finding]").querySelector(".wrong");
          place.textContent = said.refused;
          place.hidden = false;
          return;
        }
        for (const one of root.querySelectorAll("[data-finding] input[name=reason]")) one.value = "";
        editor.state(`Saved ${said.at}`, "good");
        editor.saved(said.number);
        window.desk.say(said.said);
        form.closest("[data-finding]").remove();
        const heading = form.closest(".pane")?.dataset.name === "checks" ? byId("checks-heading") : byId("part-heading");
        if (said.key === editor.shownKey() && !editor.drafts.has(editor.shownName())) await editor.show(said.key, { push: false, focus: "" });
        heading.tabIndex = -1;
        heading.focus();
        await editor.refresh();
        soon(0);
      } catch (error) { editor.trouble(error); }
    });
  }

  // ---- Comments --------------------------------------------------------------------------------------------------
  async function comment(form) {
    try {
      const answer = await editor.ask(form.action, [...new FormData(form)], { accept: "text/html" });
      byId("comments").outerHTML = await answer.text();
      (answer.status === 422 ? byId("comment-text") : byId("comments-heading")).focus();
      if (answer.ok) await editor.refresh();
    } catch (error) {
      window.desk.say(error instanceof editor.SignedOut ? "You are signed out: what you wrote is still here." : "No connection: what you wrote is still here.", { kind: "bad" });
    }
  }

  root.addEventListener("submit", (event) => {
    if (event.target.dataset.check !== undefined) { event.preventDefault(); mend(event.target); }
    if (event.target.dataset.comment !== undefined) { event.preventDefault(); comment(event.target); }
  });

  // ---- Who else is here ------------------------------------------------------------------------------------------
  async function round() {
    if (document.hidden) return;
    let said;
    try {
      said = await (await editor.ask(`${issue}live/`, [["item", editor.shownName() || ""]])).json();
    } catch { return; }
    const people = said.others.map((one) => (one.at ? `${one.name} (${one.at})` : one.name));
    const words = people.length ? `Also here: ${people.join(", ")}` : "";
    if (byId("people").textContent !== words) byId("people").textContent = words;
    if (said.number > Number(root.dataset.number)) {
      root.dataset.number = said.number;
      document.dispatchEvent(new CustomEvent("desk:saved", { detail: { number: said.number } }));
      if (!said.own) editor.told(`${said.who} saved a change`);
      await editor.refresh();
      const form = byId("form");
      const quiet = !editor.drafts.has(editor.shownName()) && !form?.contains(document.activeElement);
      if (quiet) await editor.show(editor.shownKey(), { push: false, focus: "" });
    }
  }
  setInterval(round, ROUND);
  document.addEventListener("visibilitychange", round);
  window.addEventListener("pagehide", () => {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    fetch(`${issue}live/`, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token, "HX-Request": "true" }, body: new URLSearchParams([["leaves", "1"]]) }).catch(() => {});
  });

  document.addEventListener("desk:saved", () => soon());
  document.addEventListener("desk:part", spread);
  document.addEventListener("desk:listed", spread);
  round();
  soon(300);
})();
