"""A reader's whole life in a browser, against ``newsletter serve``: from a form on another site to being forgotten."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.conftest import header, part, recipient, run
from tests.browser import chromium  # noqa: F401 - the fixture ``browser``
from tests.web.server import serving

ISSUE = """\
+++
title = "Our news"
subject = "Our news, {{first_name|friend}}"
preheader = "What was said in Geneva, and what you can do now."
timezone = "Europe/Zurich"
+++

Hello {{first_name|friend}}.
"""


EDITOR = "news@example.org"
"""Gets notices, too: that a mailing is finished."""


@dataclass
class Network:
    """A site that is being served, and the inbox of all its readers."""

    root: Path
    address: str = ""
    read: int = 0

    def run(self, *arguments: object) -> str:
        done = run(*arguments, cwd=self.root)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def mail(self) -> Message:
        """The next notice that comes in."""
        for _ in range(300):
            found = self.notices()
            if len(found) > self.read:
                self.read += 1
                return found[self.read - 1]
            time.sleep(0.1)
        raise AssertionError("no mail came")

    def notices(self) -> list[Message]:
        files = sorted((self.root / "notices" / "new").glob("*"), key=lambda one: one.stat().st_mtime_ns)
        found = [message_from_bytes(file.read_bytes()) for file in files]
        return [mail for mail in found if recipient(mail) != EDITOR]

    def link(self, mail: Message, way: str) -> str:
        """The link of a mail, at the port that is served."""
        [path] = set(re.findall(rf"https://news\.example\.org(/{way}/[\w-]{{22}})", part(mail, "plain")))
        return self.address + path

    def shown(self, email: str) -> dict:
        return json.loads(self.run("subscriber", "show", email, "--json"))


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    site = Network(tmp_path / "site")
    assert run("init", site.root, cwd=tmp_path).returncode == 0
    for key, value in {
        "site.name": "Example Network",
        "site.base_url": "https://news.example.org",
        "sender.email": EDITOR,
        "organisation.postal_address": "1 Example Street, Geneva",
    }.items():
        site.run("settings", "set", key, value)
    site.run("list", "add", "news", "--name", "News", "--public")
    site.run("list", "add", "alerts", "--name", "Alerts", "--public")
    site.run("topic", "add", "housing", "--name", "Housing")
    with serving(site.root) as server:
        site.address = server.address
        yield site


@pytest.fixture
def elsewhere(network: Network) -> Iterator[str]:
    """Another site, which has the form on one of its pages."""
    form = network.run("list", "form", "news", "--language", "es")
    page = f"<!doctype html><title>Ours</title>{form}".replace("https://news.example.org", network.address).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def heading(page: Page, words: str) -> None:
    page.get_by_role("heading", name=words, exact=True).wait_for()


def send_issue(network: Network, slug: str) -> list[Message]:
    """The mails of an issue to ``news``."""
    (network.root / "issues" / f"{slug}.md").write_text(ISSUE.replace("Our news", slug))
    outbox = network.root / "outbox"
    before = {path.name for path in (outbox / "new").glob("*")}
    run("issue", "send", slug, "--list", "news", "--confirm-count", 1, cwd=network.root)
    new = [path for path in (outbox / "new").glob("*") if path.name not in before]
    return [message_from_bytes(path.read_bytes()) for path in new]


def test_a_life(browser: Browser, network: Network, elsewhere: str, tmp_path: Path) -> None:
    context = browser.new_context(locale="es-ES", accept_downloads=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    # On a page of another site they fill in the form, and confirm by the link that is mailed.
    page.goto(elsewhere)
    page.get_by_label("Su dirección de correo").fill("Ana@example.net")
    page.get_by_label("Su nombre").fill("Ana")
    page.get_by_label("Housing").check()
    page.get_by_role("button", name="Suscribirme").click()
    heading(page, "Mire su correo")
    confirmation = network.mail()
    assert (recipient(confirmation), header(confirmation, "Subject")) == (
        "ana@example.net",
        "Confirme, por favor: News",
    )
    assert confirmation["List-Unsubscribe"] is None
    page.goto(network.link(confirmation, "c"))
    page.get_by_role("button", name="Sí, suscríbanme").click()
    heading(page, "Está suscrito")
    shown = network.shown("ana@example.net")
    [news] = shown["subscriptions"]
    asked, confirmed = news["consent"]
    assert (shown["topics"], shown["attributes"], shown["language"]) == (["housing"], {"first_name": "Ana"}, "es")
    assert asked["source"] == f"sign-up form on {elsewhere.split('/')[2]}"
    assert "Acepto que Example Network envíe «News»" in asked["wording"]
    assert (confirmed["action"], confirmed["confirms"]) == ("confirmed", asked["at"])

    # An issue comes; by its link they take a second list, another language, and a pause.
    [mail] = send_issue(network, "first")
    assert header(mail, "Subject") == "first, Ana"
    preferences = network.link(mail, "p")
    page.goto(preferences)
    assert "a***@e***.net" in page.inner_text("main")
    page.get_by_label("Alerts").check()
    page.get_by_role("combobox", name="Idioma").select_option("fr")
    page.get_by_role("combobox", name="Zona horaria").select_option("Europe/Paris")
    page.get_by_role("combobox", name="Pausa").select_option("3")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("status").wait_for()
    assert page.inner_text("[role=status]") == "C’est enregistré."
    assert send_issue(network, "second") == [], "there is a pause"
    page.get_by_role("combobox", name="Pause").select_option("")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("status").wait_for()
    assert network.shown("ana@example.net")["subscriptions"][1]["paused_until"] is None

    # They unsubscribe by the link of the mail, think better of it, then leave everything, and come back by the form.
    page.goto(network.link(mail, "u"))
    page.get_by_role("button").click()
    page.get_by_role("button", name="Suscribirme de nuevo").click()
    heading(page, "Vuelve a estar suscrito")
    page.goto(preferences)
    page.get_by_role("button", name="Me désabonner de tout").click()
    page.get_by_role("status").wait_for()
    assert network.shown("ana@example.net")["suppressed"] == "unsubscribed"
    page.goto(f"{network.address}/s/alerts?language=en")
    page.get_by_label("Your address").fill("ana@example.net")
    page.get_by_role("button", name="Subscribe").click()
    heading(page, "Look into your mail")
    # One such mail a day: the page they have still leads back.
    page.goto(preferences)
    page.get_by_label("News").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("status").wait_for()
    shown = network.shown("ana@example.net")
    assert shown["suppressed"] is None
    assert {one["list"]: one["state"] for one in shown["subscriptions"]} == {"news": "active", "alerts": "unsubscribed"}

    # They change their address, download what is known of them, and have it erased.
    page.get_by_label("Nouvelle adresse").fill("ana.new@example.com")
    page.get_by_role("button", name="Changer d’adresse").click()
    page.get_by_role("status").wait_for()
    proof = network.mail()
    assert recipient(proof) == "ana.new@example.com"
    page.goto(network.link(proof, "l"))
    page.get_by_role("button", name="Utiliser cette adresse").click()
    heading(page, "Votre adresse est changée")
    assert recipient(network.mail()) == "ana@example.net"

    page.goto(preferences)
    page.get_by_role("button", name="Télécharger mes données").click()
    page.get_by_role("status").wait_for()
    page.goto(network.link(network.mail(), "l"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger").click()
    known = json.loads(Path(download.value.path()).read_text())
    assert known["email"] == "ana.new@example.com"
    assert [one["what"] for one in known["subscriptions"][1]["consent"]][:2] == ["subscribed", "confirmed"]

    page.goto(preferences)
    page.get_by_role("button", name="Effacer mes données").click()
    page.get_by_role("status").wait_for()
    page.goto(network.link(network.mail(), "l"))
    page.get_by_role("button", name="Effacer mes données").click()
    heading(page, "Vos données sont effacées")
    gone = run("subscriber", "show", "ana.new@example.com", cwd=network.root)
    assert "erased" in gone.stderr
    page.goto(preferences)
    heading(page, "Nadie está suscrito con este enlace")
    page.goto(network.link(mail, "u"))
    page.get_by_role("button").click()
    heading(page, "Se ha dado de baja")
    assert said == [], "no page broke its own policy"
    assert context.cookies() == []
    context.close()
