"""The settings, section by section."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.models import Role
from newsletter.settings import Settings
from newsletter.site import Site, SiteError, is_section
from newsletter.site_edit import SettingsError
from newsletter.store import changing
from newsletter.web.access import account_of, desk, to
from newsletter.web.administration.fields import field_of, save, section_keys, zones
from newsletter.web.desk import done, draw
from newsletter.web.pages import this_site

_TITLES = {
    "site": "Site",
    "organisation": "Organisation",
    "sender": "Sender",
    "delivery": "Delivery",
    "desk": "Desk",
    "providers": "Providers",
    "providers.sendgrid": "SendGrid",
    "providers.smtp": "Mail server (SMTP)",
    "providers.anymail": "Other services (Anymail)",
    "database": "Database",
    "bounces": "Mailbox for bounces",
    "suppression": "Suppression",
    "events": "What is told back",
    "secrets": "Keys of the site",
    "checks": "Checks",
}
ATTRIBUTES = "attributes"
_MORE = 3
"""Empty rows for new attributes."""


@dataclass(frozen=True)
class Part:
    """A section: its dotted name, its title, what it is about, and how many of its settings are set."""

    name: str
    title: str
    meaning: str
    set: int


@desk(Role.ADMINISTRATOR)
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """All sections."""
    return draw(request, "settings", parts=parts(this_site()))


def parts(site: Site) -> list[Part]:
    """The sections in the order of the file, then what else is known of readers."""
    found = [
        Part(
            name,
            _title(name),
            (model.__doc__ or "").replace("``", ""),
            sum(bool(changing.source(site, key)) for key in keys),
        )
        for name, model in _sections(Settings, "")
        if (keys := section_keys(name))
    ]
    meaning = "What else is known of readers: columns of an import, fields of a mail, conditions of segments."
    return [*found, Part(ATTRIBUTES, "Attributes of readers", meaning, len(site.settings.attributes))]


def _sections(model: Any, prefix: str) -> list[tuple[str, Any]]:
    found = []
    for name, info in model.model_fields.items():
        if is_section(info.annotation):
            found += [(prefix + name, info.annotation), *_sections(info.annotation, f"{prefix}{name}.")]
    return found


def _title(name: str) -> str:
    return _TITLES.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize()


@desk(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, name: str) -> HttpResponse:
    """One section as a form."""
    site = this_site()
    part = next((one for one in parts(site) if one.name == name), None)
    if part is None:
        raise Http404
    if name == ATTRIBUTES:
        return _attributes(request, site, part)
    keys, problem = section_keys(name), ""
    fields = tuple(field_of(site, key) for key in keys)
    if request.method == "POST":
        try:
            _, fields = save(request, site, keys)
        except SiteError as error:
            problem = str(error)
        if not problem and not any(field.wrong for field in fields):
            done(request, f"{part.title}: saved, and in force.")
            return to(request, reverse("settings-section", kwargs={"name": name}))
    wrong = bool(problem) or any(field.wrong for field in fields)
    return draw(
        request,
        "settings-section",
        status=400 if wrong else 200,
        part=part,
        parts=parts(site),
        fields=fields,
        problem=problem,
        zones=zones() if any(field.kind == "zone" for field in fields) else [],
    )


def _attributes(request: HttpRequest, site: Site, part: Part) -> HttpResponse:
    """Rows of a name and a type; whoever empties a name takes the attribute away. What readers have stays."""
    rows = [(name, changing.shown(site, f"{ATTRIBUTES}.{name}"), "") for name in site.settings.attributes]
    locked = {name: words for name, _, _ in rows if (words := changing.locked(site, f"{ATTRIBUTES}.{name}"))}
    if request.method == "POST":
        names = [name.strip() for name in request.POST.getlist("name")]
        typed = list(zip(names, (kind.strip() for kind in request.POST.getlist("kind")), strict=False))
        wanted = {name: kind or "text" for name, kind in typed if name}
        changes: dict[str, str | None] = {
            f"{ATTRIBUTES}.{name}": None for name in site.settings.attributes if name not in {*wanted, *locked}
        }
        changes |= {f"{ATTRIBUTES}.{name}": kind for name, kind in wanted.items() if name not in locked}
        wrong = _twice_or_odd(names)
        try:
            if not wrong:
                changing.change(site, changes, actor=account_of(request).name, at=datetime.now(UTC))
                done(request, "Attributes of readers: saved, and in force.")
                return to(request, reverse("settings-section", kwargs={"name": ATTRIBUTES}))
        except SettingsError as error:
            wrong = {key.partition(".")[2]: words for key, words in error.wrong.items()}
        rows = [(name, kind, wrong.get(name, "")) for name, kind in typed if name or kind]
    return draw(
        request,
        "settings-attributes",
        status=400 if any(words for _, _, words in rows) else 200,
        part=part,
        parts=parts(site),
        rows=[*rows, *[("", "", "")] * _MORE],
        locked=locked,
    )


def _twice_or_odd(names: list[str]) -> dict[str, str]:
    """Names that no key can have: those that are there twice, or would be taken apart."""
    odd = {name: "use small letters, digits and _, such as city" for name in names if "." in name}
    return odd | {name: "this name is there twice" for name in names if name and names.count(name) > 1}
