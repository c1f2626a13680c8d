// Fields that hold the path of a picture or a document (data-upload="picture" or "file"): a button that puts one in, and
// dropping and pasting. The form says where to: data-upload-to, else the issue whose page it is.
(() => {
  "use strict";
  if (window.desk?.uploads) return;

  const MOST = 10_000_000;
  const KINDS = {
    picture: { choose: "Choose a picture", another: "Another picture", drop: "or drop one here", accept: "image/jpeg,image/png,image/gif,image/webp" },
    file: { choose: "Choose a file", another: "Another file", drop: "PDF or Word; or drop one here", accept: ".pdf,.docx,.doc" },
  };
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  const say = (words, options) => window.desk?.say?.(words, options);

  function addressFor(input) {
    const given = input.closest("[data-upload-to]")?.dataset.uploadTo;
    const slug = document.querySelector("[data-slug]")?.dataset.slug;
    return given ?? (slug ? `/issues/${slug}/upload/` : "");
  }

  let ids = 0;
  function begin(input) {
    if (input.dataset.ready || !addressFor(input)) return;
    input.dataset.ready = "on";
    const kind = KINDS[input.dataset.upload] ?? KINDS.file;
    const box = document.createElement("div");
    box.className = "upload";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: input.value ? kind.another : kind.choose });
    const hint = Object.assign(document.createElement("span"), { className: "quiet", textContent: kind.drop });
    const file = Object.assign(document.createElement("input"), { type: "file", accept: kind.accept, hidden: true, tabIndex: -1 });
    const state = Object.assign(document.createElement("p"), { className: "upload-state quiet", id: `upload-${ids += 1}` });
    state.setAttribute("role", "status");
    const wrong = Object.assign(document.createElement("p"), { className: "wrong", id: `upload-${ids}-wrong`, hidden: true });
    // What the field holds is as right as before; that another file was not taken is said at once.
    wrong.setAttribute("role", "alert");
    file.setAttribute("aria-label", kind.choose);
    box.append(button, hint, file, state, wrong);
    input.after(box);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${wrong.id}`.trim());

    const area = input.closest(".field") ?? box;
    let depth = 0;
    button.addEventListener("click", () => file.click());
    file.addEventListener("change", () => { if (file.files[0]) send(file.files[0]); file.value = ""; });
    area.addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; area.classList.add("dropping"); } });
    area.addEventListener("dragleave", (event) => { if (hasFiles(event) && (depth -= 1) <= 0) area.classList.remove("dropping"); });
    area.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
    area.addEventListener("drop", (event) => {
      depth = 0;
      area.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      send(event.dataTransfer.files[0]);
    });
    area.addEventListener("paste", (event) => {
      const one = event.clipboardData?.files[0];
      if (!one) return;
      event.preventDefault();
      send(one);
    });

    function problem(words) {
      wrong.textContent = words;
      wrong.hidden = !words;
      state.textContent = "";
      button.disabled = false;
    }

    function send(one) {
      if (one.size > MOST) { problem(`'${one.name}' has ${(one.size / 1e6).toFixed(1)} MB; the limit is 10 MB: make it smaller.`); return; }
      problem("");
      button.disabled = true;
      state.textContent = "Putting it in …";
      const data = new FormData();
      data.append("kind", input.dataset.upload);
      data.append("file", one, one.name);
      const request = new XMLHttpRequest();
      request.open("POST", addressFor(input));
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", csrf());
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable && event.total > 200_000) state.textContent = `Putting it in … ${Math.round(100 * event.loaded / event.total)} %`;
      });
      request.addEventListener("error", () => problem("No connection to the server: it was not put in. Try again."));
      request.addEventListener("load", () => {
        const answer = request.response;
        if (request.status === 200 && answer?.path) taken(answer, one);
        else problem(answer?.error ?? (request.status === 413 ? "It is larger than 10 MB: make it smaller." : "The server could not take it. Load the page anew and try again."));
      });
      request.send(data);
    }

    function taken(answer, one) {
      button.disabled = false;
      button.textContent = kind.another;
      const shown = answer.width ? `${answer.width.toLocaleString()} by ${answer.height.toLocaleString()} pixels` : "";
      const size = answer.bytes >= 1e6 ? `${(answer.bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(answer.bytes / 1e3))} KB`;
      state.textContent = [`${one.name} is in`, shown, size].filter(Boolean).join(", ") + `. ${answer.remark}`;
      box.querySelector("img")?.remove();
      if (answer.width) box.prepend(Object.assign(document.createElement("img"), { src: answer.url, alt: "", className: "upload-seen" }));
      input.value = answer.path;
      for (const event of ["input", "change"]) input.dispatchEvent(new Event(event, { bubbles: true }));
      if (answer.width) askForWords(); else askForLabel(one);
    }

    const beside = (name) => {
      const own = input.name.replace(/[^.]+$/, name);
      return input.form?.elements.namedItem(own) ?? null;
    };

    function askForWords() {
      const words = beside("alt");
      if (!words || words.value.trim() || beside("decorative")?.checked) return;
      words.focus();
      say("Now say what the picture shows, for readers who do not see it; or tick that it is only decoration.");
    }

    function askForLabel(one) {
      const label = beside("label");
      if (!label || label.value.trim()) return;
      type(label, one.name.replace(/\.[^.]+$/, "").replace(/[_-]+/g, " ").trim());
      label.focus();
      label.select();
    }
    function type(into, text) {
      into.value = text;
      into.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  // A file that is dropped beside a field would take the place of the whole page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (event.defaultPrevented || !hasFiles(event) || event.target.closest?.('input[type="file"]')) return;
      event.preventDefault();
      if (name === "drop") nowhere(event.target);
    });
  }
  document.addEventListener("paste", (event) => {
    if (event.defaultPrevented || !event.clipboardData?.files.length || event.clipboardData.getData("text/plain")) return;
    nowhere(event.target);
  });
  function nowhere(target) {
    const words = target.closest?.("textarea") ? "A picture is an item of its own: add an item of the kind image, and put it in there." : "Drop a file on the field it is for.";
    say(words, { kind: "bad", name: "dropped" });
  }

  const all = () => document.querySelectorAll("input[data-upload]:not([data-ready])").forEach(begin);
  const start = () => { all(); new MutationObserver(all).observe(document.body, { childList: true, subtree: true }); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  window.desk = Object.assign(window.desk ?? {}, { uploads: true });
})();
