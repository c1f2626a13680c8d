"""The preview of an issue: ways to look, the frame that may do nothing, and who may look as which reader."""

import re
from html import unescape
from json import dumps

import pytest
from django.test import Client

from newsletter.models import Asset, Revision
from newsletter.web.editor import frames, inbox
from subscribers.models import Segment, Subscriber
from tests.web.conftest import ISSUE

pytestmark = pytest.mark.django_db

HOME = "/issues/news/preview/"
MAIL = "/issues/news/preview/mail/"
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


@pytest.fixture
def editor(signed_in, put) -> Client:
    put()
    return signed_in("editor")


@pytest.fixture
def ana() -> Subscriber:
    known = {"first_name": "Ana"}
    return Subscriber.objects.create(
        email="ana@example.net", email_norm="ana@example.net", name="Ana Silva", language="es", attributes=known
    )


def key_of(client: Client, written: str = "ana") -> str:
    html = client.post(f"{HOME}readers/", {"q": written}, HTTP_HX_REQUEST="true").content.decode()
    return unescape(re.search(r'data-reader="([^"]+)"', html)[1])


@pytest.mark.parametrize("view", frames.VIEWS)
def test_every_way_to_look_has_a_policy_of_its_own(editor, view):
    answer = editor.get(MAIL, {"view": view})
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    expected = CSP.replace("'self'", "'none'") if view == "no-images" else CSP
    assert policy == f"{expected}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    assert "<script" not in answer.content.decode()


def test_the_page_shows_the_frame_and_never_srcdoc(editor):
    html = editor.get(HOME).content.decode()
    assert f'<iframe class="whole desktop" sandbox title="The mail as readers see it" src="{MAIL}?view=desktop' in html
    assert "srcdoc" not in html
    for view in frames.VIEWS:
        assert f'value="{view}"' in html
    assert f'class="mobile" sandbox title="The mail as readers see it" src="{MAIL}?view=mobile' in (
        editor.get(HOME, {"view": "mobile"}).content.decode()
    )
    assert "desktop" in editor.get(HOME, {"view": "<script>"}).content.decode()


def test_nothing_is_changed_by_looking(editor):
    before = (Revision.objects.count(), Asset.objects.count())
    for view in frames.VIEWS:
        editor.get(MAIL, {"view": view})
    editor.get(HOME)
    assert (Revision.objects.count(), Asset.objects.count()) == before
    assert editor.post(MAIL).status_code == editor.post(HOME).status_code == 405


def test_colours_are_forced(editor):
    light, dark, inverted = (
        editor.get(MAIL, {"view": view}).content.decode() for view in ("desktop", "dark", "inverted")
    )
    assert "prefers-color-scheme" not in light + dark + inverted
    assert "@media not all" in light
    assert "@media all" not in light
    assert "@media all" in dark
    assert "color-scheme:dark !important" in dark
    assert "@media not all" in inverted
    assert "invert(.9)" in inverted
    assert "invert(.9)" not in light + dark


def test_links_lead_nowhere_but_within_the_mail(editor):
    html = editor.get(MAIL).content.decode()
    assert '<base target="_blank">' in html.split("</head>")[0]
    assert "/u/preview" in html  # the reader's own link is nobody's
    made = frames.dressed('<head></head><a class="x" href="#tune-in">x</a><a href="https://example.org/#x">y</a>', "")
    assert '<a class="x" target="_self" href="#tune-in">' in made
    assert '<a href="https://example.org/#x">' in made


def test_pictures_come_from_this_server_without_a_cookie(editor, visitor):
    html = editor.get(MAIL).content.decode()
    [address] = set(re.findall(r'src="(/m/[^"]+\.png)"', html))
    answer = visitor.get(address)
    answer.close()
    assert answer.status_code == 200
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    text = unescape(editor.get(MAIL, {"view": "text"}).content.decode())
    assert "https://news.example.org/m/" in text  # the text shows addresses as readers get them


