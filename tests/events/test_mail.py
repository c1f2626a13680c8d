"""What a mail to the mailbox for bounces is, and what it tells."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.events import mail as reader
from newsletter.events.bounces import severity
from newsletter.events.told import Reading, Told
from tests.events.mails import EXIM, ID, QMAIL, READER, RETURNED, TOKEN, VERP, arf, dsn, mail

NOW = datetime(2020, 10, 28, 12, tzinfo=UTC)


def read(raw: bytes) -> Reading:
    return reader.read(raw, {}, NOW)


def one(raw: bytes) -> Told:
    found = read(raw)
    assert found.problems == [], found.problems
    [told] = found.told
    return told


@pytest.mark.parametrize(
    ("action", "status", "said", "so"),
    [
        ("failed", "5.1.1", "", "hard"),
        ("failed", "5.1.2", "", "hard"),
        ("failed", "5.1.10", "", "hard"),
        ("failed", "5.2.1", "", "hard"),
        ("failed", "5.1.8", "", "soft"),
        ("failed", "5.2.2", "", "soft"),
        ("failed", "5.2.3", "", "soft"),
        ("failed", "5.3.4", "", "soft"),
        ("failed", "5.4.6", "", "soft"),
        ("failed", "5.7.1", "554 5.7.1 user unknown to our spam filter", "soft"),
        ("failed", "4.4.7", "delivery time expired", "soft"),
        ("failed", "5.0.0", "smtp; 550 5.1.1 no such user", "hard"),
        ("failed", "5.0.0", "smtp; 550-5.7.26 unauthenticated", "soft"),
        ("failed", "5.0.0", "smtp; 550 user unknown", "hard"),
        ("failed", "5.0.0", "smtp; 554 blocked, see our policy", "soft"),
        ("failed", "5.0.0", "unknown reason", "soft"),
        ("failed", "", "550 No such user here", "hard"),
        ("failed", "", "552 mailbox is full", "soft"),
        ("failed", "nonsense", "", "soft"),
        ("delayed", "4.4.1", "", "deferred"),
        ("relayed", "2.0.0", "", "delivered"),
    ],
)
def test_what_is_for_good_and_what_is_not(action: str, status: str, said: str, so: str) -> None:
    assert severity(action, status, said) == so


@pytest.mark.parametrize(
    ("raw", "kind", "feedback"),
    [
        (dsn(), "bounced", "hard"),
        (dsn(to="bounces@example.org"), "bounced", "hard"),  # by the Message-ID that came back
        (dsn(returned="Subject: cut off\n"), "bounced", "hard"),  # by the address it went to
        (dsn("5.2.2", "smtp; 552 5.2.2 mailbox full"), "bounced", "soft"),
        (dsn("4.4.1", "connect: timed out", action="delayed"), "deferred", None),
        (dsn("2.0.0", "250 ok", action="delivered"), "delivered", None),
        (dsn(recipient="elsewhere@example.com"), "bounced", "hard"),  # forwarded: it is of our mail all the same
        (QMAIL, "bounced", "hard"),
        (EXIM, "bounced", "soft"),
    ],
    ids=["postfix", "message-id", "verp", "full", "delayed", "delivered", "forwarded", "qmail", "exim"],
)
def test_bounces(raw: bytes, kind: str, feedback: str | None) -> None:
    told = one(raw)
    assert (told.kind, told.feedback, told.delivery) == (kind, feedback, ID)
    assert READER not in told.detail


@pytest.mark.parametrize("raw", [b"", b"\x00\xff garbage", b"Subject: x\n\nno such user", b"From:\n\nx"])
def test_a_mail_from_nobody_is_no_mistake_and_logs_nothing(raw: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    found = read(raw)
    assert (found.told, found.problems) == ([], [])
    assert capfd.readouterr().err == ""


def test_a_server_that_writes_addresses_in_small_letters() -> None:
    assert one(dsn(to=VERP.lower())).delivery == ID
    assert one(dsn(returned=RETURNED.replace(ID, "x" * 22))).delivery == ID, "the address it went to is surer"


def test_the_same_mail_has_the_same_name_and_the_date_is_believed_within_reason() -> None:
    assert one(dsn()) == one(dsn())
    assert one(dsn()).at == NOW - timedelta(hours=2)
    for date in ("Wed, 28 Oct 2030 10:00:00 +0000", "Wed, 28 Oct 1930 10:00:00 +0000", "soon", ""):
        assert one(dsn().replace(b"Wed, 28 Oct 2020 10:00:00 +0000 (UTC)", date.encode())).at == NOW


def test_a_bounce_that_names_only_an_address_is_never_a_hard_one() -> None:
    told = one(dsn(to="bounces@example.org", returned="Subject: cut off\n"))
    assert (told.delivery, told.address, told.feedback, told.strangers) == ("", READER, "soft", False)


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To"])
def test_where_the_address_may_stand(name: str) -> None:
    raw = dsn(to="bounces@example.org", returned="Subject: x\n")
    assert one(f"{name}: {VERP}\n".encode() + raw).delivery == ID


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Out of Office: News"},
        {"Subject": "Automatic reply: News"},
        {"Subject": "Automatische Antwort: News"},
        {"Subject": "Abwesenheitsnotiz"},
        {"Subject": "Respuesta automática: News"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique_=3A?= News"},
        {"Subject": "رد تلقائي: News"},
        {"Subject": "Please confirm your message"},
        {"Subject": "Re: News"},
        {"Subject": "How do I unsubscribe?"},
        {},
    ],
    ids=str,
)
def test_what_is_no_bounce_does_nothing(headers: dict[str, str]) -> None:
    body = "I am away until Monday. 550 5.1.1 is what I say to <reader0@example.org>."
    found = read(mail(body, to=VERP, **headers))
    assert (found.told, found.problems) == ([], [])


@pytest.mark.parametrize("kind", ["abuse", "fraud"])
def test_a_complaint_is_of_the_mail_within(kind: str) -> None:
    told = one(arf(kind))
    assert (told.kind, told.feedback, told.delivery, told.token) == ("complained", "complaint", ID, TOKEN)


def test_a_complaint_whose_mail_has_only_its_link() -> None:
    told = one(arf(returned=RETURNED.replace(f"Message-ID: <{ID}@news.example.org>\n", "")))
    assert (told.delivery, told.token) == ("", TOKEN)


def test_a_complaint_about_no_mail_of_ours_is_told_and_does_nothing() -> None:
    found = read(arf(returned="Subject: redacted\n"))
    assert found.told == [] and "about no mail that is known" in found.problems[0]


@pytest.mark.parametrize(("kind", "feedback"), [("opt-out", "unsubscribe"), ("not-spam", None), ("auth-failure", None)])
def test_other_reports(kind: str, feedback: str | None) -> None:
    told = read(arf(kind)).told
    assert [one.feedback for one in told] == ([feedback] if feedback else [])


@pytest.mark.parametrize(
    "subject",
    ["unsubscribe", "Unsubscribe", " UNSUBSCRIBE. ", "=?utf-8?b?dW5zdWJzY3JpYmU=?=", "Please unsubscribe me", "baja"],
)
def test_who_writes_unsubscribe_leaves(subject: str) -> None:
    told = one(mail(Subject=subject))
    assert (told.kind, told.feedback, told.address, told.everywhere) == ("unsubscribed", "unsubscribe", READER, True)
    assert told.strangers is False
    named = one(mail(to=VERP, Subject=subject))
    assert (named.delivery, named.address, named.everywhere) == (ID, "", False)
    answered = one(mail(Subject=subject, In_Reply_To=f"<{ID}@news.example.org>"))
    assert answered.delivery == ID


@pytest.mark.parametrize("sender", ["", "nobody", "a@example.org, b@example.org", '"a@example.org" <nothing>'])
def test_who_does_not_say_who_they_are_does_not_leave(sender: str) -> None:
    found = read(mail(Subject="unsubscribe", From=sender))
    assert found.told == [] and len(found.problems) == 1


def test_a_gateway_that_says_it_is_automatic_may_unsubscribe_its_reader() -> None:
    assert one(mail(to=VERP, Subject="unsubscribe", Auto_Submitted="auto-generated")).delivery == ID


@given(st.binary(max_size=2_000))
def test_no_bytes_break_it(raw: bytes) -> None:
    read(raw)


_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/report; boundary=x; report-type=delivery-status\n",
        b"Content-Type: message/delivery-status\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: message/feedback-report\n",
        b"Content-Type: multipart/mixed\n",
        b"Content-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Subject: =?utf-8?b?////?=\n",
        b"Subject: =?nonsense?q?unsubscribe?=\n",
        b"Subject: unsubscribe\n",
        b"From: \xff\xfe <a@b\n",
        b"Date: 99 Foo 99999 99:99\n",
        b"\n--x\n",
        b"\n--x--\n",
        b"\n\n",
        b"Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n",
        b"Feedback-Type: abuse\n",
        b"\x00" * 20,
        b"=" * 50,
        b"To: bounces+" + ID.encode() + b"@example.org\n",
    ]
)


@given(st.lists(_PIECES | st.binary(max_size=20), max_size=30).map(b"".join))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_broken_mail_breaks_it(raw: bytes) -> None:
    found = read(raw)
    assert all(told.kind for told in found.told)


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
        b"Content-Type: message/rfc822\n\n" * 3_000,
        b"Subject: x\n\n" + b"<" * 400_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 30_000 + b"\n\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        + b"--x\nContent-Type: message/delivery-status\n\nAction: failed\n\n" * 4_000,
        b"From: " + b"(" * 100_000 + b"\nSubject: unsubscribe\n\n",
        b"X: y\n" * 80_000,
    ],
    ids=["multiparts", "mails", "brackets", "words", "reports", "comments", "headers"],
)
def test_a_mail_made_to_hurt_is_read_soon(raw: bytes) -> None:
    import time

    began = time.process_time()
    read(raw)
    assert time.process_time() - began < 3
