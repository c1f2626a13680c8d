"""A process of its own that makes a site's mailing or sends it, and dies where it is told to.

python -m tests.delivery.sender_process SITE make PROVIDER READERS
python -m tests.delivery.sender_process SITE send [POINT NUMBER]
python -m tests.delivery.sender_process SITE start READERS
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from newsletter.django_conf import start_django, upgrade
from newsletter.site import load_site


def main(folder: str, verb: str, *more: str) -> None:
    site = load_site(Path(folder))
    start_django(site)
    from newsletter.delivery import engine, ledger, sender
    from newsletter.models import Mailing
    from tests.delivery import worlds

    if verb == "make":
        upgrade()
        provider, readers = more
        worlds.make_mailing(int(readers), provider=provider)
    elif verb == "start":
        print(start(int(more[0])))
    elif verb == "send":
        if more:
            die_at(more[0], int(more[1]), ledger, sender)
        engine.send_mailing(site, Mailing.objects.get())


def start(readers: int) -> int:
    """Wait for a line on stdin, then start the mailing that all others start too."""
    from newsletter.delivery.mailing import freeze
    from newsletter.models import Revision
    from subscribers.models import MailingList
    from tests.delivery import worlds

    plan = worlds.make_plan(Revision.objects.get(), MailingList.objects.get())
    print("ready", flush=True)
    sys.stdin.readline()
    return freeze(plan, confirm_count=readers, actor="ed", now=worlds.NOW, undo=worlds.NO_TIME).pk


def die_at(point: str, number: int, ledger: Any, sender: Any) -> None:
    """Kill this process after the call of that name for the nth time; ``submit`` is the provider's."""
    owners = {"start": (sender.Lanes, "start"), "submit": (sender.calls, "_submit")}
    owner, name = owners.get(point, (ledger, point))
    real = getattr(owner, name)
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        result = real(*args, **kwargs)
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, counted)


if __name__ == "__main__":
    main(*sys.argv[1:])
