"""Django's settings for tests: a site without a folder of its own; each test makes what it needs."""

from pathlib import Path

from newsletter.django_conf import django_settings
from newsletter.settings import SecretsSection, SenderSection, Settings, SiteSection
from newsletter.site import Site

_site = Site(
    root=Path("/nonexistent"),
    settings=Settings(
        site=SiteSection(name="USHRN", base_url="https://news.example.org", timezone="Europe/Zurich"),
        sender=SenderSection(email="news@example.org"),
        secrets=SecretsSection.model_validate({"secret_key": "tests " * 10, "erasure_key": "tests " * 10}),
    ),
)
globals().update(django_settings(_site))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OPTOUT_LOG = None
