"""The adapter over django-anymail: what each service is asked, and what its answers mean."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers import anymail
from newsletter.delivery.providers.anymail import SERVICES, Anymail
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    RateLimited,
    Refused,
    Submission,
    Unreachable,
)
from tests.delivery.providers.places import http_server
from tests.delivery.worlds import ENVELOPE, RENDERING, make_site, recipient

ACCOUNT = {
    "api_key": "key-77",
    "secret_key": "second-77",
    "project_id": "project",
    "sender_domain": "mg.example.org",
    "api_url": "https://api.service.example/",
}
OVER_HTTP = sorted(name for name, service in SERVICES.items() if not service.package)


def provider(root: Path, esp: str | None, **more: Any) -> Anymail:
    return Anymail(make_site(root, providers={"anymail": {"esp": esp, **more}}))


def submit(made: Anymail, *numbers: int) -> Answer:
    people = tuple(map(recipient, numbers or (1,)))
    return made.submit(Submission("77", RENDERING, ENVELOPE, Composer(RENDERING, ENVELOPE), people))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[requests.PreparedRequest]:
    """What was to go over the wire; the answer says nothing."""
    calls: list[requests.PreparedRequest] = []

    def send(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        calls.append(request)
        assert options["timeout"] == anymail.TIMEOUT and self.max_redirects == 0
        response = requests.Response()
        response.status_code, response._content, response.request = 500, b"{}", request
        return response

    monkeypatch.setattr(requests.Session, "send", send)
    return calls


@pytest.mark.parametrize("esp", OVER_HTTP)
def test_each_service_is_asked_for_the_mail_and_the_header_that_unsubscribes(
    esp: str, tmp_path: Path, asked: list[requests.PreparedRequest]
) -> None:
    answer = submit(provider(tmp_path, esp, **ACCOUNT))
    assert [type(outcome) for outcome in answer.outcomes.values()] == [Ambiguous], "a 500 says nothing"
    (request,) = asked
    raw = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    said = requests.compat.unquote_plus(raw) if "form" in request.headers.get("Content-Type", "") else raw
    said = said if esp == "mailgun" else json.dumps(json.loads(raw), ensure_ascii=False)
    for words in ("reader1@example.org", "News for Name1", "https://news.example.org/u/token00000000000000001"):
        assert words in said, words
    assert "List-Unsubscribe=One-Click" in said or "List-Unsubscribe%3DOne-Click" in raw
    assert ("delivery00000000000001" in said) >= SERVICES[esp].metadata
    assert request.headers["Idempotency-Key"] == "delivery00000000000001"
    assert "key-77" not in request.url


@pytest.mark.parametrize("esp", sorted(SERVICES))
def test_what_a_service_lacks_is_named_and_what_it_has_is_enough(esp: str, tmp_path: Path) -> None:
    bare = provider(tmp_path, esp).check()
    needed = ("api_key",) * bool(SERVICES[esp].key) + SERVICES[esp].needs
    assert [next(name for name in (*needed, "package") if name in one) for one in bare] == [
        *needed,
        *(["package"] if SERVICES[esp].package else []),
    ]
    if not SERVICES[esp].package:
        assert provider(tmp_path, esp, **ACCOUNT).check() == ()


def test_a_service_that_is_none_is_named_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = provider(tmp_path, "mailgum").check()
    assert "did you mean mailgun?" in problem
    (problem,) = provider(tmp_path, None).check()
    assert "postmark" in problem and "no service is named" in problem
    assert [type(one) for one in submit(provider(tmp_path, None), 1, 2).outcomes.values()] == [Barred, Barred]


def test_a_repeated_mail_has_the_key_of_the_first(tmp_path: Path, asked: list[requests.PreparedRequest]) -> None:
    for _ in range(2):
        submit(provider(tmp_path, "brevo", **ACCOUNT))
    keys = {json.loads(request.body)["headers"]["idempotencyKey"] for request in asked}
    assert len(keys) == 1
    submit(provider(tmp_path, "brevo", **ACCOUNT), 2)
    assert json.loads(asked[-1].body)["headers"]["idempotencyKey"] not in keys


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"id": "1"}, Accepted),
        (200, {"surprise": 1}, Ambiguous),
        (400, {"message": "reader1@example.org is bad"}, Refused),
        (401, {"message": "no key"}, Barred),
        (403, {"message": "no domain"}, Barred),
        (404, {}, Barred),
        (409, {}, Ambiguous),
        (422, {}, Refused),
        (429, {"headers": {"Retry-After": "7"}}, RateLimited),
        (302, {"headers": {"Location": "/elsewhere"}}, Barred),
        (500, {}, Ambiguous),
        (503, {}, Ambiguous),
        (None, {}, Ambiguous),
    ],
)
def test_only_what_is_sure_is_no(tmp_path: Path, status: int | None, body: Any, kind: type) -> None:
    paths: list[str] = []

    def answer(path: str, headers: dict[str, str], raw: bytes) -> tuple[int, Any] | None:
        paths.append(path)
        return None if status is None else (status, body)

    with http_server(answer) as url:
        outcomes = submit(provider(tmp_path, "resend", api_key="k", api_url=url), 1, 2).outcomes
    assert [type(outcome) for outcome in outcomes.values()] == [kind, kind]
    assert "reader1@" not in outcomes["delivery00000000000001"].reason
    stops = kind in {Barred, RateLimited}
    assert paths == ["/emails"] * (1 if stops else 2), "what bars one is not asked of the next"
    if kind is RateLimited:
        assert outcomes["delivery00000000000001"].seconds == 7


def test_no_connection_is_a_sure_no(tmp_path: Path) -> None:
    outcomes = submit(provider(tmp_path, "resend", api_key="k", api_url="http://127.0.0.1:1"), 1, 2).outcomes
    assert [type(outcome) for outcome in outcomes.values()] == [Unreachable, Unreachable]


def test_the_mail_through_anymails_own_test_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import mail

    monkeypatch.setattr(mail, "outbox", [], raising=False)
    services = {"test": anymail.Service(key="", takes=(), package="anymail")}
    monkeypatch.setattr(anymail, "SERVICES", services)
    answer = submit(provider(tmp_path, "test"))
    assert [type(outcome) for outcome in answer.outcomes.values()] == [Accepted]
    (message,) = mail.outbox
    sent = message.anymail_test_params
    assert sent["metadata"] == {"nl_d": "delivery00000000000001", "nl_a": "77"}
    assert (sent["track_clicks"], sent["track_opens"]) == (False, False)
    assert sent["extra_headers"]["List-Unsubscribe"] == "<https://news.example.org/u/token00000000000000001>"
    (to,) = sent["to"]
    assert (to.display_name, to.addr_spec) == ("Reader 1", "reader1@example.org")


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(anymail, "find_spec", lambda _: None)
    monkeypatch.setattr(anymail, "import_module", missing)
    made = provider(tmp_path, "postmark", api_key="k")
    (problem,) = made.check()
    assert "pip install 'django-anymail>=13'" in problem
    assert [type(outcome) for outcome in submit(made, 1, 2).outcomes.values()] == [Barred, Barred]
