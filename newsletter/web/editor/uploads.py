"""Pictures and documents for an issue: made fit for mail and stored; the text names them when it is saved."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from newsletter.models import Issue, Role
from newsletter.store.media import MAX_BYTES, MediaError
from newsletter.store.uploads import put_in
from newsletter.web.access import desk
from newsletter.web.desk import note
from newsletter.web.middleware import takes
from newsletter.web.pages import this_site

ROOM = 100_000
"""Bytes of a request beside the file."""
_OLD_WORD = "Word's old format: some readers cannot open it on a phone. A PDF opens everywhere."


@desk(Role.EDITOR)
@takes(MAX_BYTES + ROOM)
@require_POST
def upload(request: HttpRequest, slug: str) -> JsonResponse:
    """Takes ``file`` as a ``picture`` or a ``file`` (as ``kind`` says). Answers with its path, size and address; with
    400 and what is wrong where it cannot be used."""
    if not Issue.objects.filter(slug=slug).exists():
        raise Http404
    chosen = request.FILES.get("file")
    if chosen is None:
        return JsonResponse({"error": "No file came. Choose one and try again."}, status=400)
    picture = request.POST.get("kind") != "file"
    try:
        path, asset = put_in(this_site(), chosen.name or "", chosen.read(MAX_BYTES + 1), picture=picture)
    except MediaError as error:
        return JsonResponse({"error": _sentence(str(error))}, status=400)
    note(request, "put a file in", f"issue {slug}", path=path)
    return JsonResponse(
        {
            "path": path,
            "width": asset.width,
            "height": asset.height,
            "bytes": asset.size,
            "url": f"/m/{asset.stored_name}",
            "remark": _OLD_WORD if asset.filename.endswith(".doc") else "",
        }
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
