"""The outbox: a Maildir in which each mail is once."""

import mailbox
import os
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from newsletter.delivery.messages import Composer
from newsletter.delivery.providers.base import Accepted, Barred, Submission
from newsletter.delivery.providers.outbox import Outbox
from newsletter.site import Site
from tests.delivery.worlds import ENVELOPE, RENDERING, recipient

COMPOSER = Composer(RENDERING, ENVELOPE)


def submission(*numbers: int) -> Submission:
    return Submission("1", RENDERING, ENVELOPE, COMPOSER, tuple(recipient(number) for number in numbers))


def test_each_reader_has_a_mail_of_their_own(site: Site) -> None:
    answer = Outbox(site).submit(submission(1, 2, 3))
    assert set(answer.outcomes.values()) == {Accepted("in the outbox")}
    box = mailbox.Maildir(site.outbox, factory=lambda file: BytesParser(policy=policy.default).parse(file))
    assert len(box) == 3
    for number in (1, 2, 3):
        message = box[f"delivery{number:014d}"]
        assert message["To"] == f"Reader {number} <reader{number}@example.org>"
        assert f"Dear Name{number}," in message.get_body(("plain",)).get_content()
        assert f"/u/token{number:017d}" in message.get_body(("html",)).get_content()


def test_submitting_again_changes_nothing(site: Site) -> None:
    outbox = Outbox(site)
    outbox.submit(submission(1, 2))
    (site.outbox / "new" / "delivery00000000000001").rename(site.outbox / "cur" / "delivery00000000000001:2,S")
    before = {path.name: path.stat().st_ino for path in site.outbox.rglob("delivery*")}
    answer = outbox.submit(submission(1, 2, 3))
    assert len(answer.outcomes) == 3 and set(answer.outcomes.values()) == {Accepted("in the outbox")}
    after = {path.name: path.stat().st_ino for path in site.outbox.rglob("delivery*")}
    assert after == before | {"delivery00000000000003": after["delivery00000000000003"]}
    assert not list((site.outbox / "tmp").iterdir())


def test_a_draft_that_was_cut_off_is_written_anew(site: Site) -> None:
    (site.outbox / "tmp").mkdir(parents=True)
    (site.outbox / "tmp" / "delivery00000000000001").write_bytes(b"x" * 100_000)
    Outbox(site).submit(submission(1))
    mail = site.outbox / "new" / "delivery00000000000001"
    assert mail.read_bytes() == COMPOSER.message(recipient(1)) and mail.stat().st_mode & 0o077 == 0


def test_a_mail_that_was_linked_just_before_a_kill_stays_as_it_is(site: Site) -> None:
    Outbox(site).submit(submission(1))
    mail, draft = (site.outbox / part / "delivery00000000000001" for part in ("new", "tmp"))
    os.link(mail, draft)
    before = mail.stat()
    Outbox(site).submit(submission(1))
    after = mail.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns) and not draft.exists()


def test_a_full_disk_bars_and_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    answer = Outbox(site).submit(submission(1, 2, 3))
    barred = [one for one in answer.outcomes.values() if isinstance(one, Barred)]
    assert len(barred) == 1 and "No space left" in barred[0].reason
    assert len(list((site.outbox / "new").iterdir())) == 2


def test_a_folder_that_cannot_be_made_bars_everybody(site: Site) -> None:
    site.outbox.write_text("a file is in the way")
    answer = Outbox(site).submit(submission(1, 2))
    assert [type(one) for one in answer.outcomes.values()] == [Barred, Barred]


def test_files_are_on_the_disk_before_they_count(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync of each file comes before its link, and one of the folder after all of them."""
    done: list[str] = []
    real_sync, real_link = os.fsync, os.link
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    monkeypatch.setattr(
        os, "fsync", lambda fd: (done.append(str(Path(f"/proc/self/fd/{fd}").readlink())), real_sync(fd))
    )
    monkeypatch.setattr(os, "link", lambda a, b: (done.append(f"link {Path(a).name}"), real_link(a, b)))
    Outbox(site).submit(submission(1))
    draft = str(site.outbox / "tmp" / "delivery00000000000001")
    assert done == [draft, "link delivery00000000000001", str(site.outbox / "new")]
