"""``newsletter list change`` and ``newsletter list form``: who may subscribe, and where."""

from typing import Annotated

import typer

from newsletter.cli import shell
from newsletter.cli.list_find import find_list

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The list.")]


def change_list(
    slug: Slug,
    name: Annotated[str | None, typer.Option("--name", help="Its name as readers see it.")] = None,
    public: Annotated[
        bool | None, typer.Option("--public/--private", help="Whether anybody may subscribe on the pages.")
    ] = None,
    double_opt_in: Annotated[
        bool | None,
        typer.Option("--double-opt-in/--single-opt-in", help="Whether readers confirm their address first."),
    ] = None,
) -> None:
    """Change a mailing list. Whoever is on it stays on it."""
    shell.open_site()
    from newsletter.store.readers import ReaderError, list_name

    found = find_list(slug)
    if name is None and public is None and double_opt_in is None:
        raise shell.Stop("nothing to change is named", mend="newsletter list change --help", code=shell.USAGE)
    if name is not None:
        try:
            found.name = list_name(name)
        except ReaderError as error:
            raise shell.Stop(str(error), code=shell.USAGE) from None
    found.public = found.public if public is None else public
    found.double_opt_in = found.double_opt_in if double_opt_in is None else double_opt_in
    found.save()
    who = "anybody may subscribe" if found.public else "readers are added at the desk"
    shell.done(f"list {slug}: {found.name}; {who}, {'with' if found.double_opt_in else 'without'} confirmation")
    if found.public:
        shell.next_step(f"newsletter list form {slug}", "a form for your own web site")


def print_form(
    slug: Slug,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="en, es, fr or ar; the site's own when left out.")
    ] = "",
) -> None:
    """Print a sign-up form as HTML, to put into any web page: it needs no script, and nothing but 'newsletter serve'
    behind the site's base_url."""
    site = shell.open_site()
    from newsletter.web.embedding import embedded_form
    from newsletter.web.pages import LANGUAGES

    found = find_list(slug)
    if not found.public:
        mend = f"newsletter list change {slug} --public"
        raise shell.Stop(f"'{slug}' is no public list: nobody can subscribe by a form", mend=mend)
    wanted = language or site.settings.site.language.split("-")[0]
    if language and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise shell.Stop(f"there are no pages in '{language}'; there are in: {known}", code=shell.USAGE)
    typer.echo(embedded_form(found, wanted if wanted in LANGUAGES else "en"))
    shell.err.print(f"Or link to its page: {site.settings.site.base_url}/s/{slug}")
