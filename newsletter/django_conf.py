"""Django's settings, made from a site's. Nothing pure imports this."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

from newsletter.site import Site


def django_settings(site: Site) -> dict[str, Any]:
    """The settings of Django for ``site``; ``NEWSLETTER_SITE`` holds the site itself."""
    secrets = site.settings.secrets
    host = urlsplit(site.settings.site.base_url).hostname or "localhost"
    return {
        "NEWSLETTER_SITE": site,
        "SECRET_KEY": secrets.secret_key.get_secret_value() if secrets.secret_key else "",
        "ERASURE_KEY": secrets.erasure_key.get_secret_value() if secrets.erasure_key else "",
        "OPTOUT_LOG": site.data / "optouts.log",
        "DEBUG": False,
        "ALLOWED_HOSTS": [host, "localhost", "127.0.0.1"],
        "INSTALLED_APPS": ["subscribers.apps.SubscribersConfig", "newsletter.apps.NewsletterConfig"],
        "DATABASES": {"default": sqlite(site.root, site.settings.database.url)},
        "ROOT_URLCONF": "newsletter.web.urls",
        "MIDDLEWARE": ["newsletter.web.middleware.safe_headers"],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "OPTIONS": {"environment": "newsletter.web.pages.environment"},
            }
        ],
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    }


def sqlite(root: Path, url: str) -> dict[str, Any]:
    """The database of ``url`` (``sqlite:///PATH``), with writes that are on the disk when they are committed."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": root / url.removeprefix("sqlite:///"),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }


def start_django(site: Site) -> None:
    """Set Django up for ``site``; once a process."""
    if not settings.configured:
        settings.configure(**django_settings(site))
        django.setup()


def upgrade() -> None:
    """Bring the schema of the store up to date; nothing happens where it is."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