def test_the_logo_is_shown_and_not_stored(editor, site, visitor):
    from PIL import Image

    Image.new("RGB", (80, 40), "red").save(site.root / "logo.png")
    site.settings.organisation.__dict__["logo"] = "logo.png"
    before = Asset.objects.count()
    [address] = re.findall(r'src="(/m/logo/[^"]+)"', editor.get(MAIL).content.decode())
    answer = visitor.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert visitor.get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404
    assert Asset.objects.count() == before
    (site.root / "logo.png").unlink()
    assert visitor.get(address).status_code == 404
    assert editor.get(MAIL).status_code == 200


def test_text_and_inbox_line(editor):
    assert "Our news\n========" in unescape(editor.get(MAIL, {"view": "text"}).content.decode())
    html = unescape(editor.get(MAIL, {"view": "inbox"}).content.decode())
    assert "Our news, friend" in html
    assert "What was said in Geneva, and what" in html
    assert "all 16 characters are seen" in html


def test_an_issue_without_a_preheader_shows_how_the_mail_begins(signed_in, put):
    put(text=ISSUE.replace('preheader = "What was said in Geneva, and what you can do now."\n', ""))
    html = signed_in("editor").get(MAIL, {"view": "inbox"}).content.decode()
    assert "none is written: programs show how the mail begins" in html
    assert "Example Network Updates" in html


def test_an_earlier_revision(editor, put):
    put(text=ISSUE.replace("Our news", "Other news"))
    assert "Other news" in editor.get(MAIL).content.decode()
    assert "Our news" in editor.get(MAIL, {"number": "1"}).content.decode()
    for number in ("3", "0", "x", "²", "9" * 40, "-1"):
        assert editor.get(MAIL, {"number": number}).status_code == 404


def test_every_language(signed_in, put):
    spanish = ISSUE.replace("Our news", "Noticias").replace('timezone = "Europe/Zurich"\n', 'language = "es"\n')
    put(es=spanish)
    editor = signed_in("editor")
    assert "Noticias" in editor.get(MAIL, {"language": "es"}).content.decode()
    assert "Our news" in editor.get(MAIL, {"language": "xx"}).content.decode()
    html = editor.get(HOME, {"language": "es"}).content.decode()
    assert '<option value="es" lang="es" selected>español</option>' in html


def test_parts_of_the_audience(signed_in, put):
    Segment.objects.create(slug="members", name="M", conditions={"match": "all", "conditions": []})
    put(text=ISSUE + '\n## Only members\n\n```text\naudience = "members"\n```\n\nA secret.\n')
    editor = signed_in("editor")
    assert "A secret." in editor.get(MAIL).content.decode()
    assert "A secret." not in editor.get(MAIL, {"parts": "chosen"}).content.decode()
    assert "A secret." in editor.get(MAIL, {"parts": "chosen", "in": "members"}).content.decode()
    assert 'name="in" value="members" checked' in editor.get(HOME).content.decode()
    assert 'name="in" value="members"> ' in editor.get(HOME, {"parts": "chosen"}).content.decode()


def test_as_a_reader_by_a_key_without_an_address(editor, ana):
    key = key_of(editor)
    assert "@" not in key
    assert "Hello Ana." in editor.get(MAIL, {"as": key}).content.decode()
    assert "Ana Silva" in editor.get(HOME, {"as": key}).content.decode()
    assert "Hello Maximiliana" in editor.get(MAIL, {"as": "longest"}).content.decode()
    for wrong in (f"{key}x", "1", str(ana.pk), "ana"):
        assert editor.get(MAIL, {"as": wrong}).status_code == 404
    ana.delete()
    assert editor.get(MAIL, {"as": key}).status_code == 404


def test_the_search_is_a_post_and_shows_no_more_than_it_found(editor, ana):
    assert editor.get(f"{HOME}readers/").status_code == 405
    page = editor.post(f"{HOME}readers/", {"q": "ana"}).content.decode()
    assert "<h1" in page
    assert "ana@example.net" in page
    nobody = editor.post(f"{HOME}readers/", {"q": "<script>x"}, HTTP_HX_REQUEST="true").content.decode()
    assert "&lt;script&gt;x" in nobody
    assert "<h1" not in nobody


