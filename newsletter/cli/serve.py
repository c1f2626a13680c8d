"""``newsletter serve``: the pages of the site."""

import gc
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import shell

if TYPE_CHECKING:
    from newsletter.site import Site


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8025,
) -> None:
    """Serve the pages of the site, send what falls due, and take in what comes back. The pages are the desk, where
    issues are made; they take sign-ups, are what links in mails lead to, and hear providers' webhooks. On PostgreSQL
    'newsletter worker' sends the mailings.

    In an empty folder a site is made first. While nobody can sign in, a one-time code is shown, and the page that asks
    for it. Only this machine is listened to; a web server in front of it makes the site's base_url lead here.
    """
    _make_site_if_empty()
    site = shell.open_site()
    from newsletter.delivery import origin
    from newsletter.delivery.loop import Loop
    from newsletter.delivery.post import Post
    from newsletter.delivery.watcher import Watcher
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
    address = f"http://127.0.0.1:{server.effective_port}/"
    shell.done(f"{site.settings.site.name} is at {address} (Ctrl-C stops it)")
    offered = _offer_setup(site, address)
    loop = None if on_postgres(site) else Loop(site)
    post = Post(site)
    post.start()
    watcher = Watcher(site)
    watcher.start()
    listener = Listener(site)
    listener.start()
    if loop:
        loop.start()
    gc.freeze()  # what is loaded stays: looking through it for what can go would hold up a page every so often
    try:
        server.run()  # returns after Ctrl-C or a SIGTERM
    finally:
        server.close()
        if loop:
            loop.stop()
        post.stop()
        watcher.stop()
        listener.stop()
        if offered:
            from newsletter.web.entry import code

            code.withdraw(site, offered)


def _make_site_if_empty() -> None:
    """Where the folder is new or empty, it becomes a site; anything else is left to ``open_site`` to say."""
    from newsletter.new_site import create_site
    from newsletter.site import SETTINGS_FILE

    folder = shell.site_option
    if folder is None:
        if shell.find_site() is not None:
            return
        folder = Path.cwd()
    if (folder / SETTINGS_FILE).exists() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        return
    try:
        create_site(folder)
    except OSError as error:
        raise shell.Stop(f"{folder} cannot be made: {error.strerror}", mend="choose another folder") from None
    shell.site_option = folder
    shell.done(f"made the site {folder}; only you can read it")


def _offer_setup(site: "Site", address: str) -> str:
    """Shows the way to the set-up while nobody can sign in; what the code is known by."""
    from newsletter.models import Account
    from newsletter.web.entry import code

    if Account.objects.exists():
        return ""
    typed, mark = code.issue(site)
    shell.err.print("\nNobody can sign in yet. Set the site up here:\n")
    shell.err.print(f"    {address}setup/")
    shell.err.print(f"    one-time code: [bold]{typed}[/]\n")
    return mark
