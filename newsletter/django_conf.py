"""Django's settings, made from a site's. Nothing pure imports this."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

from newsletter.settings import DatabaseSection, postgres_parts
from newsletter.site import Site

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "subscribers.apps.SubscribersConfig",
    "newsletter.apps.NewsletterConfig",
)
MIDDLEWARE = [
    "newsletter.web.middleware.safe_headers",
    "newsletter.web.middleware.without_null",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "newsletter.web.middleware.Csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
SIGNING_IN = {
    "AUTH_USER_MODEL": "newsletter.Account",
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {
            "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
            "OPTIONS": {"min_length": 12},
        },
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    ],
    "LOGIN_URL": "sign-in",
    "SESSION_COOKIE_NAME": "newsletter_session",
    "CSRF_COOKIE_NAME": "newsletter_csrf",
    "CSRF_COOKIE_HTTPONLY": True,
    "PASSWORD_RESET_TIMEOUT": int(timedelta(days=7).total_seconds()),
    "CSRF_FAILURE_VIEW": "newsletter.web.errors.not_from_here",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "AXES_FAILURE_LIMIT": 10,
    "AXES_COOLOFF_TIME": timedelta(minutes=15),
    "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
    "AXES_LOCKOUT_CALLABLE": "newsletter.web.errors.too_often",
    "AXES_CLIENT_IP_CALLABLE": "newsletter.web.visitors.network_of",
    "AXES_USERNAME_FORM_FIELD": "username",  # as authenticate() calls it
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_DISABLE_ACCESS_LOG": True,
    "AXES_VERBOSE": False,
    "AXES_ENABLE_ADMIN": False,
}
"""Ten wrong passwords for one account from one network shut it for that network for a quarter of an hour."""
POSTGRES_APPS = ("procrastinate.contrib.django",)
"""Carries mailings on several machines; its tables are PostgreSQL's."""


def django_settings(site: Site) -> dict[str, Any]:
    """The settings of Django for ``site``; ``NEWSLETTER_SITE`` holds the site itself."""
    secrets = site.settings.secrets
    host = urlsplit(site.settings.site.base_url).hostname or "localhost"
    return {
        "NEWSLETTER_SITE": site,
        "SECRET_KEY": secrets.secret_key.get_secret_value() if secrets.secret_key else "",
        "ERASURE_KEY": secrets.erasure_key.get_secret_value() if secrets.erasure_key else "",
        "SUBSCRIBER_ATTRIBUTES": dict(site.settings.attributes),
        "OPTOUT_LOG": site.data / "optouts.log",
        "SOFT_BOUNCES": site.settings.suppression.soft_bounces,
        "SOFT_WITHIN": site.settings.suppression.soft_within,
        "DEBUG": False,
        "ALLOWED_HOSTS": [host, "localhost", "127.0.0.1"],
        "INSTALLED_APPS": [*APPS, *(POSTGRES_APPS if on_postgres(site) else ())],
        "DATABASES": {"default": database(site)},
        "ROOT_URLCONF": "newsletter.web.urls",
        "MIDDLEWARE": MIDDLEWARE,
        **SIGNING_IN,
        "SESSION_COOKIE_AGE": int(site.settings.desk.signed_in.total_seconds()),
        "CSRF_TRUSTED_ORIGINS": [site.settings.site.base_url] if urlsplit(site.settings.site.base_url).scheme else [],
        "OTP_TOTP_ISSUER": site.settings.site.name,
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "OPTIONS": {"environment": "newsletter.web.pages.environment"},
            }
        ],
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
        "PROCRASTINATE_AUTODISCOVER_MODULE_NAME": None,
        "PROCRASTINATE_IMPORT_PATHS": ["newsletter.delivery.tasks", "newsletter.events.tasks"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    }


FOLLOWED = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "OTP_TOTP_ISSUER",
    "SESSION_COOKIE_AGE",
    "SOFT_BOUNCES",
    "SOFT_WITHIN",
    "SUBSCRIBER_ATTRIBUTES",
)
"""What may change while Django runs. The store and the keys hold until the process ends."""


def follow(site: Site) -> None:
    """Let Django go by the settings of ``site`` as they are now, where it is the one that Django was started for."""
    made = django_settings(site)
    for name in FOLLOWED:
        setattr(settings, name, made[name])


def on_postgres(site: Site) -> bool:
    """Whether the rows of ``site`` are in PostgreSQL: the scheme of ``database.url`` says so."""
    return site.settings.database.url.startswith("postgresql:")


def database(site: Site) -> dict[str, Any]:
    """The store of ``site``, as Django wants it."""
    return postgres(site.settings.database) if on_postgres(site) else sqlite(site.root, site.settings.database.url)


def postgres(section: DatabaseSection) -> dict[str, Any]:
    """The database of ``postgresql://USER@HOST/DATABASE``; what else libpq knows may follow as ``?sslmode=...``.

    A sender that is stopped in mid-transaction holds locks: the server ends its session after a minute. A connection
    that is cut is noticed within half a minute.
    """
    parts = postgres_parts(section.url)
    named = {
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": section.password.get_secret_value() if section.password else "",
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
    }
    careful = {
        "application_name": "newsletter",
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "tcp_user_timeout": 30_000,
        "options": "-c idle_in_transaction_session_timeout=60s",
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": careful | parts,
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
        from django.db import connections

        atexit.register(connections.close_all)


def upgrade() -> None:
    """Bring the schema of the store up to date; nothing happens where it is."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    def behind() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if behind():
        with _alone(connection):
            if behind():
                call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone(connection: Any) -> Iterator[None]:
    """Of several processes that find an old schema at once, one brings it up to date. SQLite locks by itself."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('newsletter.upgrade'))")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('newsletter.upgrade'))")
