"""Mailing lists: how many readers each has, who may subscribe, and where."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletter.models import Mailing, Role
from newsletter.store.readers import ReaderError, list_name, make_list
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.embedding import embedded_form
from newsletter.web.errors import forbidden
from newsletter.web.pages import LANGUAGES, this_site
from subscribers import audience
from subscribers.models import MailingList

MAILINGS = 10
"""The last ones that a list's page shows."""


@desk(Role.EDITOR, Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """Every list with its counts; POST makes one."""
    problem: ReaderError | None = None
    if request.method == "POST":
        if not account_of(request).may(Role.SENDER):
            return forbidden(request, (Role.SENDER,))
        try:
            made = make_list(
                request.POST.get("slug", "").strip(),
                request.POST.get("name", ""),
                public="public" in request.POST,
                double_opt_in="single" not in request.POST,
            )
        except ReaderError as error:
            problem = error
        else:
            note(request, "made", f"list {made.slug}")
            done(request, f"The list “{made.name}” is there. Bring its readers in, or let them subscribe.")
            return to(request, reverse("list", kwargs={"slug": made.slug}))
    counted = [(one, audience.tally(one.slug)) for one in MailingList.objects.order_by("name", "pk")]
    return draw(
        request,
        "lists",
        status=400 if problem else 200,
        counted=counted,
        problem=problem,
        typed=request.POST,
        may_change=account_of(request).may(Role.SENDER),
    )


@desk(Role.EDITOR, Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, slug: str) -> HttpResponse:
    """One list: who may be mailed and who not, its form for other sites; POST changes it."""
    found = get_object_or_404(MailingList, slug=slug)
    problem: ReaderError | None = None
    if request.method == "POST":
        if not account_of(request).may(Role.SENDER):
            return forbidden(request, (Role.SENDER,))
        try:
            _change(found, request)
        except ReaderError as error:
            problem = error
        else:
            note(request, "changed", f"list {slug}", public=found.public, double_opt_in=found.double_opt_in)
            done(request, "Saved.")
            return to(request, reverse("list", kwargs={"slug": slug}))
    site = this_site().settings.site
    mailings = Mailing.objects.filter(list=found, dry_run=False).select_related("revision__issue").order_by("-pk")
    values: dict[str, Any] = {"form": ""}
    if found.public:
        language = site.language if site.language in LANGUAGES else "en"
        values = {"form": embedded_form(found, language), "sign_up": f"{site.base_url}/s/{slug}"}
    return draw(
        request,
        "list",
        status=400 if problem else 200,
        list=found,
        tally=audience.tally(slug, at=datetime.now(UTC)),
        mailings=mailings[:MAILINGS],
        problem=problem,
        may_change=account_of(request).may(Role.SENDER),
        **values,
    )


def _change(found: MailingList, request: HttpRequest) -> None:
    found.name = list_name(request.POST.get("name", ""))
    found.public = "public" in request.POST
    found.double_opt_in = "single" not in request.POST
    found.save()
