"""A worker: takes jobs off PostgreSQL and sends their batches, beside as many others as there are, on any machine."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

POLL = 1.0
"""Seconds between two looks for jobs that nobody announced: those whose time has come."""
GRACE = 1.0
"""Seconds before running batches are asked to end between two calls, once the worker is."""


def run_worker(concurrency: int, *, wait: bool = True) -> None:
    """Work until SIGINT or SIGTERM, ``concurrency`` batches at a time; without ``wait`` until nothing is due."""
    connector = cast(DjangoConnector, app.connector)
    with app.replace_connector(connector.get_worker_connector()) as working:
        try:
            asyncio.run(_run(working, concurrency, wait))
        finally:
            from newsletter.delivery.tasks import close_providers  # noqa: PLC0415  (procrastinate finds tasks itself)

            close_providers()


async def _run(app: App, concurrency: int, wait: bool) -> None:
    threads = ThreadPoolExecutor(concurrency + 2)  # a batch is sent on a thread of its own
    asyncio.get_running_loop().set_default_executor(threads)
    async with app.open_async():
        await _sweep_first()
        await app.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=POLL,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="successful",
        )


async def _sweep_first() -> None:
    """What a worker left that died before is taken up at once, not at the next round."""
    from newsletter.delivery.tasks import sweep  # noqa: PLC0415  (procrastinate finds tasks itself)

    with suppress(AlreadyEnqueued):
        await sweep.configure().defer_async(timestamp=int(time.time()))
