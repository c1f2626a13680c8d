"""Logo and colours, with a look at a mail in them."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from newsletter.issue.problems import IssueError
from newsletter.models import Role
from newsletter.render import Theme
from newsletter.site import Site, SiteError
from newsletter.store import logo, theme
from newsletter.store.identity import theme_of
from newsletter.store.pictures import PictureError
from newsletter.store.previews import logo_to_show
from newsletter.store.sample_mail import sample_mail
from newsletter.web.access import account_of, desk, is_part, to
from newsletter.web.desk import draw
from newsletter.web.entry import steps
from newsletter.web.pages import this_site

_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def look(request: HttpRequest, site: Site) -> HttpResponse | dict[str, Any]:
    """Shows the colours that were typed, finds the one for dark mode, or saves them with the logo."""
    posted = request.POST if request.method == "POST" else {}
    asked = posted.get("do", "show")
    try:
        kept = theme_of(site)
    except IssueError as error:
        return _values(site, "", "", None, "; ".join(one.message for one in error.problems))
    light = posted.get("light", kept.light.accent).strip()[:20]
    dark = posted.get("dark", kept.dark.accent).strip()[:20]
    problem, shown = "", None
    try:
        if asked == "match":
            dark = theme.for_dark(kept, theme.with_accent(kept, light, kept.dark.accent).light.accent)
        shown = theme.with_accent(kept, light, dark)
        if asked == "save":
            _save(request, site, shown)
            return to(request, reverse("setup-step", kwargs={"name": steps.after("look")}))
    except (ValueError, SiteError) as error:
        problem = str(error)
    values = _values(this_site(), light, dark, shown, problem)
    return draw(request, "setup-look-part", **values) if is_part(request) else values


def _values(site: Site, light: str, dark: str, shown: Theme | None, problem: str) -> dict[str, Any]:
    return {
        "light": light,
        "dark": dark,
        "modes": [("Light", theme.pairs(shown.light)), ("Dark", theme.pairs(shown.dark))] if shown else [],
        "query": f"light={light[1:]}&dark={dark[1:]}" if shown else "",
        "logo": site.settings.organisation.logo,
        "problem": f"{problem[0].upper()}{problem[1:]}." if problem else "",
    }


def _save(request: HttpRequest, site: Site, shown: Theme) -> None:
    """Raises ``ValueError``, ``SiteError``."""
    actor, now = account_of(request).name, datetime.now(UTC)
    if file := request.FILES.get("logo"):
        try:
            site = logo.keep(site, file.read(), actor=actor, at=now)
        except PictureError as error:
            raise ValueError(f"the logo {error}") from None
    elif request.POST.get("no-logo"):
        site = logo.drop(site, actor=actor, at=now)
    theme.choose_accent(site, shown.light.accent, shown.dark.accent, actor=actor, at=now)


@desk(Role.ADMINISTRATOR)
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """A mail in the colours that the address names, for a frame."""
    site = this_site()
    try:
        chosen = theme.with_accent(
            theme_of(site), f"#{request.GET.get('light', '')}", f"#{request.GET.get('dark', '')}"
        )
    except ValueError:
        raise Http404 from None
    html = sample_mail(site, chosen, logo_url=reverse("setup-logo"), dark="in-dark" in request.GET)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = _FRAME
    return response


@desk(Role.ADMINISTRATOR)
@require_safe
def shown_logo(request: HttpRequest) -> HttpResponse:
    """The logo as it is mailed."""
    found = logo_to_show(this_site())
    if found is None:
        raise Http404
    response = HttpResponse(found.content, content_type=found.mime)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The frame of a sandboxed mail is of no origin, so even this server is another to it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
