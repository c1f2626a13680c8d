"""The pages on a port of this machine."""

import logging
import re

import waitress
from django.core.handlers.wsgi import WSGIHandler
from waitress.server import BaseWSGIServer
from whitenoise import WhiteNoise

from newsletter.render.templates import SHIPPED

LARGEST_BODY = 100_000_000
"""Bytes of a request: a file of a million readers. How much each page takes itself, is told by ``middleware.takes``."""
_ADDRESS = re.compile(r"[^\s/?#@]+@[^\s/?#@]+")
_TOKEN = re.compile(r"(/(?:[upcl]|hand-in|welcome)/)[^\s?#]+")


class HideTokens(logging.Filter):
    """Takes what follows ``/u/`` and the like out of log lines, for it is a key to a subscription; and addresses that
    somebody puts into a path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The record, these replaced; always kept."""
        record.msg = _ADDRESS.sub("<address>", _TOKEN.sub(r"\1…", record.getMessage()))
        record.args = ()
        return True


def listen(port: int) -> BaseWSGIServer:
    """A server on 127.0.0.1 that answers once it is run; port 0 takes a free one. Raises ``OSError``."""
    logger = logging.getLogger("django.request")
    if not any(isinstance(one, HideTokens) for one in logger.filters):
        logger.addFilter(HideTokens())
    server: BaseWSGIServer = waitress.create_server(
        WhiteNoise(WSGIHandler(), root=SHIPPED / "web" / "static", prefix="static/", max_age=300),
        host="127.0.0.1",
        port=port,
        threads=32,
        max_request_body_size=LARGEST_BODY,
        channel_timeout=30,
        ident=None,
    )
    return server
