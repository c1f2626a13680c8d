"""Browsers of people, as Django's test client is one; for whoever makes a site outside a test's own fixtures."""

import re
from typing import Any

PASSWORD = "quiet mountain river"


def browser(*roles: str, name: str) -> Any:
    """The browser of somebody with these roles, on this machine."""
    from django.test import Client

    from newsletter.models import Account

    found = Account.objects.filter(name=name).first()
    email = f"{re.sub('[^a-z]', '', name.lower())[:20] or 'someone'}@example.org"
    account = found or Account.objects.make(email, name=name[:100], roles=list(roles), password=PASSWORD)
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8025")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def nobody() -> Any:
    """The browser of somebody who is not signed in, on this machine."""
    from django.test import Client

    return Client(REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1:8025")


def posted(answer: Any) -> str:
    """Where a form led to, which was taken."""
    if answer.status_code != 302:
        said = re.findall(r'class="(?:wrong|problem)"[^>]*>(.*?)</', answer.content.decode(), re.DOTALL)
        raise AssertionError((answer.status_code, said))
    return str(answer["Location"])
