"""What somebody may type who wants a page to do their bidding, put into every field of every form there is.

``python -m tests.web.hostile FOLDER OUT`` makes a full site, types into each text field of each screen, asks for each
screen with it in the address, and writes every answer to OUT. Nothing here knows which forms there are."""

import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from tests.web import clients, full_site
from tests.web.screens import SCREENS

MARK = "window.__xss=1"
SUM = "1337"
"""What a template engine would make of 7*191."""
ALL = f"\"'></title></textarea></script></style><script>{MARK}</script><img src=x onerror={MARK}>"
PAYLOADS = [
    f"<script>{MARK}</script>",
    f"<scr<script>ipt>{MARK}</scr</script>ipt>",
    f"<ScRiPt\n>{MARK}</sCrIpT\t>",
    f"<img src=x onerror={MARK}>",
    f"<img/src=`x`onerror={MARK}//",
    f"<svg onload={MARK}>",
    f"<svg><animate onbegin={MARK} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={MARK}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={MARK}>'>",
    f"<svg></p><style><a id='</style><img src=x onerror={MARK}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={MARK}>",
    f'" autofocus onfocus={MARK} x="',
    f"' onmouseover='{MARK}' x='",
    f"x onpointerenter={MARK} x=",
    f"--><script>{MARK}</script><!--",
    f"]]><script>{MARK}</script>",
    f"</script><script>{MARK}</script>",
    f"</textarea><details open ontoggle={MARK}>",
    f"javascript:{MARK}",
    f"JaVaScRiPt&colon;{MARK}",
    f"java\tscript:{MARK}",
    f"data:text/html,<script>{MARK}</script>",
    f'[x](javascript:{MARK}) ![x](x"onerror={MARK}) <javascript:{MARK}>',
    f'[x](<https://www.example.org/" onmouseover="{MARK}>)',
    f"[a]: javascript:{MARK}\n\n[a] &lt;script&gt;{MARK}&lt;/script&gt;",
    "{{7*191}}",
    "${7*191} #{7*191} {%print(7*191)%} <%=7*191%> {{constructor.constructor('return 7*191')()}}",
    f"\uff1cscript\uff1e{MARK}\uff1c/script\uff1e \u2039img src=x onerror={MARK}\u203a",
    f"\u202e<img src=x onerror={MARK}>\u2066\u200b",
    f'=HYPERLINK("https://www.example.org/"&A1) <b>{MARK}</b>',
    f"x\r\nX-Header: 1\r\n\r\n<script>{MARK}</script>",
]
LEFT_ALONE = re.compile(r"/sign-out/|/setup/samples|/people/1/|/account/|/cancel/|/remove/|/download/|/give-up/|/drop/")
"""Forms that would end the walk: signing out, taking away what the others need."""
TYPED = {"text", "search", "email", "url", "tel", "number", "hidden-text"}


