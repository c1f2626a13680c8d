"""What listens where 'newsletter worker' works, on PostgreSQL: a job now and then, by one worker at a time."""

from procrastinate.contrib.django import app

from newsletter.delivery.clock import store_now
from newsletter.delivery.current import this_site
from newsletter.delivery.tasks import SWEEP_QUEUE
from newsletter.events import loop, process


@app.periodic(cron="* * * * * */15")  # the sixth field is that of seconds
@app.task(name="newsletter.listen", queue=SWEEP_QUEUE, queueing_lock="listen", lock="listen")
def listen(timestamp: int) -> None:
    """Look into what providers told; once a minute at the mailbox and the like, too."""
    if timestamp % 60 < 15:
        loop.look_around(this_site(), now=store_now)
    process.process_waiting(now=store_now)
