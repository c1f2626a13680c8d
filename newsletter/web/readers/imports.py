"""Readers from files: what each file would change is shown first; then it is taken in, and can be taken back."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsletter.models import Role
from newsletter.store import import_jobs
from newsletter.store.import_jobs import Job
from newsletter.web.access import account_of, desk, is_part, to
from newsletter.web.desk import done, draw, note
from newsletter.web.middleware import takes
from newsletter.web.pages import this_site
from subscribers.attributes import declared
from subscribers.importing.basis import NEEDS_SOURCE, Basis
from subscribers.importing.columns import ALIASES, IGNORED
from subscribers.importing.undoing import undo
from subscribers.models import Import, MailingList

FILE = 100_000_000
"""Bytes of a file of readers: a million rows have less."""
COUNTS = (
    ("taken", "new on the list"),
    ("taken_unsubscribed", "of these as unsubscribed or not confirmed, as the file says"),
    ("updated", "updated: the file knows more of them"),
    ("unchanged", "unchanged: known already"),
    ("kept", "stay unsubscribed or unconfirmed, whatever the file says"),
    ("opted_out", "unsubscribed, as the file says"),
    ("duplicate", "duplicates: the address stands in another row, too"),
    ("erased", "left out: their data was erased"),
    ("refused", "refused"),
    ("suppressed", "subscribed, but suppressed: they are not mailed"),
    ("noted", "taken, but for a value that is not understood"),
)
"""What a report says of each count."""
VERDICTS = {
    "new": "New on the list",
    "changed": "Changed",
    "unsubscribed": "Unsubscribed, as the file says",
    "kept": "Kept as they are",
    "suppressed": "Suppressed: not mailed",
    "erased": "Left out",
}
_SHOWN = ("email", "first_name", "last_name", "name", "language", "timezone", "status", "unsubscribed")


@desk(Role.SENDER)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What came in from files, the latest first."""
    runs = Import.objects.select_related("list").order_by("-pk")[:100]
    return draw(request, "imports", runs=runs, lists=MailingList.objects.exists())


@desk(Role.SENDER)
@takes(FILE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for a file; POST keeps it and looks what it would change."""
    problem = ""
    lists = list(MailingList.objects.order_by("name"))
    slug = (request.POST if request.method == "POST" else request.GET).get("list", "")
    if request.method == "POST":
        upload = request.FILES.get("file")
        if slug not in {one.slug for one in lists}:
            problem = "Choose the list that the readers come to."
        elif upload is None or not upload.size:
            problem = "Choose a file; this one is empty." if upload else "Choose a file."
        else:
            job = import_jobs.put(
                this_site(), str(upload.name), upload.chunks(), list_slug=slug, by=account_of(request).name
            )
            import_jobs.start(this_site(), job, choice={}, dry_run=True)
            return to(request, reverse("import-job", kwargs={"token": job.token}))
    return draw(request, "import-new", status=400 if problem else 200, lists=lists, slug=slug, problem=problem)


@desk(Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, token: str) -> HttpResponse:
    """How far a job is, and what it found; POST looks again with other columns, or takes the file in."""
    found = _job(token)
    problem = ""
    if request.method == "POST" and not found.running and found.state in {"looked", "failed", "looking", "importing"}:
        choice = _choice(request)
        wants = request.POST.get("do") == "import"
        problem = _missing(choice, found) if wants else ""
        if not problem:
            import_jobs.start(this_site(), found, choice=choice, dry_run=not wants)
            if wants:
                note(request, "imported", f"list {found.list}", basis=choice["basis"])
            return to(request, reverse("import-job", kwargs={"token": token}))
        found.choice = choice
    name = "import-progress" if is_part(request) and found.running else "import-job"
    if is_part(request) and not found.running:
        return to(request, reverse("import-job", kwargs={"token": token}))
    return draw(request, name, status=400 if problem else 200, job=found, problem=problem, **_about(found))


@desk(Role.SENDER)
@require_safe
def errors(request: HttpRequest, token: str) -> HttpResponseBase:
    """The rows of a job that there is something to mend in, as a file that can be imported again."""
    found = _job(token)
    path = import_jobs.errors_of(this_site(), found)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{found.filename}.errors.csv")


@desk(Role.SENDER)
@require_POST
def give_up(request: HttpRequest, token: str) -> HttpResponse:
    """Throws a file away that was only looked at."""
    found = _job(token)
    if not found.running:
        import_jobs.throw_away(this_site(), found)
        done(request, "The file was thrown away; nothing was changed.")
    return to(request, reverse("imports"))


@desk(Role.SENDER)
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: HttpRequest, number: int) -> HttpResponse:
    """One import, and what taking it back would do; POST does that."""
    run = get_object_or_404(Import.objects.select_related("list"), pk=number)
    if request.method == "POST" and run.undone_at is None:
        note(request, "undid", f"import {number}")
        started = import_jobs.start_undo(this_site(), run, by=account_of(request).name)
        return to(request, reverse("import-job", kwargs={"token": started.token}))
    would = None if run.undone_at else undo(run, actor="", at=run.at, dry_run=True)
    return draw(request, "import", run=run, would=would, counts=COUNTS)


def _job(token: str) -> Job:
    found = import_jobs.find(this_site(), token)
    if found is None:
        raise Http404
    return found


def _choice(request: HttpRequest) -> dict[str, Any]:
    said = request.POST
    titles, fields = said.getlist("title"), said.getlist("field")
    return {
        "columns": {title: chosen for title, chosen in zip(titles, fields, strict=False) if chosen},
        "basis": said.get("basis", ""),
        "source": said.get("source", "").strip()[:200],
        "wording": said.get("wording", "").strip()[:2_000],
    }


def _missing(choice: dict[str, Any], found: Job) -> str:
    basis = choice["basis"]
    if basis not in Basis.values and not (found.report.get("says_basis") and not basis):
        return "Say on what ground these readers may be mailed."
    if basis in NEEDS_SOURCE and not choice["source"]:
        return "Say where their consent comes from: this ground says too little alone."
    return ""


def _about(found: Job) -> dict[str, Any]:
    report = found.report
    mapping: dict[str, str] = report.get("mapping", {})
    chosen = found.choice.get("columns", {})
    titles = [*mapping, *(title for title in report.get("ignored", []) if title not in mapping)]
    shown = [field for field in ALIASES if field in _SHOWN or field in mapping.values()]
    return {
        "counts": COUNTS,
        "verdicts": VERDICTS,
        "columns": [(title, chosen.get(title, mapping.get(title, IGNORED))) for title in titles],
        "fields": [*shown, *(name for name in sorted(declared()) if name not in ALIASES)],
        "ignored": IGNORED,
        "grounds": [(one.value, one.label) for one in Basis],
        "list": MailingList.objects.filter(slug=found.list).first(),
        "has_errors": import_jobs.errors_of(this_site(), found) is not None,
    }
