"""What mails and pages are made of beside themselves: pictures, documents, the style."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from newsletter.models import Asset
from newsletter.render.templates import SHIPPED
from newsletter.store.assets import path_of
from newsletter.web.access import public
from newsletter.web.pages import this_site

_SHOWN = {"image/jpeg", "image/png", "image/gif"}
"""What a browser shows in its window; documents and calendars are saved."""
_A_YEAR = "public, max-age=31536000, immutable"


@public
@require_safe
def media(request: HttpRequest, public_id: str, ending: str) -> HttpResponseBase:
    """A picture, document or calendar of an issue. Its name cannot be guessed and its content never changes."""
    asset = Asset.objects.filter(public_id=public_id).first()
    if asset is None or asset.stored_name != f"{public_id}.{ending}":
        raise Http404
    try:
        file = path_of(this_site(), asset).open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(
        file,
        as_attachment=asset.mime not in _SHOWN,
        filename=asset.filename,
        content_type=f"{asset.mime}; charset=utf-8" if asset.mime.startswith("text/") else asset.mime,
    )
    response.headers["Cache-Control"] = _A_YEAR
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Webmail shows the pictures of a mail on its own pages.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The style of all pages; a site's own wins."""
    places = [this_site().templates, SHIPPED]
    file = next(path for place in places if (path := place / "web" / "style.css").is_file())
    response = HttpResponse(file.read_bytes(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for one; there is none, and that is no error."""
    return HttpResponse(status=204)