class Forms(HTMLParser):
    """The forms of a page that are posted: their address, what they would send, and which of it is typed."""

    def __init__(self, html: str, at: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.at, self.inside, self.area, self.select = at, False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.inside = said.get("method", "").lower() == "post"
            if self.inside:
                self.found.append((said.get("action") or self.at, {}, []))
        elif not self.inside or not name or "disabled" in said:
            return
        elif tag == "input":
            self._input(name, said)
        elif tag == "textarea":
            self.area = name
            self._send(name, "", typed=True)
        elif tag == "select":
            self.select = name
        elif tag == "button" and name not in self.found[-1][1] and said.get("value") not in {"end", "undo", "drop"}:
            self._send(name, said.get("value", ""))
        if tag == "option" and self.select and ("selected" in said or self.select not in self.found[-1][1]):
            self._send(self.select, said.get("value", ""))

    def _input(self, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind in TYPED:
            self._send(name, said.get("value", ""), typed=True)
        elif kind not in {"checkbox", "radio"} or "checked" in said:
            self._send(name, said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[-1][1][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select
        self.inside = self.inside and tag != "form"

    def _send(self, name: str, value: str, *, typed: bool = False) -> None:
        self.found[-1][1][name] = value
        if typed:
            self.found[-1][2].append(name)


def screens(made: dict[str, Any]) -> list[str]:
    """The address of every screen of the full site."""
    return [path.format(**made) for paths in SCREENS.values() for path in paths]


FRAMES = [
    f"/issues/{slug}/preview/mail/?view={view}"
    for slug in ("news", "hostile", "typed")
    for view in ("desktop", "text", "inbox")
]
FILES = ["/archive/feed.xml", "/archive/events.ics", "/audit/audit.csv", "/mailings/2/report/figures.csv"]


def walk(root: Path) -> Iterator[dict[str, Any]]:
    """Every answer, with where it came from and what was typed."""
    made = full_site.make(root, full=True)
    browser = clients.browser(name="Rosa")
    browser.raise_request_exception = False
    pages = screens(made)
    seen: set[tuple[str, str]] = set()
    turn = 0
    for path in pages:
        at = urlsplit(path).path
        html = browser.get(path).content.decode()
        for action, fields, typed in Forms(html, path).found:
            place = urlsplit(action).path or at
            for name in typed:
                if LEFT_ALONE.search(place) or (place, name) in seen:
                    continue
                seen.add((place, name))
                for bad in (PAYLOADS[turn % len(PAYLOADS)], ALL):
                    answer = browser.post(action or at, {**fields, name: bad})
                    yield _told(answer, f"{place} {name}", bad)
                turn += 1
    yield from _written(browser)
    stranger = clients.nobody()
    for bad in PAYLOADS:
        said = {"email": bad, "password": bad, "next": bad}
        yield _told(stranger.post("/sign-in/", said), "/sign-in/ email", bad)
    for number, path in enumerate(pages):
        bad = PAYLOADS[number % len(PAYLOADS)]
        asked = "&".join(
            f"{name}={quote(bad)}"
            for name in ("search", "stage", "page", "state", "item", "view", "as", "lang", "actor", "action", "next")
        )
        yield _told(browser.get(f"{urlsplit(path).path}?{asked}"), path, bad)
        yield _told(browser.get(f"{urlsplit(path).path}{quote(bad, safe='')}/"), path, bad)
    for path in [*pages, *FRAMES, *FILES]:
        yield _told(browser.get(path), path, "")
    yield _told(browser.post("/mailings/2/report/recipients.csv"), "recipients.csv", "")
    for file in sorted((root / "testmail" / "new").iterdir()):
        yield {
            "where": f"mail {file.name}",
            "typed": "",
            "status": 200,
            "kind": "mail",
            "text": file.read_text("utf-8"),
        }


def _written(browser: Any) -> Iterator[dict[str, Any]]:
    """An issue with all of it in the text of its items, as far as it can be saved; tests of it go out."""
    answer = browser.post("/issues/new/", {"title": "Typed", "previous": ""})
    assert answer.status_code == 302
    where = answer["Location"].split("?")[0]
    kept = 0
    for bad in PAYLOADS:
        for body in (bad, f"`{bad}`"):
            answer = browser.post(f"{where}add/text/", {"title": bad[:150], "body": body, "after": ""})
            kept += answer.status_code == 302
            yield _told(answer, f"{where}add/text/", bad)
    assert kept > len(PAYLOADS) // 2, f"only {kept} could be saved"
    browser.post(f"{where}tests/send/", {"to": "a@example.org"})
    for part in ("", "checks/", "revisions/", "approval/", "tests/", "send/", "preview/"):
        yield _told(browser.get(where + part), where + part, "")
    for view in ("desktop", "mobile", "text", "inbox", "inverted"):
        yield _told(browser.get(f"{where}preview/mail/?view={view}"), f"{where} {view}", "")


def _told(answer: Any, where: str, bad: str) -> dict[str, Any]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    return {
        "where": where,
        "typed": bad,
        "status": answer.status_code,
        "kind": kind,
        "policy": answer.headers.get("Content-Security-Policy", ""),
        "location": answer.headers.get("Location", ""),
        "text": answer.getvalue().decode(errors="replace") if kind != "application/octet-stream" else "",
    }


if __name__ == "__main__":
    answers = list(walk(Path(sys.argv[1])))
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")
