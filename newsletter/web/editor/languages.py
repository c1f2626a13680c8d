"""The languages of an issue: added, removed and put back; and what is translated as it stands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.models import Revision, Role
from newsletter.store import translating
from newsletter.store.editing import Gone, revision_of
from newsletter.store.translating import LanguageError, NoTranslation
from newsletter.web.access import account_of, desk, to
from newsletter.web.desk import done, draw, note
from newsletter.web.editor.sides import Translated, languages_beside, side_of
from newsletter.web.editor.wording import called, clock, number_in, revision_or_404

OFFERED = (
    "am", "ar", "bn", "zh-Hans", "zh-Hant", "cs", "da", "nl", "en", "fa", "fi", "fr", "de", "el", "ht", "he", "hi",
    "hu", "id", "it", "ja", "ko", "ku", "ne", "nb", "ps", "pl", "pt", "pt-BR", "ro", "ru", "so", "es", "sw", "sv", "ta",
    "th", "ti", "tr", "uk", "ur", "vi",
)  # fmt: skip
"""Languages to choose from; any other can be written as a tag."""


@dataclass(frozen=True)
class _Removed:
    """A translation that was taken out a moment ago, and the revision that has it."""

    language: str
    number: int

    @property
    def called(self) -> str:
        """The language in English."""
        return called(self.language)


@desk(Role.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def languages(request: HttpRequest, slug: str) -> HttpResponse:
    """The languages of the issue; POST adds one."""
    revision = revision_or_404(slug)
    typed = (request.POST.get("tag", "").strip() or request.POST.get("language", "").strip())[:20]
    problem = ""
    if request.method == "POST":
        try:
            if not typed:
                raise LanguageError("Choose a language.")
            saved = translating.add_language(slug, typed, account=account_of(request), at=datetime.now(UTC))
        except LanguageError as error:
            problem = str(error)
        else:
            note(request, "added a language", f"issue {slug}", language=typed, revision=saved.revision.number)
            done(request, f"You can write in {called(typed)} now. The original stands beside each field.")
            return to(request, Translated(typed).address(slug))
    beside = languages_beside(revision)
    offered = sorted(((tag, called(tag)) for tag in OFFERED if tag not in beside["called"]), key=lambda one: one[1])
    return draw(
        request,
        "editor/languages-page",
        status=422 if problem else 200,
        slug=slug,
        title=revision.issue.title,
        removed=_removed(request, revision),
        offered=offered,
        typed=typed,
        problem=problem,
        **beside,
    )


def _removed(request: HttpRequest, revision: Revision) -> _Removed | None:
    language, number = request.GET.get("removed", ""), request.GET.get("from", "")
    if not language or language in revision.translations:
        return None
    try:
        then = revision_of(revision.issue.slug, number_in(number))
    except Revision.DoesNotExist:
        return None
    return _Removed(language, then.number) if language in then.translations else None


@desk(Role.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Asks whether the translation is to go; POST takes it out."""
    revision = revision_or_404(slug)
    side_of(language, revision)
    if request.method == "POST":
        saved = translating.remove_language(slug, language, account=account_of(request), at=datetime.now(UTC))
        note(request, "removed a language", f"issue {slug}", language=language, revision=saved.revision.number)
        query = urlencode({"removed": language, "from": saved.revision.number - 1})
        return to(request, f"{reverse('issue-languages', kwargs={'slug': slug})}?{query}")
    return draw(
        request,
        "editor/translation-remove",
        slug=slug,
        title=revision.issue.title,
        language=language,
        **languages_beside(revision),
    )


@desk(Role.EDITOR)
@require_POST
def put_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts the translation into ``language`` back as revision ``number`` has it."""
    revision_or_404(slug)
    language, number = request.POST.get("language", ""), number_in(request.POST.get("number", ""))
    try:
        saved = translating.restore_language(slug, language, number, account=account_of(request), at=datetime.now(UTC))
    except (NoTranslation, Revision.DoesNotExist):
        raise Http404 from None
    note(request, "put a language back", f"issue {slug}", language=language, revision=saved.revision.number)
    done(request, f"The translation into {called(language)} is here again.")
    return to(request, Translated(language).address(slug))


@desk(Role.EDITOR)
@require_POST
def finish(request: HttpRequest, slug: str, language: str, key: str) -> HttpResponse:
    """Says that the item ``key`` is translated as it stands."""
    side_of(language, revision_or_404(slug))
    try:
        saved = translating.finish(slug, language, key, account=account_of(request), at=datetime.now(UTC))
    except (Gone, NoTranslation):
        raise Http404 from None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"number": saved.revision.number, "at": clock(saved.revision.at)})
    return to(request, Translated(language).address(slug, key))
