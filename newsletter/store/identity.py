"""Who sends and how it looks: what a rendering needs beside the issue. No store, no Django."""

from pathlib import Path
from urllib.parse import urlsplit

from newsletter.items.reader_fields import STANDARD
from newsletter.render import Theme, load_theme
from newsletter.render.rendering import Organisation
from newsletter.site import Site


def organisation_of(site: Site) -> Organisation:
    """Who sends, as the settings say."""
    settings = site.settings
    return Organisation(
        name=settings.site.name,
        postal_address=settings.organisation.postal_address,
        domain=urlsplit(settings.site.base_url).hostname or "localhost",
    )


def theme_of(site: Site) -> Theme:
    """The theme that the settings name. Raises ``ThemeError``."""
    return load_theme(site.settings.organisation.theme, template_folders(site))


def template_folders(site: Site) -> tuple[Path, ...]:
    """Where templates and themes are looked for before the shipped ones."""
    return (site.templates,)


def known_fields(site: Site) -> tuple[str, ...]:
    """The reader fields that issues of ``site`` may use."""
    return (*STANDARD, *site.settings.attributes)
