"""How well the checks of the message find faults, and how seldom they see one where there is none.

The messages are those that the composer makes of twenty mails; the faults those of ``mutators_message``."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from newsletter.checks import Context, checks
from newsletter.delivery.messages import Composer, Envelope, Recipient
from newsletter.render import load_theme
from newsletter.render.rendering import Rendering
from tests.checks import mutators_message
from tests.checks.mails_form import ORGANISATION, mails
from tests.checks.mutators_message import DECOYS, MUTATORS

NAMES = (
    "field-left", "free-mail", "line-length", "list-id", "list-unsubscribe", "mail-addresses", "mail-encoding",
    "mail-headers", "mail-parts", "one-click",
)  # fmt: skip
AT = datetime(2020, 10, 28, 12, tzinfo=UTC)


def _envelope(number: int) -> Envelope:
    names = ("USHRN", "Réseau des droits", 'USHRN, "Geneva"', "شبكة حقوق الإنسان", "x" * 70)
    return Envelope(
        sender_name=names[number % len(names)],
        sender_email=("news@example.org", "news@bücher.example")[number % 2],
        reply_to=("answers@example.org", "ushrn@gmail.com")[number % 2],
        base_url="https://news.example.org",
        list_name=("UPR Updates", "Nouvelles d'été", "")[number % 3],
        list_slug="upr",
        issue_slug=f"news-{number}",
        date=AT,
    )


@cache
def messages() -> tuple[tuple[Rendering, bytes], ...]:
    made = []
    for number, mail in enumerate(mails()):
        issue = mail.issue
        rendering = Rendering(issue.language, issue.subject, issue.preheader or "", mail.html, mail.text, mail.fields)
        values = {"first_name": ("Ana", "José Ángel", "名前", "O'Brien\r\nBcc: x@y.example")[number % 4]}
        reader = Recipient("0" * 22, "reader@example.org", values["first_name"], "PREFLIGHT-NO-READER-00", values)
        made.append((rendering, Composer(rendering, _envelope(number)).message(reader)))
    return tuple(made)


def found(number: int, message: bytes) -> set[tuple[str, str]]:
    issue, rendering = mails()[number].issue, messages()[number][0]
    context = Context(issue, rendering, load_theme("default"), ORGANISATION, AT, message=message)
    return {(name, finding.message) for name in NAMES for finding in checks()[name].find(context)}


def test_messages_of_our_own_have_no_finding():
    assert [(number, *one) for number, (_, raw) in enumerate(messages()) for one in found(number, raw)] == []


def test_mutators_know_nothing_of_the_checks():
    assert "newsletter.checks" not in Path(mutators_message.__file__ or "").read_text(encoding="utf-8")


def test_each_check_of_the_message_has_a_mutator():
    assert {check for check, _, _ in MUTATORS.values()} | {"line-length"} == set(NAMES)  # that one is in mutators_form


def test_faults_are_found_and_nothing_else(record_property):
    right, missed, wrong = Counter[str](), Counter[str](), Counter[str]()
    told = []
    for turn, (name, (check, also, mutate)) in enumerate(MUTATORS.items()):
        for step in range(6):
            number = (turn * 3 + step) % len(mails())
            raw = messages()[number][1]
            broken = mutate(raw, Random(turn * 100 + step))
            assert broken != raw, name
            new = found(number, broken)
            hit = any(one == check for one, _ in new)
            (right if hit else missed)[check] += 1
            told += [] if hit else [f"missed: {name} in {number}"]
            for one, message in new:
                if one != check and one not in also:
                    wrong[one] += 1
                    told.append(f"too many: {one} after {name} in {number}: {message}")
    for turn, (name, decoy) in enumerate(DECOYS.items()):
        for number, (_, raw) in enumerate(messages()):
            for one, message in found(number, decoy(raw, Random(turn * 50 + number))):
                wrong[one] += 1
                told.append(f"too many: {one} after {name} in {number}: {message}")
    lines = [f"{'check':18}{'faults':>8}{'found':>8}{'too many':>10}{'precision':>11}{'recall':>8}"]
    for check in [*sorted(right | missed), "all"]:
        r, m, w = (sum(count.values()) if check == "all" else count[check] for count in (right, missed, wrong))
        lines.append(f"{check:18}{r + m:8}{r:8}{w:10}{r / max(r + w, 1):11.3f}{r / (r + m):8.3f}")
    record_property("told", "\n".join([*lines, *told]))
    print("\n".join([*lines, *told]))
    assert sum(wrong.values()) <= 0.02 * sum(right.values()), told
    assert sum(missed.values()) <= 0.02 * sum(right.values()), told
