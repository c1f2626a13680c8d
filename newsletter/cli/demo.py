"""``newsletter demo``: the whole way of an issue, once, in a folder of its own.

It calls what the other commands call; nothing here is made for show but the words.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import sending, shell
from newsletter.cli.issue_argument import look_at
from newsletter.cli.issue_check import findings_of, now_in
from newsletter.cli.issue_findings import summary
from newsletter.cli.mistakes import where

if TYPE_CHECKING:
    from newsletter.models import Revision
    from newsletter.site import Site

SAMPLE = Path(__file__).parent.parent / "sample"
MARK = "ABOUT-THIS-DEMO.txt"
LIST = "upr-network"
SLUG = "october-2020"
TESTER = "editor@example.org"
_INDENT = 13
_ABOUT = """\
This folder was made by 'newsletter demo'. It is a site like any other, and yours to try things in: change
issues/october-2020.md, then 'newsletter issue check issues/october-2020.md'. Its readers are made up, and its mails go
nowhere but into outbox/, testmail/ and notices/. Delete the folder when you are done.
"""
_SETTINGS = {
    "site.name": "USHRN",
    "site.timezone": "Europe/Zurich",
    "site.base_url": "https://news.example.org",
    "organisation.postal_address": "USHRN, 1 Example Street, Atlanta, GA 30303, USA",
    "sender.name": "USHRN",
    "sender.email": "news@example.org",
    "sender.reply_to": "upr@example.org",
}


def demo(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder to make; ./newsletter-demo when left out.")
    ] = Path("newsletter-demo"),
) -> None:
    """Show the whole way of an issue. A site is made in a new folder, 1,000 made-up readers are imported, an issue is
    composed, rendered, checked, tested and mailed into a folder. Nothing leaves this machine.
    """
    began = perf_counter()
    shell.out.print("[bold]An issue on its whole way, from its file to its report.[/] Nothing leaves this machine.\n")
    with _step("Site"):
        made = _make_site(directory)
        shell.site_option = directory
        site = shell.open_site()
        _say("Site", f"made {directory}, with keys of its own" if made else f"{directory} is there from an earlier run")
    _import_readers(site)
    revision = _import_issue(site)
    _render(site)
    _check()
    _test(site, revision)
    _mail(site, revision)
    _look(site, perf_counter() - began)


def _make_site(directory: Path) -> bool:
    from newsletter.new_site import create_site
    from newsletter.site import SiteError

    if (directory / MARK).is_file():
        return False
    if directory.exists():
        raise shell.Stop(
            f"{directory} is there already and is no demo; nothing was changed",
            mend="choose another folder: newsletter demo DIR",
            code=shell.USAGE,
        )
    try:
        create_site(directory, _SETTINGS)
    except SiteError as error:
        raise shell.Stop(str(error)) from None
    for name, folder in (("october-2020.md", "issues"), ("readers.csv", ".")):
        shutil.copyfile(SAMPLE / name, directory / folder / name)
    (directory / MARK).write_text(_ABOUT, encoding="utf-8")
    return True


def _import_readers(site: "Site") -> None:
    from subscribers.importing import import_file
    from subscribers.models import MailingList

    with _step("Readers"):
        began, file = perf_counter(), site.root / "readers.csv"
        readers, _ = MailingList.objects.get_or_create(slug=LIST, defaults={"name": "UPR Network"})
        errors = file.with_name("readers.csv.errors.csv")
        report = import_file(file, readers, at=datetime.now(UTC), actor=shell.actor(), basis="opt-in", errors=errors)
        counts = report.counts
        if report.before:
            _say("Readers", f"{file.name} was imported before, and changes nothing now")
            return
        _say("Readers", f"{counts.rows:,} rows of {file.name} in {perf_counter() - began:.1f} s")
        _more(
            f"{counts.taken:,} new on the list '{LIST}'; not mailed of these: {counts.taken_unsubscribed:,} "
            f"unsubscribed or not confirmed, {counts.suppressed:,} suppressed"
        )
        _more(f"{counts.refused:,} refused, {counts.duplicate:,} duplicate, {counts.noted:,} noted, such as:")
        for problem in report.problems[:3]:
            _more(f"line {problem.line}: {problem.reason}")
        if report.errors:
            _more(f"… all of them in {report.errors.name}, to mend and import again")


def _import_issue(site: "Site") -> "Revision":
    from newsletter.store.revisions import import_issue

    with _step("Issue"):
        saved = import_issue(site, site.issues / f"{SLUG}.md", author=shell.actor(), at=datetime.now(UTC))
        seen = look_at(SLUG).issues[0]
        words = f"saved as revision {saved.revision.number}" if saved.changed else "as it was saved before"
        _say("Issue", f"'{seen.title}', {len(seen.items)} items, {words}")
        _more(", ".join(item.kind for item in seen.items))
    return saved.revision


def _render(site: "Site") -> None:
    from newsletter.store.local import calendars_in, render_pages, write_page

    with _step("Rendering"):
        seen, folder = look_at(SLUG), site.root / "rendered"
        before = calendars_in(folder)
        [page] = render_pages(seen.issues, seen.media, site, now=datetime.now(UTC), before=before)
        write_page(page, folder, site)
        sizes = (
            f"{len(page.rendering.html.encode()) / 1000:.0f} KB of HTML, {len(page.rendering.text):,} letters of text"
        )
        _say("Rendering", f"{sizes}, {len(page.files) - len(page.media)} calendar files")


def _check() -> None:
    with _step("Checks"):
        seen = look_at(SLUG)
        day = seen.issues[0].date
        found = findings_of(seen, now_in(seen, day))
        _say(
            "Checks",
            summary(one.finding.level for one in found) + (f", as of {day:%B} {day.day}, {day.year}" if day else ""),
        )
        for one in found:
            _more(f"{one.finding.level}: {one.finding.message} ({where(one.place)})")


def _test(site: "Site", revision: "Revision") -> None:
    from newsletter.delivery.trial import send_test
    from newsletter.models import TestSend

    with _step("Test"):
        if TestSend.objects.filter(revision=revision, address=TESTER).exists():
            _say("Test", f"went to {TESTER} before; not sent again")
            return
        send_test(site, revision, [TESTER], actor=shell.actor(), now=datetime.now(UTC))
        _say("Test", f"one mail to {TESTER}, into {site.testmail.name}/")


def _mail(site: "Site", revision: "Revision") -> None:
    from newsletter.delivery import journal
    from newsletter.delivery.mailing import start_mailing
    from newsletter.delivery.plan import MailingError, existing, list_of, plan_mailing

    journal.quiet = True  # the steps say it all
    now = datetime.now(UTC)
    began = perf_counter()
    there = existing(revision, list_of(LIST))
    try:
        count = there.count if there else plan_mailing(site, revision, LIST, now=now).count
        mailing = start_mailing(site, revision, LIST, confirm_count=count, actor=shell.actor(), now=now)
    except MailingError as error:
        raise shell.Stop(str(error), mend=f"newsletter --site {shell.typed(site.root)} issue check {SLUG}") from None
    before = there.count if there else 0
    report = sending.send(site, mailing)
    seconds = perf_counter() - began
    if there:
        _say("Mailing", f"went to {before:,} readers before; nobody is mailed twice")
    else:
        _say("Mailing", f"{report.done:,} mails into {site.outbox.name}/ in {seconds:.1f} s")
    shell.out.print()
    sending.show_report(site, report)


def _look(site: "Site", seconds: float) -> None:
    rendered = site.root / "rendered"
    shell.out.print("\n[bold]Look at it[/]")
    for what, place in (
        ("in a browser", (rendered / "index.html").as_uri()),
        ("as plain text", (rendered / "text.txt").as_uri()),
        ("each reader's mail", f"{site.outbox} (a Maildir; such as: mutt -f {shell.typed(site.outbox)})"),
        ("the test", str(site.testmail)),
        ("the issue itself", str(site.issues / f"{SLUG}.md")),
    ):
        shell.out.print(f"  [dim]{what:20}[/] {shell.plain(place)}")
    shell.out.print(f"\n[dim]All of it took {seconds:.1f} s.[/]")
    shell.next_step(f"cd {shell.typed(site.root)} && newsletter serve", "shows it in a browser")


@contextmanager
def _step(name: str) -> Iterator[None]:
    with shell.out.status(f"{name} …"):
        yield


def _say(name: str, what: str) -> None:
    shell.out.print(f"[green]✓[/] [bold]{name:10}[/] {shell.plain(what)}")


def _more(what: str) -> None:
    room = shell.out.width - _INDENT if shell.out.is_terminal else len(what) + 1
    for line in wrap(what, width=max(room, 20), subsequent_indent="  "):
        shell.out.print(f"{'':{_INDENT}}[dim]{shell.plain(line)}[/]")
