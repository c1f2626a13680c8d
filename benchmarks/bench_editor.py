"""From a keystroke in an issue of 30 items to the fresh preview in Chromium, against a static file of the same mail.

    python benchmarks/bench_editor.py [--rounds N]

Counted from the moment the text is sent to be saved (the second that typing may rest before is not) until the frame
with the new mail is loaded and seen: save, rendering, frame. Of the same keystrokes the browser tells how long the
answers of the save and of the preview took; and when two pictures later the new mail was surely drawn. The other side
is the same HTML as a file, from the plain server of Python's library, in a frame of the same size in the same Chromium:
no save, no rendering. ``ratio`` is its median to ours. Where there is no Chromium, the server's times are shown by
themselves.
"""

import argparse
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SAMPLE = ROOT / "newsletter" / "sample" / "october-2020.md"
ITEMS = 30
TYPED = """
() => new Promise((done) => {
    const area = document.querySelector("textarea.body");
    performance.clearResourceTimings();
    document.addEventListener("desk:shown", () => {
        const seen = performance.now();
        requestAnimationFrame(() => requestAnimationFrame((drawn) => setTimeout(() => {
            const [save, mail] = [/\\/save\\/$/, /\\/preview\\/mail\\//].map(
                (name) => performance.getEntriesByType("resource").find((one) => name.test(one.name)));
            done([seen - save.startTime, drawn - save.startTime, save.duration, mail.responseEnd - mail.startTime]);
        }, 50)));
    }, { once: true });
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    document.execCommand("insertText", false, "x");
})
"""
FRAME = """
(address) => new Promise((done) => {
    const began = performance.now();
    const frame = document.createElement("iframe");
    frame.sandbox = "";
    frame.style = "width: 720px; height: 1000px";
    frame.addEventListener("load", () => { done(performance.now() - began); frame.remove(); });
    frame.src = `${address}?${began}`;
    document.body.append(frame);
})
"""


def long_issue() -> str:
    """The items of the sample again and again."""
    head, *items = SAMPLE.read_text(encoding="utf-8").split("\n## ")
    named = [items[at % len(items)].split("\n", 1) for at in range(ITEMS)]
    return head + "".join(f"\n## {title} {at}\n{body}" for at, (title, body) in enumerate(named))


def make_site(root: Path) -> None:
    from tests.web.desk_site import make

    script = (
        "from datetime import UTC, datetime\nfrom newsletter.store.revisions import import_issue\n"
        f"(site.issues / 'long.md').write_text({long_issue()!r})\n"
        "import_issue(site, site.issues / 'long.md', author='bench', at=datetime.now(UTC))\n"
    )
    make(root, script)


def in_browser(browser: Any, address: str, rounds: int, static: Path) -> tuple[list[list[float]], list[float]]:
    """Milliseconds of each keystroke (preview seen, drawn; answer of the save, of the preview) and static frame."""
    from tests.web.desk_site import sign_in

    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/issues/long/?item=lobbying-recap-0")
    page.wait_for_function("() => window.desk?.preview && document.querySelector('textarea[data-tools]')")
    page.wait_for_timeout(1_500)
    typed = [page.evaluate(TYPED) for _ in range(rounds + 2)][2:]
    mail = page.request.get(f"{address}/issues/long/preview/mail/")
    (static / "mail.html").write_text(mail.text(), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(static)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        blank = browser.new_page(viewport={"width": 1440, "height": 900})
        own = f"http://127.0.0.1:{server.server_port}/mail.html"
        framed = [blank.evaluate(FRAME, own) for _ in range(rounds + 2)][2:]
    finally:
        server.shutdown()
        server.server_close()
    return typed, framed


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def in_process(root: Path, rounds: int) -> list[float]:
    """Milliseconds of the preview where no browser is there: rendering with all that it reads."""
    from newsletter.django_conf import start_django
    from newsletter.site import load_site

    site = load_site(root, {})
    start_django(site)
    from newsletter.delivery.preview import preview_of
    from newsletter.store.revisions import newest

    times = []
    for number in range(rounds + 2):
        revision = newest("long")
        revision.source += "x" * number  # typed at the end of the last item
        began = time.perf_counter()
        preview_of(site, revision, logo_url="", parts={"html"})
        times.append((time.perf_counter() - began) * 1000)
    return times[2:]


def quantile(times: list[float], part: float) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


def told(what: str, times: list[float], note: str = "") -> None:
    print(f"{what:28} {quantile(times, 0.5):7.0f} ms   p95 {quantile(times, 0.95):5.0f} ms   {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    from playwright.sync_api import sync_playwright

    from tests.browser import FLAGS, executable
    from tests.web.server import serving

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        make_site(root)
        static = Path(folder) / "static"
        static.mkdir()
        with sync_playwright() as playwright, serving(root) as server:
            path = executable(playwright.chromium.executable_path)
            if path:
                browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
                typed, framed = in_browser(browser, server.address, rounds, static)
                browser.close()
        if not path:
            told("preview", in_process(root, rounds), f"({ITEMS} items; no Chromium: no ratio)")
            return
    seen, drawn, saved, looked = ([float(part) for part in parts] for parts in zip(*typed, strict=True))
    told("keystroke to fresh preview", seen, f"({ITEMS} items, {rounds} keystrokes, without the second of rest)")
    told("of it, the save's answer", saved)
    told("of it, the preview's answer", looked)
    told("until it is drawn for sure", drawn)
    told("a static file in a frame", framed, f"ratio {quantile(framed, 0.5) / quantile(seen, 0.5):.2f}")


if __name__ == "__main__":
    main()