@pytest.mark.parametrize("role", ["viewer", "approver", "contributor"])
def test_who_sees_no_addresses_looks_as_nobody(signed_in, put, ana, role):
    put()
    key = key_of(signed_in("editor"))
    other = signed_in(role, name="Vera")
    assert other.get(MAIL).status_code == other.get(HOME).status_code == 200
    assert "See it as another reader" not in other.get(HOME).content.decode()
    assert other.get(MAIL, {"as": key}).status_code == 404
    assert other.get(HOME, {"as": key}).status_code == 404
    assert other.post(f"{HOME}readers/", {"q": "ana"}).status_code == 403


@pytest.mark.parametrize("path", [HOME, MAIL, f"{HOME}readers/"])
def test_nobody_looks_who_is_not_signed_in(editor, visitor, path):
    for answer in (visitor.get(path), visitor.post(path)):
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]


def test_the_search_is_guarded(signed_in, put):
    put()
    assert signed_in("editor", guarded=True).post(f"{HOME}readers/", {"q": "a"}).status_code == 403


def test_what_cannot_be_rendered_says_why(editor, site):
    site.templates.joinpath("email", "items").mkdir(parents=True)
    site.templates.joinpath("email", "items", "event.mjml.j2").write_text("<mj-texxt>x</mj-texxt>")
    answer = editor.get(MAIL)
    assert answer.headers["Content-Security-Policy"].startswith(CSP)
    assert "The mail cannot be shown yet" in answer.content.decode()
    assert "mj-texxt" in answer.content.decode()


def test_an_item_for_a_segment_that_is_gone_says_so(signed_in, put, ana):
    put(text=ISSUE + '\n## Only members\n\n```text\naudience = "members"\n```\n\nA secret.\n')
    editor = signed_in("editor")
    key = key_of(editor)
    assert "members" in editor.get(MAIL, {"as": key}).content.decode()
    assert editor.get(HOME, {"as": key}).status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "News"])
def test_what_is_not_there(editor, slug):
    assert editor.get(f"/issues/{slug}/preview/").status_code == 404
    assert editor.get(f"/issues/{slug}/preview/mail/").status_code == 404


BAD = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&</title></pre></head>"


@pytest.mark.parametrize("view", frames.VIEWS)
def test_nothing_written_runs(signed_in, put, view):
    """In every line that an editor writes."""
    lines = dict.fromkeys(("title", "subject", "preheader", "series", "sender"), BAD)
    lines["sender"] = "script alert(1)"
    front = "".join(f"{name} = {dumps(line)}\n" for name, line in lines.items())
    put(text=f"+++\n{front}+++\n\nHello.\n\n## {BAD}\n\nSome text.\n")
    editor = signed_in("editor")
    html = editor.get(MAIL, {"view": view}).content.decode()
    assert "alert(1)" in html
    for page in (html, editor.get(HOME).content.decode().split("<main")[1]):
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert page.count("</pre>") == (1 if page is html and view == "text" else 0)


def test_how_much_an_inbox_shows():
    assert inbox.seen("short", 300, 16) == inbox.Seen("short", "")
    long = inbox.seen("word " * 60, 300, 16)
    assert long.shown + long.cut == ("word " * 60).strip()
    assert 30 < len(long.shown) < 50
    assert long.characters == (len(long.shown), 299)
    assert len(inbox.seen("W" * 99, 300, 16).shown) < len(inbox.seen("i" * 99, 300, 16).shown)
    assert len(inbox.seen("漢" * 99, 300, 16).shown) == 17
    assert inbox.seen("", 300, 16).characters == (0, 0)
    assert inbox.seen("words", 0, 16).shown == ""


def test_a_family_is_not_cut_apart():
    family = "👩‍👩‍👧"
    found = inbox.seen(family * 30, 200, 16)
    assert found.shown
    assert len(found.shown) % len(family) == 0


def test_the_rows_of_an_inbox():
    phone, desktop = inbox.rows(
        "Sender", "A subject of some length that goes on for quite a while, and then on", "Pre " * 30
    )
    assert phone.subject.cut
    assert phone.preheader.cut
    assert not desktop.subject.cut
    assert len(desktop.preheader.shown) < len(phone.preheader.shown)
    _, full = inbox.rows("Sender", "subject " * 30, "preheader")
    assert full.preheader.shown == ""
