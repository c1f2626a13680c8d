"""Who may see which page: every address there is, and every role. A new address without a line here fails."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsletter.models import Account, Role
from newsletter.store import second_factor

pytestmark = pytest.mark.django_db

LETTERS = {
    "C": Role.CONTRIBUTOR,
    "E": Role.EDITOR,
    "A": Role.APPROVER,
    "S": Role.SENDER,
    "V": Role.VIEWER,
}
EVERYBODY, ADMINISTRATORS = "CEASV", ""
PUBLIC, ENTRANCE = "public", "entrance"
TABLE = {
    # Links in mails, forms of the site, providers.
    "archive": PUBLIC,
    "confirm": PUBLIC,
    "events": PUBLIC,
    "favicon.ico": PUBLIC,
    "feed": PUBLIC,
    "health-here": PUBLIC,
    "link": PUBLIC,
    "mailed": PUBLIC,
    "media": PUBLIC,
    "own-link": PUBLIC,
    "post": PUBLIC,
    "preferences": PUBLIC,
    "preview-logo": PUBLIC,
    "sign-up": PUBLIC,
    "style": PUBLIC,
    "unsubscribe": PUBLIC,
    "webhook-sendgrid": PUBLIC,
    # The way in, and private links of working groups.
    "choose-password": ENTRANCE,
    "hand-in": ENTRANCE,
    "hand-in-kind": ENTRANCE,
    "hand-in-thanks": ENTRANCE,
    "setup": ENTRANCE,
    "sign-in": ENTRANCE,
    # One's own account.
    "account": EVERYBODY,
    "second-factor": EVERYBODY,
    "sign-in-code": EVERYBODY,
    "sign-out": EVERYBODY,
    # The site.
    "audit": ADMINISTRATORS,
    "audit-csv": ADMINISTRATORS,
    "health": ADMINISTRATORS,
    "people": ADMINISTRATORS,
    "person": ADMINISTRATORS,
    "person-new": ADMINISTRATORS,
    "settings": ADMINISTRATORS,
    "settings-section": ADMINISTRATORS,
    "setup-logo": ADMINISTRATORS,
    "setup-sample-mail": ADMINISTRATORS,
    "setup-samples-remove": ADMINISTRATORS,
    "setup-step": ADMINISTRATORS,
    # The pool.
    "item": "CE",
    "item-drop": "CE",
    "item-links": "E",
    "item-new": "CE",
    "item-new-kind": "CE",
    "items": "CE",
    "items-into": "E",
    # Issues.
    "issue": EVERYBODY,
    "issue-accept": "E",
    "issue-add": "E",
    "issue-add-kind": "E",
    "issue-checks": EVERYBODY,
    "issue-comment": "EA",
    "issue-comment-settle": "EA",
    "issue-duplicate": "E",
    "issue-follow": "E",
    "issue-item": EVERYBODY,
    "issue-items": EVERYBODY,
    "issue-language-put-back": "E",
    "issue-languages": "E",
    "issue-live": EVERYBODY,
    "issue-mend": "E",
    "issue-move": "E",
    "issue-new": "E",
    "issue-put-back": "E",
    "issue-remove": "E",
    "issue-save": "E",
    "issue-shape": "E",
    "issue-take": "E",
    "issue-withdraw": "E",
    "issues": EVERYBODY,
    "preview": EVERYBODY,
    "preview-mail": EVERYBODY,
    "preview-readers": "ES",
    "revision": EVERYBODY,
    "revision-restore": "E",
    "revisions": EVERYBODY,
    "translation": EVERYBODY,
    "translation-done": "E",
    "translation-item": EVERYBODY,
    "translation-items": EVERYBODY,
    "translation-remove": "E",
    "translation-save": "E",
    "translation-shape": "E",
    "upload": "E",
    "keep-private": "ES",
    "published": "EASV",
    # Tests, approval, sending.
    "approval": "EASV",
    "approval-decide": "A",
    "approval-submit": "E",
    "approval-withdraw": "E",
    "comment": "EA",
    "comment-resolve": "E",
    "mailing": "EASV",
    "mailing-cancel": "S",
    "mailing-pause": "S",
    "mailing-resolve": "S",
    "mailing-resume": "S",
    "mailing-retry": "S",
    "mailings": "EASV",
    "report": "EASV",
    "report-figures": "EASV",
    "report-recipients": "ES",
    "reviewer": "EAS",
    "send": "ES",
    "send-people": "ES",
    "send-start": "S",
    "tests": "EAS",
    "tests-find": "ES",
    "tests-send": "EAS",
    # Readers.
    "import": "S",
    "import-errors": "S",
    "import-give-up": "S",
    "import-job": "S",
    "import-new": "S",
    "imports": "S",
    "list": "ES",
    "lists": "ES",
    "segment": "ES",
    "segments": "ES",
    "subscriber": "ES",
    "subscriber-add": "S",
    "subscriber-change": "S",
    "subscriber-download": "S",
    "subscribers": "ES",
}
"""The name of an address, and which roles beside the administrator reach it; or that it needs none."""
WORDS = {
    "slug": "october",
    "number": 1,
    "token": "a" * 22,
    "key": "a" * 22,
    "kind": "text",
    "language": "es",
    "name": "site",
    "public_id": "a" * 22,
    "ending": "png",
}
"""What stands for each part of an address."""


def routes() -> Iterator[tuple[str, str, Callable[..., object]]]:
    """Every address: its name (else the address itself), one path, and its view."""

    def walk(patterns, before):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, before + str(one.pattern))
            else:
                parts = getattr(one.pattern, "regex").groupindex  # noqa: B009
                path = (
                    reverse(one.name, kwargs={part: WORDS[part] for part in parts}) if one.name else f"/{one.pattern}"
                )
                yield one.name or str(one.pattern), path, one.callback

    yield from walk(get_resolver().url_patterns, "")


DESK = [(name, path) for name, path, _ in routes() if TABLE.get(name) not in {PUBLIC, ENTRANCE}]


def test_every_address_is_in_the_table_and_marked_as_it_says() -> None:
    said = {
        name: words if words in {PUBLIC, ENTRANCE} else frozenset(LETTERS[letter] for letter in words)
        for name, words in TABLE.items()
    }
    said |= {name: frozenset() for name, words in TABLE.items() if words == EVERYBODY}
    said |= {name: frozenset({Role.ADMINISTRATOR}) for name, words in TABLE.items() if words == ADMINISTRATORS}
    assert {name: getattr(view, "access", "not marked") for name, _, view in routes()} == said


def may(name: str, role: Role) -> bool:
    return role == Role.ADMINISTRATOR or role in {LETTERS[letter] for letter in TABLE.get(name, "")}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_says_and_nothing_else(signed_in, role: Role) -> None:
    browser = signed_in(role, name=role.label)
    browser.raise_request_exception = False
    wrong = []
    for name, path in DESK:
        answer = browser.get(path)
        refused = answer.status_code == 403 and b"This is not yours to do" in answer.content
        if refused == may(name, role) or answer.status_code >= 500 or "sign-in" in answer.get("Location", ""):
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_without_a_session_reaches_the_desk(site, method: str) -> None:
    Account.objects.make("ana@example.org", name="Ana", roles=["administrator"])
    browser = Client(HTTP_HOST="127.0.0.1:8025")
    answers = {name: getattr(browser, method)(path) for name, path in DESK}
    assert {name for name, one in answers.items() if not one.get("Location", "").startswith("/sign-in/")} == set()
    assert {name for name, one in answers.items() if one.content} == set()


def test_who_lost_access_has_lost_it_everywhere_at_once(signed_in) -> None:
    browser = signed_in("administrator")
    Account.objects.update(is_active=False)
    assert {browser.get(path).status_code for _, path in DESK} == {302}


def test_the_second_factor_is_asked_for_before_anything_else(signed_in) -> None:
    browser = signed_in("administrator")
    TOTPDevice.objects.create(user=Account.objects.get(), key=second_factor.new_key())
    reached = {name for name, path in DESK if not browser.get(path).get("Location", "").startswith("/sign-in/code/")}
    assert reached == {"sign-in-code", "sign-out"}
    rest = [(name, path) for name, path in DESK if name not in reached]
    assert [
        name for name, path in rest if not browser.post(path).get("Location", "").startswith("/sign-in/code/")
    ] == []


def test_a_site_can_require_the_second_factor(signed_in, site, settings) -> None:
    browser = signed_in("administrator")
    settings.NEWSLETTER_SITE = with_required(site)
    reached = {name for name, path in DESK if browser.get(path).get("Location", "") != "/account/second-factor/"}
    assert reached == {"second-factor", "sign-out"}


def with_required(site):
    from dataclasses import replace

    desk = site.settings.desk.model_copy(update={"second_factor": "required"})
    return replace(site, settings=site.settings.model_copy(update={"desk": desk}), versions=())


def test_each_form_needs_its_token_unless_it_is_public(signed_in) -> None:
    browser = signed_in("administrator", guarded=True)
    taken = set()
    for name, path, _ in routes():
        answer = browser.post(path)
        if not (answer.status_code == 403 and b"This form could not be taken" in answer.content):
            taken.add(name)
    assert taken == {name for name, words in TABLE.items() if words == PUBLIC}
