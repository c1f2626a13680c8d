"""Imports into a list, and what became of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import override_settings

from subscribers import consent
from subscribers.address import normalise
from subscribers.importing import Report, import_file
from subscribers.models import Consent, Import, ImportRow, MailingList, Subscriber, Subscription, Suppression

NOW = datetime(2020, 10, 28, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


def take(
    path: Path, upr: MailingList, content: str, *, attributes: dict[str, Any] | None = None, **options: Any
) -> Report:
    """Import ``content`` on a site with ``attributes``."""
    path.write_text(content, encoding="utf-8", errors="surrogateescape", newline="")
    with override_settings(SUBSCRIBER_ATTRIBUTES=attributes or {}):
        return take_file(path, upr, **options)


def take_file(path: Path, upr: MailingList, **options: Any) -> Report:
    """Import ``path``."""
    return import_file(path, upr, **{"at": NOW, "actor": "desk"} | options)


def add(upr: MailingList, name: str = "anna") -> Subscription:
    mailing_list = MailingList(pk=upr.pk, slug=upr.slug, double_opt_in=False)
    return consent.subscribe(normalise(f"{name}@example.org"), mailing_list, at=NOW, source="form")


def states() -> dict[str, str]:
    rows = Subscription.objects.order_by("subscriber__email_norm")
    return {email.partition("@")[0]: state for email, state in rows.values_list("subscriber__email_norm", "state")}


def everything() -> list[Any]:
    """All that an import could change."""
    models = (Subscriber, Subscription, Consent, Suppression, Import, ImportRow)
    return [list(model.objects.order_by("pk").values()) for model in models]
