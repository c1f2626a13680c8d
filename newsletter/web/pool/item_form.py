"""The form of one update item, without any script: for editors, contributors, and whoever has a private link."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from newsletter.issue.pieces import cut
from newsletter.issue.toml import Path
from newsletter.items.base import Item
from newsletter.items.registry import kinds
from newsletter.items.values import zone_names
from newsletter.store import assets
from newsletter.store.edit_fields import loose_item
from newsletter.store.media import MediaError, fitted
from newsletter.web.editor import forms
from newsletter.web.pages import this_site

_LATER = ("audience",)
"""What an editor decides when the item stands in an issue."""
_UPLOAD = "upload:"
_VERBS = ("add", "up", "down", "drop")
MOST_ENTRIES = 50
FILES = 60_000_000
"""Bytes of an item with its documents."""


@dataclass
class ItemForm:
    """What was typed, what is wrong with it, and the item once nothing is."""

    kind: str
    raw: dict[str, list[str]]
    files: dict[str, str] = field(default_factory=dict)
    """Path -> public id of the asset."""
    wrong: dict[str, str] = field(default_factory=dict)
    item: Item | None = None

    @property
    def fields(self) -> tuple[forms.Shown, ...]:
        """As they are drawn."""
        return forms.shown(fields_of(self.kind), self.raw, self.wrong)

    @property
    def context(self) -> dict[str, Any]:
        """For the template."""
        return {
            "form": self,
            "summary": kinds()[self.kind].summary,
            "options": {"plain_files": []},
            "zones": sorted(zone_names()),
        }


def fields_of(kind: str) -> tuple[Any, ...]:
    """The fields of a kind that whoever hands in an item is asked for."""
    return tuple(one for one in forms.fields_of(kinds()[kind]) if one.name not in _LATER)


def filled(item: Item, files: dict[str, str]) -> ItemForm:
    """The form with what ``item`` holds."""
    return ItemForm(item.kind, forms.raw_of(fields_of(item.kind), item.model_dump()), dict(files))


def read(request: HttpRequest, kind: str, before: ItemForm | None = None) -> ItemForm:
    """The form as it was sent. ``item`` is set where it holds one; with a button that adds, moves or takes out an entry
    nothing is looked at yet."""
    form = ItemForm(kind, {name: request.POST.getlist(name) for name in request.POST})
    _keep_files(request, form, before)
    if reshaped(form.raw):
        form.wrong = {}
        return form
    given = forms.read(fields_of(kind), form.raw)
    zone = this_site().settings.site.timezone
    beside = cut(f'+++\ntitle = "Items"\nsubject = "Items"\ntimezone = "{zone}"\n+++\n')
    form.item, wrong = loose_item(this_site(), kinds()[kind], given, form.files, beside=beside)
    form.wrong |= {name: said for name, said in _by_input(wrong, form.raw) if name not in form.wrong}
    if form.wrong:
        form.item = None
    return form


def _by_input(wrong: Any, raw: forms.Raw) -> Iterator[tuple[str, str]]:
    path: Path
    for path, said in wrong.items():
        yield forms.input_of(path, raw), said


def _keep_files(request: HttpRequest, form: ItemForm, before: ItemForm | None) -> None:
    """Stores what was uploaded, and names it in the fields; what was there before may stay."""
    site = this_site()
    known = before.files if before else {}
    for name, path in ((name, paths[0]) for name, paths in form.raw.items() if paths and paths[0] in known):
        form.files[path] = known[path]
        form.raw[name] = [path]
    pictured = any(one.name == "alt" for one in fields_of(form.kind))
    for key in request.FILES:
        name, upload = key.removeprefix(_UPLOAD), request.FILES.getlist(key)[0]
        try:
            media = fitted(str(upload.name), upload.read(), picture=pictured)
        except MediaError as error:
            form.wrong[name] = str(error)
            continue
        asset = assets.store(site, media)
        path = _free(media.filename, asset.public_id, form.files)
        form.files[path], form.raw[name] = asset.public_id, [path]
    kept = request.POST.getlist("kept")
    for path in kept:
        public_id = request.POST.get(f"kept:{path}", "")
        if path not in form.files and _is_ours(public_id, path):
            form.files[path] = public_id


def _is_ours(public_id: str, path: str) -> bool:
    """Whether a file that was uploaded with an earlier try is there under this name; its id cannot be guessed."""
    found = assets.by_public_id([public_id]).get(public_id)
    return found is not None and len(path) < 200


def _free(name: str, key: str, taken: dict[str, str]) -> str:
    stem, _, ending = name.rpartition(".")
    number, free = 2, name
    while taken.get(free, key) != key:
        free, number = f"{stem}-{number}.{ending}", number + 1
    return free


def reshaped(raw: dict[str, list[str]]) -> bool:
    """Does what the button of an entry asks for: ``add`` (field:sort), ``up``, ``down``, ``drop`` (field:key); whether
    one was pressed."""
    verb, name, rest = next(
        ((verb, *raw[verb][0].split(":", 1)) for verb in _VERBS if ":" in (raw.get(verb) or [""])[0]), ("", "", "")
    )
    keys = raw.get(name, [])
    if verb == "add" and len(keys) < MOST_ENTRIES:
        key = str(max((int(one) for one in keys if one.isdecimal() and len(one) < 9), default=-1) + 1)
        raw[name] = [*keys, key]
        raw[f"{name}.{key}.do"] = [rest]
    elif rest in keys:
        at = keys.index(rest)
        others = keys[:at] + keys[at + 1 :]
        place = max(0, at + (1 if verb == "down" else -1))
        raw[name] = others if verb == "drop" else [*others[:place], rest, *others[place:]]
    return bool(verb)
