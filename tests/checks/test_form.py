"""How well the checks of form find faults, and how seldom they see one where there is none.

The mails are those of ``mails_form``, the faults those of ``mutators_form``. ``pytest -rA`` shows the table.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from newsletter.checks import Context, Picture, checks
from newsletter.render import load_theme
from newsletter.render.rendering import Rendering
from tests.checks import decoys_form, mails_form, mutating, mutators_form
from tests.checks.mails_form import ORGANISATION, Mail, mails
from tests.checks.mutating import DECOYS, MUTATORS

TRIED = 5
"""Mails for each mutator: others for each."""

FORM = {check for check, _, _ in MUTATORS.values()}


def found(mail: Mail) -> set[tuple[str, str]]:
    """Name and message of each finding of form."""
    issue = mail.issue
    rendering = Rendering(issue.language, issue.subject, issue.preheader or "", mail.html, mail.text, mail.fields)
    context = Context(
        issue,
        rendering,
        load_theme("default"),
        ORGANISATION,
        datetime(2020, 10, 28, tzinfo=UTC),
        pictures={src: Picture(*file) for src, file in mail.pictures.items()},
        templates=mail.templates,
        message=mail.message,
        largest=mail.largest,
    )
    return {(name, finding.message) for name in sorted(FORM) for finding in checks()[name].find(context)}


def test_twenty_sound_mails_have_no_finding_of_form():
    assert len(mails()) == 20
    assert min(len(mail.html) for mail in mails()) > 20_000
    assert [(mail.issue.slug, *one) for mail in mails() for one in sorted(found(mail))] == []


def test_mutators_know_nothing_of_the_checks():
    for module in (decoys_form, mails_form, mutating, mutators_form):
        assert "newsletter.checks" not in Path(module.__file__ or "").read_text(encoding="utf-8")


def test_each_check_of_form_has_a_mutator():
    names = {"client-support", "contrast", "headings", "language", "language-parts", "line-length", "link-look"}
    names |= {"link-purpose", "page-title", "picture-format", "picture-moving", "picture-size", "picture-weight"}
    assert names | {"picture-words", "size", "styles", "tables", "target-size", "text-part"} == FORM


def test_faults_are_found_and_nothing_else():
    """Precision: of what is newly found, the share that was broken. Recall: of what was broken, the share found."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    told = []
    before = {mail.issue.slug: found(mail) for mail in mails()}
    for number, (name, (check, also, mutate)) in enumerate(MUTATORS.items()):
        tried = 0
        for step in range(len(mails())):
            mail = mails()[(number * 3 + step) % 20]
            broken = mutate(mail, Random(number * 100 + step))
            if broken is None:
                continue
            assert broken != mail, f"{name} breaks nothing in {mail.issue.slug}"
            new = found(broken) - before[mail.issue.slug]
            hit = any(one == check for one, _ in new)
            (right if hit else missed)[check] += 1
            told += [] if hit else [f"missed: {name} in {mail.issue.slug}"]
            for one, message in new:
                if one != check and one not in also:
                    wrong[one] += 1
                    told.append(f"too many: {one} after {name} in {mail.issue.slug}: {message}")
            tried += 1
            if tried == TRIED:
                break
        assert tried >= TRIED, f"{name} fits only {tried} mails"
    for number, (name, decoy) in enumerate(DECOYS.items()):
        for mail in mails()[number % 4 :: 4]:
            changed = decoy(mail, Random(number)) or mail
            for one, message in found(changed) - before[mail.issue.slug]:
                wrong[one] += 1
                told.append(f"too many: {one} after {name} in {mail.issue.slug}: {message}")
    print(f"\n{'check':18}{'faults':>8}{'found':>8}{'too many':>10}{'precision':>11}{'recall':>8}")
    for check in [*sorted(FORM), "all"]:
        r, m, w = (sum(count.values()) if check == "all" else count[check] for count in (right, missed, wrong))
        print(f"{check:18}{r + m:8}{r:8}{w:10}{r / (r + w):11.3f}{r / (r + m):8.3f}")
    print("\n".join(told))
    assert sum(right.values()) >= 0.98 * (sum(right.values()) + sum(wrong.values())), told
    assert sum(right.values()) >= 0.98 * (sum(right.values()) + sum(missed.values())), told


def test_decoys_change_something():
    for name, decoy in DECOYS.items():
        assert any(decoy(mail, Random(1)) not in (None, mail) for mail in mails()[:4]), name
