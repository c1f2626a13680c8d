"""``newsletter serve``: the pages of the site."""

import signal
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from newsletter.cli import shell


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8025,
) -> None:
    """Serve the pages of the site, send what falls due, and take in what comes back. The pages show its issues on this
    machine, take sign-ups, are what links in mails lead to, and hear providers' webhooks. On PostgreSQL 'newsletter
    worker' sends the mailings.

    Only this machine is listened to; a web server in front of it makes the site's base_url lead here.
    """
    site = shell.open_site()
    from newsletter.delivery import origin
    from newsletter.delivery.loop import Loop
    from newsletter.delivery.post import Post
    from newsletter.django_conf import on_postgres
    from newsletter.events.loop import Loop as Listener
    from newsletter.web.server import listen

    try:
        server = listen(port)
    except OSError as error:
        raise shell.Stop(
            f"port {port} cannot be opened: {error.strerror}", mend="choose another, such as: --port 8026"
        ) from None
    origin.check(site, now=datetime.now(UTC))
    sys.setswitchinterval(0.0005)  # the sender keeps busy; those who ask for pages get the interpreter ten times sooner
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    shell.done(f"{site.settings.site.name} is at http://127.0.0.1:{server.effective_port}/ (Ctrl-C stops it)")
    loop = None if on_postgres(site) else Loop(site)
    post = Post(site)
    post.start()
    listener = Listener(site)
    listener.start()
    if loop:
        loop.start()
    try:
        server.run()  # returns after Ctrl-C or a SIGTERM
    finally:
        server.close()
        if loop:
            loop.stop()
        post.stop()
        listener.stop()
