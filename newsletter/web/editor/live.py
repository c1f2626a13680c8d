"""What an open page asks every ten seconds: is there a newer revision, and who else is here."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from newsletter.models import Issue, Revision
from newsletter.store.presence import is_here, leaves, others_here
from newsletter.web.access import account_of, desk
from newsletter.web.editor.wording import called, clock, titles_of


@desk()
@require_POST
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Tells that the page is open at ``item``, or with ``leaves`` that it is closed. Says the newest revision, who
    saved it, and who else has the issue open, where."""
    revision = (
        Revision.objects.filter(issue__slug=slug).defer("source", "translations").select_related("issue")
        .order_by("-number").first()
    )  # fmt: skip
    if revision is None:
        return JsonResponse({"gone": True}, status=404)
    issue, account, now = revision.issue, account_of(request), datetime.now(UTC)
    if "leaves" in request.POST:
        leaves(issue, account)
        return HttpResponse(status=204)
    is_here(issue, account, request.POST.get("item", ""), at=now)
    others = others_here(issue, account, at=now)
    return JsonResponse(
        {
            "number": revision.number,
            "who": revision.author,
            "own": revision.account_id == account.pk,
            "at": clock(revision.at),
            "others": [{"name": name, "at": title} for name, title in _placed(issue, others)],
        }
    )


def _placed(issue: Issue, others: list[tuple[str, str]]) -> list[tuple[str, str]]:
    titles = titles_of(issue.slug) if others else {}
    return [(name, _place(titles, *item.partition("@")[::2])) for name, item in others]


def _place(titles: Mapping[str, str], item: str, language: str) -> str:
    title = titles.get(item, "")
    return f"{title}, in {called(language)}" if title and language else title
