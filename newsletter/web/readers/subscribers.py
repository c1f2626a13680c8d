"""Readers: found by address or name, looked at, changed, added, taken off, forgotten. Addresses stand in no URL."""

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsletter.models import Delivery, Role
from newsletter.reports.readers import effect_of, known_of
from newsletter.store.readers import FOUND, ReaderError, add_reader, change_reader, facts_of, search
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.readers.acting import act
from subscribers.address import AddressError, normalise
from subscribers.attributes import declared, written
from subscribers.exporting import export
from subscribers.models import MailingList, Subscriber

MAILS = 20


@desk(Role.EDITOR, Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def subscribers(request: HttpRequest) -> HttpResponse:
    """The newest readers, or by POST those whose address or name holds what is asked for."""
    words = request.POST.get("search", "")[:200]
    after = request.POST.get("after", "")
    found = search(words, after=int(after) if after.isdecimal() and len(after) < 18 else 0)
    return draw(
        request,
        "subscribers",
        found=found[:FOUND],
        more=found[FOUND - 1].pk if len(found) > FOUND else None,
        search=words,
        any=Subscriber.objects.exists(),
        may_change=account_of(request).may(Role.SENDER),
    )


@desk(Role.EDITOR, Role.SENDER)
@require_safe
def subscriber(request: HttpRequest, number: int) -> HttpResponse:
    """All that is known of one reader."""
    return _draw(request, get_object_or_404(Subscriber, pk=number))


@desk(Role.SENDER)
@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Changes what is known of a reader, or with ``do`` what they get."""
    found = get_object_or_404(Subscriber, pk=number)
    if verb := request.POST.get("do", ""):
        said = act(found, verb, request.POST, actor=account_of(request).name, at=datetime.now(UTC))
        if said.done:
            note(request, verb, f"subscriber {number}", **said.detail)
        done(request, said.words)
        gone = verb == "erase" and said.done
        return to(request, reverse("subscribers") if gone else reverse("subscriber", kwargs={"number": number}))
    try:
        facts = facts_of(**_written(request))
    except ReaderError as error:
        return _draw(request, found, problem=error, typed=request.POST)
    change_reader(found, facts)
    note(request, "changed", f"subscriber {number}", fields=sorted(facts))
    done(request, "Saved.")
    return to(request, reverse("subscriber", kwargs={"number": number}))


@desk(Role.SENDER)
@require_POST
def download(request: HttpRequest, number: int) -> HttpResponse:
    """All that is known of a reader as a file, as they may ask for by law."""
    found = get_object_or_404(Subscriber, pk=number)
    note(request, "exported", f"subscriber {number}")
    content = json.dumps(export(found), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="subscriber-{number}.json"'
    return response


@desk(Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Takes one reader into a list, at their word."""
    problem: ReaderError | None = None
    if request.method == "POST":
        try:
            subscription, mailed = _added(request)
        except ReaderError as error:
            problem = error
        else:
            number = subscription.subscriber_id
            note(request, "added", f"subscriber {number}", list=subscription.list.slug)
            waits = subscription.state != "active"
            asked = "a mail asks them to." if mailed else "they were asked by mail today already."
            done(request, "They are on the list" + (f" once they confirm it; {asked}" if waits else "."))
            return to(request, reverse("subscriber", kwargs={"number": number}))
    return draw(
        request,
        "subscriber-add",
        status=400 if problem else 200,
        problem=problem,
        typed=request.POST,
        lists=MailingList.objects.order_by("name"),
    )


def _added(request: HttpRequest) -> tuple[Any, bool]:
    said = request.POST
    try:
        address = normalise(said.get("email", "").strip())
    except AddressError as error:
        raise ReaderError(f"{error.message}; {error.mend}" if error.mend else error.message, "email") from None
    chosen = MailingList.objects.filter(slug=said.get("list", "")).first()
    if chosen is None:
        raise ReaderError("choose the list that they asked for", "list")
    facts = facts_of(name=said.get("name", ""), language=said.get("language", ""))
    facts = {name: value for name, value in facts.items() if value}
    return add_reader(address, chosen, facts, source=said.get("source", ""), at=datetime.now(UTC))


def _written(request: HttpRequest) -> dict[str, Any]:
    said = request.POST
    names = {name: said[name] for name in ("name", "language", "timezone") if name in said}
    return {**names, "attributes": {key: said[f"a.{key}"] for key in declared() if f"a.{key}" in said}}


def _draw(
    request: HttpRequest, found: Subscriber, *, problem: ReaderError | None = None, typed: Any = None
) -> HttpResponse:
    mails = Delivery.objects.filter(subscriber=found, mailing__dry_run=False).order_by("-pk")[:MAILS]
    known = known_of(found)
    attributes = [
        (
            key,
            kind,
            (typed or {}).get(f"a.{key}", written(known["attributes"][key]) if key in known["attributes"] else ""),
        )
        for key, kind in sorted(declared().items())
    ]
    on = {one["list"] for one in known["subscriptions"]}
    return draw(
        request,
        "subscriber",
        status=400 if problem else 200,
        one=found,
        known=known,
        facts={name: (typed or {}).get(name, known[name]) for name in ("name", "language", "timezone")},
        attributes=attributes,
        problem=problem,
        came_back=[(row, effect_of(row)) for row in known["came_back"]],
        mails=mails.select_related("mailing__revision__issue"),
        other_lists=[row for row in MailingList.objects.order_by("name") if row.slug not in on],
        now=datetime.now(UTC),
        may_change=account_of(request).may(Role.SENDER),
    )
