"""A process that makes senders: each a fork of it, so that hundreds can be started, and killed, in little time.

python -m tests.proof.sender SITE

Reads orders from stdin, a JSON object a line, and answers each with lines: the new process's id; ``sending`` at its
first claim where the order has ``tell``; ``ended`` and how. An order: ``run`` (the name of a function below), ``args``;
and ``die_at`` [POINT, NUMBER], ``record`` (write the points to SITE/points), ``mutant``, ``without_lock``, ``lease``
and ``timeout`` of the store (seconds), ``suffix`` of the files that stdout and stderr go to.
"""

import faulthandler
import json
import os
import signal
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter.django_conf import on_postgres, start_django, upgrade
from newsletter.site import Site, load_site


def main(folder: str) -> None:
    site = load_site(Path(folder))
    start_django(site)
    import newsletter.cli.main
    import newsletter.delivery.engine
    import newsletter.reports.counts
    import subscribers.importing  # noqa: F401
    import tests.delivery.worlds  # noqa: F401  (imported once, for all forks)
    from newsletter.delivery.providers.registry import providers

    providers()
    if on_postgres(site):
        import newsletter.delivery.tasks
        import newsletter.delivery.worker  # noqa: F401
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_obey(site, order))
        print(child, flush=True)
        print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _obey(site: Site, order: dict[str, Any]) -> int:
    told = os.dup(1)
    for name, number in (("said", 1), ("moaned", 2)):
        file = site.root / (name + order.get("suffix", ""))
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # orders are not for it
    faulthandler.register(signal.SIGUSR1)  # it says on stderr where it hangs
    code = 1
    try:
        _prepare(site, order, told)
        code = RUN[order["run"]](site, *order.get("args", ()))
        sys.stdout.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
    return code


def _prepare(site: Site, order: dict[str, Any], told: int) -> None:
    from django.db import connections

    from newsletter.delivery import engine, ledger, verdicts
    from tests.proof import mutants, points

    verdicts.FIRST_RETRY = timedelta(seconds=0.01)  # nobody waits for a stand-in
    if on_postgres(site):
        from newsletter.delivery import worker

        worker.POLL = 0.1
    if order.get("tell"):
        _tell_of_the_first_claim(ledger, told)

    if order.get("mutant"):
        mutants.intend_after_the_call()
    if order.get("without_lock"):
        engine.sender_lock = lambda _: nullcontext()  # type: ignore[assignment,misc]
        ledger.end_dead_claims = lambda *_, **__: None  # type: ignore[assignment,misc]
    if lease := order.get("lease"):
        ledger.LEASE = timedelta(seconds=lease)
    if timeout := order.get("timeout"):
        connections.databases["default"]["OPTIONS"]["timeout"] = timeout
    if order.get("record"):
        found = os.open(site.root / "points", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        points.watch(lambda name: os.write(found, f"{name}\n".encode()) and None)
    if where := order.get("die_at"):
        points.watch(points.die_at(where[0], where[1], lambda name: (site.root / "died").write_text(name) and None))


def _tell_of_the_first_claim(ledger: Any, told: int) -> None:
    real = ledger.claim

    def claim(*args: Any, **more: Any) -> Any:
        ledger.claim = real
        os.write(told, b"sending\n")
        return real(*args, **more)

    ledger.claim = claim


def make(site: Site, provider: str, readers: int) -> int:
    """A started mailing to so many readers."""
    from django.db import transaction

    from tests.delivery import worlds

    upgrade()
    with transaction.atomic():
        worlds.make_mailing(readers, provider=provider)
    return 0


def command(site: Site, *words: str) -> int:
    """A command of the command line."""
    from newsletter.cli.main import main as newsletter

    sys.argv = ["newsletter", "--site", str(site.root), *words]
    try:
        return int(newsletter() or 0)
    except SystemExit as end:
        return int(end.code or 0)


def opt_out(site: Site, *tokens: str) -> int:
    """Take readers off their list, then die at once: what was acknowledged is to last."""
    from subscribers import consent

    for token in tokens:
        consent.unsubscribe(token, at=datetime.now(UTC), source="the mail's own link")
    os.write(1, b"done\n")
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def issues(site: Site, number: int) -> int:
    """So many issues that nobody has mailed yet."""
    from django.db import transaction

    from tests.delivery import worlds

    with transaction.atomic():
        for one in range(number):
            worlds.make_revision(f"issue-{one}")
    return 0


def start(site: Site, me: str, other: str, number: int) -> int:
    """Start the mailings of so many issues, each at the moment at which the other does."""
    from newsletter.delivery.mailing import freeze
    from newsletter.models import Revision
    from subscribers.models import MailingList, Subscription
    from tests.delivery import worlds

    count, mailing_list = Subscription.objects.count(), MailingList.objects.get()
    for one in range(number):
        plan = worlds.make_plan(Revision.objects.get(issue__slug=f"issue-{one}"), mailing_list)
        (site.root / f"{me}{one}").touch()
        while not (site.root / f"{other}{one}").exists():
            time.sleep(0)
        print(freeze(plan, confirm_count=count, actor="ed", now=worlds.NOW, undo=worlds.NO_TIME).pk)
    return 0


RUN = {one.__name__: one for one in (make, command, opt_out, issues, start)}

if __name__ == "__main__":
    main(sys.argv[1])
