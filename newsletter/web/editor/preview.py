"""An issue as readers will see it: any reader, any language, as this or that mail program shows it. Nothing is changed
here, and no address of a reader stands in a URL: they go by a signed key."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as draw_alone
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST, require_safe

from newsletter.delivery.preview import Preview, preview_of, readers_like, segments_of
from newsletter.issue.model import Issue
from newsletter.issue.problems import IssueError, Problem
from newsletter.items.reader_fields import STANDARD
from newsletter.models import Revision, Role
from newsletter.render.rendering import Part
from newsletter.store.media import Media
from newsletter.store.previews import logo_to_show
from newsletter.store.rendering import issues_of
from newsletter.store.revisions import UnknownIssue, newest
from newsletter.web.access import account_of, desk, is_part, public
from newsletter.web.desk import draw
from newsletter.web.editor import frames, inbox
from newsletter.web.pages import this_site
from subscribers.models import Subscriber
from subscribers.segments import SegmentError

LONGEST = "longest"
"""In place of a reader: somebody with long values."""
_KEYS = Signer(salt="newsletter.preview.reader")


@dataclass(frozen=True)
class Choice:
    """What is looked at, as the address says it."""

    view: str
    language: str
    reader_key: str
    segments: tuple[str, ...] | None
    """``None``: not chosen."""

    @property
    def query(self) -> str:
        """The same as part of an address."""
        parts = [("view", self.view), ("language", self.language), ("as", self.reader_key)]
        chosen = [("parts", "chosen"), *(("in", one) for one in self.segments)] if self.segments is not None else []
        return urlencode([pair for pair in parts if pair[1]] + chosen)


@desk()
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """A page with nothing but the preview; for an htmx request its choices alone, which change with the issue."""
    revision = _revision(request, slug)
    choice = _choice(request)
    values = _page(request, revision, choice)
    if is_part(request):
        return draw(request, "editor/preview-choices", **values)
    return draw(request, "editor/preview-page", **values, found=None)


@desk()
@require_safe
def mail(request: HttpRequest, slug: str) -> HttpResponse:
    """The mail alone, for a frame."""
    revision, choice = _revision(request, slug), _choice(request)
    try:
        response = _frame(request, revision, choice)
    except (IssueError, SegmentError) as error:
        problems = error.problems if isinstance(error, IssueError) else (Problem(str(error)),)
        response = draw_alone(request, "web/desk/editor/frame-problem.html", {"problems": problems})
    response.headers["Content-Security-Policy"] = frames.policy(choice.view)
    return response


@public
@require_safe
def logo(request: HttpRequest, key: str) -> HttpResponse:
    """The logo of the organisation, which is stored only when an issue is mailed. Its name cannot be guessed; for the
    frame of a sandboxed mail is of no origin, and no cookie comes with what it asks for."""
    found = logo_to_show(this_site())
    if found is None or not constant_time_compare(key, _logo_key(found)):
        raise Http404
    response = HttpResponse(found.content, content_type=found.mime)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@desk(Role.EDITOR, Role.SENDER)
@require_POST
def readers(request: HttpRequest, slug: str) -> HttpResponse:
    """Readers to look as, by the beginning of their address or name: a POST, so that it stands in no URL."""
    revision = _revision(request, slug)
    written = request.POST.get("q", "")
    found = [(_KEYS.sign_object(one.pk), one) for one in readers_like(written)]
    values: dict[str, Any] = {"found": found, "written": written}
    if is_part(request):
        return draw(request, "editor/preview-readers", slug=slug, **values)
    return draw(request, "editor/preview-page", **_page(request, revision, _choice(request)), **values)


def _page(request: HttpRequest, revision: Revision, choice: Choice) -> dict[str, Any]:
    """What the choices of the preview are made of."""
    issues = issues_of(revision)
    reader = _reader(request, choice.reader_key)
    return {
        "slug": revision.issue.slug,
        "title": revision.issue.title,
        "number": revision.number,
        "choice": choice,
        "languages": [issue.language for issue in issues],
        "segments": issues[0].segments,
        "shown": _shown(issues[0], choice, reader),
        "reader": reader,
        "fields": {**STANDARD, **dict.fromkeys(this_site().settings.attributes, "")},
    }


def _shown(issue: Issue, choice: Choice, reader: Subscriber | None) -> tuple[str, ...]:
    """The segments whose items are shown."""
    if reader is None:
        return issue.segments if choice.segments is None else choice.segments
    try:
        return segments_of(reader, issue)
    except SegmentError:  # the frame says so
        return ()


def _frame(request: HttpRequest, revision: Revision, choice: Choice) -> HttpResponse:
    site = this_site()
    reader = _reader(request, choice.reader_key)
    part: Part = "text" if choice.view in {"text", "inbox"} else "html"
    made = preview_of(
        site,
        revision,
        logo_url=_logo_url(),
        language=choice.language,
        reader=reader,
        longest=choice.reader_key == LONGEST,
        segments=None if reader else choice.segments,
        base=site.settings.site.base_url if choice.view == "text" else "",
        parts=(part,),
    )
    if choice.view == "text":
        return draw_alone(request, "web/desk/editor/frame-text.html", {"issue": made.issue, "text": made.filled.text})
    if choice.view == "inbox":
        return draw_alone(request, "web/desk/editor/frame-inbox.html", _inbox(made))
    return HttpResponse(frames.dressed(made.filled.html, choice.view))


def _logo_url() -> str:
    found = logo_to_show(this_site())
    return reverse("preview-logo", kwargs={"key": _logo_key(found)}) if found else ""


def _logo_key(found: Media) -> str:
    return salted_hmac("newsletter.preview.logo", found.sha256, algorithm="sha256").hexdigest()[:32]


def _inbox(made: Preview) -> dict[str, Any]:
    site = this_site().settings
    sender = made.issue.sender or site.sender.name or site.site.name
    # Where nothing is said, programs show how the mail begins.
    begins = " ".join(made.filled.text.split())[:300]
    lines = inbox.rows(sender, made.filled.subject, made.preheader or begins)
    return {"issue": made.issue, "rows": lines, "has_preheader": bool(made.preheader)}


def _choice(request: HttpRequest) -> Choice:
    said = request.GET if request.method != "POST" else request.POST
    view = said.get("view", "")
    segments = tuple(said.getlist("in")) if said.get("parts") == "chosen" else None
    return Choice(
        view if view in frames.VIEWS else "desktop",
        said.get("language", ""),
        said.get("as", ""),
        segments,
    )


def _reader(request: HttpRequest, key: str) -> Subscriber | None:
    """The reader whose key that is, for those who may see readers."""
    if key in {"", LONGEST}:
        return None
    if not account_of(request).sees_addresses:
        raise Http404
    try:
        return Subscriber.objects.get(pk=_KEYS.unsign_object(key))
    except (BadSignature, Subscriber.DoesNotExist):
        raise Http404 from None


def _revision(request: HttpRequest, slug: str) -> Revision:
    """The revision that ``?number=`` asks for, else the newest."""
    number = request.GET.get("number", "")
    try:
        if not number:
            return newest(slug)
        if not number.isascii() or not number.isdecimal() or len(number) > 9:
            raise Http404
        return Revision.objects.select_related("issue").get(issue__slug=slug, number=int(number))
    except (UnknownIssue, Revision.DoesNotExist):
        raise Http404 from None
