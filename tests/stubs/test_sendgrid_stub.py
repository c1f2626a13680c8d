"""The stand-in for SendGrid holds its callers to the published rules, and says in its log what it did."""

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.stubs import sendgrid_rules as rules
from tests.stubs.sendgrid_account import Account
from tests.stubs.sendgrid_stub import KEY, stub_process

NOW = 1_600_000_000.0
GOOD: dict[str, Any] = {
    "personalizations": [{"to": [{"email": "a@example.org", "name": "A"}], "substitutions": {"Ftoken0001": "x"}}],
    "from": {"email": "news@example.org"},
    "subject": "News",
    "content": [{"type": "text/plain", "value": "t"}, {"type": "text/html", "value": "h"}],
    "batch_id": "known",
    "send_at": int(NOW) + 1_800,
}


def person(**more: Any) -> list[dict[str, Any]]:
    return [{"to": [{"email": "a@example.org"}], **more}]


def people(*emails: str) -> list[dict[str, Any]]:
    return [{"to": [{"email": email}]} for email in emails]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"surprise": 1}, "surprise"),
        ({"subject": 3}, "subject"),
        ({"send_at": True}, "send_at"),
        ({"send_at": int(NOW) + 72 * 3_600 + 1}, "send_at"),
        ({"batch_id": "other"}, "batch_id"),
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": people(*(f"r{n}@example.org" for n in range(1_001)))}, "personalizations"),
        ({"personalizations": people("a@example.org", "A@example.org")}, "personalizations.1.to.0.email"),
        ({"personalizations": people("a@@example.org")}, "personalizations.0.to.0.email"),
        ({"personalizations": [{"to": [{"email": "a@example.org", "name": "a;b"}]}]}, "personalizations.0.to.0.name"),
        ({"personalizations": person(headers={"Reply-To": "x"})}, "personalizations.0.headers"),
        ({"personalizations": person(headers={"X": "é"})}, "personalizations.0.headers"),
        ({"personalizations": person(substitutions={"Ftoken0001": 1})}, "personalizations.0.s"),
        ({"personalizations": person(custom_args={"a": "x" * 10_001})}, "personalizations.0.c"),
        ({"personalizations": person(surprise=1)}, "personalizations.0.surprise"),
        ({"content": GOOD["content"][::-1]}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0"),
        ({"categories": ["a", "a"]}, "categories"),
        ({"categories": [str(n) for n in range(11)]}, "categories"),
        ({"from": {"email": "news@example.org", "name": "Réseau"}}, "from"),
        ({"tracking_settings": {"surprise": {"enable": False}}}, "tracking_settings"),
    ],
)  # fmt: skip
def test_what_the_rules_forbid_is_named(change: dict[str, Any], field: str | None) -> None:
    found = [where or "" for where, _ in rules.problems(GOOD | change, now=NOW, batches={"known"})]
    assert found == [] if field is None else any(where.startswith(field) for where in found), found


def test_as_a_process_of_its_own_it_keeps_a_log_and_a_clock(tmp_path: Path) -> None:
    with stub_process(tmp_path / "log") as stub:
        connection = HTTPConnection(stub.host.removeprefix("http://"), timeout=30)

        def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            connection.request(method, path, body and json.dumps(body), {"Authorization": f"Bearer {KEY}"})
            answer = connection.getresponse()
            raw = answer.read()
            return answer.status, json.loads(raw) if raw else None

        stub.set(clock=NOW)
        batches = [ask("POST", "/v3/mail/batch")[1]["batch_id"] for _ in range(12)]
        for number, batch in enumerate(batches):
            body = GOOD | {"batch_id": batch, "personalizations": people(f"r{number}@example.org")}
            assert ask("POST", "/v3/mail/send", body)[0] == 202
        cancels = [{"batch_id": batch, "status": "cancel"} for batch in batches]
        assert [ask("POST", "/v3/user/scheduled_sends", one)[0] for one in cancels] == [201] * 10 + [400] * 2
        assert ask("POST", "/v3/user/scheduled_sends", cancels[0])[0] == 400, "a second time"
        assert ask("GET", f"/v3/user/scheduled_sends/{batches[0]}") == (200, [cancels[0]])
        assert ask("GET", f"/v3/user/scheduled_sends/{batches[11]}") == (200, [])
        assert [mail["to"] for mail in stub.state()["leaving"]] == ["r10@example.org", "r11@example.org"]
        stub.set(clock=NOW + 1_300)
        assert ask("POST", "/v3/user/scheduled_sends", cancels[10])[0] == 400, "ten minutes before it is too late"
        connection.request("POST", "/v3/mail/send", json.dumps(GOOD))
        assert connection.getresponse().status == 401
        connection.close()
        events = [line["event"] for line in stub.lines()]
    assert events.count("taken") == 12 and events.count("cancelled") == 10 and events[0] == "asked"


def test_what_is_forgotten_holds_no_slot_and_slots_are_free_once_their_time_has_passed() -> None:
    account = Account()
    for again in range(3):
        for number in range(rules.SLOTS):
            account.batches[f"{again} {number}"] = account.now()
            assert account.cancel(f"{again} {number}") is None
        account.batches["more"] = account.now()
        assert account.cancel("more") == "the maximum of 10 is reached"
        if again == 1:
            account.pass_time(1_801)
        else:
            account.forget()
