"""A process that sends a site's mailing beside others, to a provider that keeps a log of what it took.

python -m tests.delivery.sharing_process SITE LOG LEASE_SECONDS CALL_SECONDS

The log gets a line ``call`` as a call begins, then one for each delivery as it is taken.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from newsletter.django_conf import start_django
from newsletter.site import load_site


def main(folder: str, log: str, lease: str, seconds: str) -> None:
    site = load_site(Path(folder))
    start_django(site)
    from newsletter.delivery import engine, ledger
    from newsletter.delivery.providers.base import Accepted, Answer, Submission, same_for
    from newsletter.models import Mailing
    from tests.delivery.worlds import Scripted

    ledger.LEASE = timedelta(seconds=float(lease))
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def take(submission: Submission, _: int) -> Answer:
        os.write(file, b"call\n")
        time.sleep(float(seconds))
        os.write(file, b"".join(b"%s\n" % one.delivery.encode() for one in submission.recipients))
        return Answer(same_for(submission.recipients, Accepted()))

    mailing = Mailing.objects.get()
    mailing.provider = "scripted"
    engine.send_mailing(site, mailing, provider=Scripted(take, group=20))


if __name__ == "__main__":
    main(*sys.argv[1:])
