"""The page Send: roles, forged forms, and hostile names."""

import pytest

from newsletter.models import Mailing
from subscribers.models import Segment
from tests.web.sending_world import LETTER, XSS, approve, readers, send_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def revision(put):
    readers(3)
    return put("news.md", LETTER)


def test_everything_that_is_shown_is_text(signed_in, site, put):
    """Names of lists, segments, people, senders, subjects."""
    found = readers(2)
    found.name = XSS
    found.save()
    Segment.objects.create(
        slug="x",
        name=XSS,
        conditions={"match": "all", "conditions": [{"field": "name", "op": "equals", "value": XSS, "negated": True}]},
    )
    escaped = XSS.replace('"', '\\"')
    revision = put("news.md", LETTER.replace('What was said in Geneva"', f'{escaped}"', 1))
    revision.author = XSS
    revision.save()
    approve(site, revision, only=("x",))
    browser = signed_in("administrator", name=XSS[:90])
    for address in ("send/", "approval/", "tests/"):
        html = browser.get(f"/issues/news/{address}").content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html


def test_roles(signed_in, site, revision):
    approve(site, revision)
    for role, may_look, may_start in (
        ("sender", 200, 302),
        ("editor", 200, 403),
        ("approver", 403, 403),
        ("viewer", 403, 403),
        ("contributor", 403, 403),
    ):
        browser = signed_in(role, name=f"Some {role}")
        assert browser.get("/issues/news/send/").status_code == may_look
        assert browser.get("/issues/news/send/people/?list=upr&why=new").status_code == may_look
        if may_start == 403:
            assert browser.post("/issues/news/send/start/", {}).status_code == 403
        assert browser.get("/issues/news/send/start/").status_code in {403, 405}
    assert 'name="token"' not in signed_in("editor", name="Some editor").get("/issues/news/send/").content.decode()


def test_forms_are_guarded(signed_in, site, revision):
    approve(site, revision)
    browser = signed_in("sender", name="Sam", guarded=True)
    form = send_form(browser)
    assert browser.post("/issues/news/send/start/", form).status_code == 403
    assert not Mailing.objects.exists()
