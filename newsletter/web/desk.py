"""What every page of the desk has: who is signed in, where they may go, what was just done."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from newsletter.models import Account, Audit, Role
from newsletter.web.access import account_of
from newsletter.web.pages import this_site


@dataclass(frozen=True)
class Place:
    """An entry of the menu. ``roles``: who sees it; everybody where none is named."""

    name: str
    """Of the address."""
    label: str
    group: str
    roles: tuple[Role, ...] = ()


MENU = (
    Place("issues", "Issues", "Make"),
    Place("items", "Update items", "Make", (Role.EDITOR, Role.CONTRIBUTOR)),
    Place("mailings", "Mailings", "Send", (Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)),
    Place("published", "Archive", "Send", (Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)),
    Place("lists", "Lists", "Readers", (Role.EDITOR, Role.SENDER)),
    Place("subscribers", "Subscribers", "Readers", (Role.EDITOR, Role.SENDER)),
    Place("segments", "Segments", "Readers", (Role.EDITOR, Role.SENDER)),
    Place("imports", "Imports", "Readers", (Role.SENDER,)),
    Place("people", "People", "Site", (Role.ADMINISTRATOR,)),
    Place("settings", "Settings", "Site", (Role.ADMINISTRATOR,)),
    Place("audit", "Audit log", "Site", (Role.ADMINISTRATOR,)),
    Place("health", "Health", "Site", (Role.ADMINISTRATOR,)),
)


def draw(request: HttpRequest, name: str, /, *, status: int = 200, **values: Any) -> HttpResponse:
    """The page ``web/desk/<name>.html`` for whoever is signed in, with the menu and what was just done."""
    user = request.user if isinstance(request.user, Account) else None
    context = {
        "site": this_site().settings.site,
        "account": user,
        "menu": menu(request, user) if user else {},
        "tabs": tabs,
        "said": list(messages.get_messages(request)),
        **values,
    }
    return render(request, f"web/desk/{name}.html", context, status=status)


def menu(request: HttpRequest, account: Account) -> dict[str, list[tuple[str, str, bool]]]:
    """What ``account`` may open, by group: address, label, and whether it is open now."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for place in MENU:
        if place.roles and not account.may(*place.roles):
            continue
        address = reverse(place.name)
        here = request.path == address or (address != "/" and request.path.startswith(address))
        found.setdefault(place.group, []).append((address, place.label, here))
    return found


def done(request: HttpRequest, words: str) -> None:
    """Says ``words`` on the next page that is drawn."""
    messages.success(request, words)


def note(request: HttpRequest, action: str, thing: str, **detail: Any) -> None:
    """Keeps in the audit what the person who is signed in did, to what. No address of a subscriber belongs in it."""
    Audit.objects.create(
        actor=account_of(request).name, action=action, object=thing, at=datetime.now(UTC), detail=detail
    )


_TABS = (
    Place("issue", "Edit", ""),
    Place("revisions", "Revisions", ""),
    Place("tests", "Tests", "", (Role.EDITOR, Role.APPROVER, Role.SENDER)),
    Place("approval", "Approval", "", (Role.EDITOR, Role.APPROVER, Role.SENDER, Role.VIEWER)),
    Place("send", "Send", "", (Role.EDITOR, Role.SENDER)),
)


def tabs(account: Account, slug: str, here: str) -> list[tuple[str, str, bool]]:
    """The pages of the issue ``slug`` that ``account`` may open: address, label, and whether it is open now."""
    found = []
    for place in _TABS:
        if place.roles and not account.may(*place.roles):
            continue
        label = "Look" if place.name == "issue" and not account.may(Role.EDITOR) else place.label
        found.append((reverse(place.name, kwargs={"slug": slug}), label, place.name == here))
    return found
