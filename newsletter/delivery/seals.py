"""What an approval holds for: hashes of all that would go out, and of everybody who would get it."""

import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from newsletter.delivery.envelopes import envelope_of
from newsletter.delivery.messages import Envelope
from newsletter.delivery.plan import Plan, got_already, list_of
from newsletter.delivery.variants import Variant, told_by, variants_of
from newsletter.models import Revision
from newsletter.render.rendering import Rendering
from newsletter.site import Site
from newsletter.store.rendering import render_revision
from newsletter.store.revisions import open_revision
from subscribers import audience
from subscribers.audience import EVERYBODY, Held, Part
from subscribers.segments import Conditions


@dataclass(frozen=True)
class Seal:
    """Two of them are equal where the same mails would go to the same people."""

    content: str
    audience: str
    count: int
    """Recipients."""


def seal(site: Site, revision: Revision, list_slug: str, *, now: datetime, part: Part = EVERYBODY) -> Seal:
    """The seal of ``revision`` to the list, or to a part of it, as everything is at ``now``.

    Raises ``NoSuchList``, ``SegmentError``, ``VariantError``, ``IssueError`` and the like of rendering.
    """
    mailing_list = list_of(list_slug)
    issue = open_revision(revision).issue
    told = told_by(issue)
    held = audience.held(list_slug, told, at=now, part=part) or {(True,) * len(told): 0}
    content = _content(
        revision,
        envelope_of(site, issue, mailing_list, slug=revision.issue.slug, date=now),
        told,
        render_revision(site, revision),
        variants_of(site, revision, issue.segments, held),
    )
    got = got_already(revision)
    there = audience.standing(list_slug, at=now, part=part)
    ids = array("q", (key for key, subscriber, why in there if not why and subscriber not in got))
    return Seal(content, audience_seal(list_slug, part, ids), len(ids))


def content_seal(plan: Plan) -> str:
    """That of all that ``plan`` would mail."""
    return _content(plan.revision, plan.envelope, plan.told, plan.renderings, plan.variants)


def audience_seal(list_slug: str, part: Part, subscriptions: "array[int]") -> str:
    """That of the recipients, given by their subscriptions in the order of ``audience.members``."""
    said = json.dumps([list_slug, part.as_json()], sort_keys=True).encode()
    return sha256(said + b"\0" + subscriptions.tobytes()).hexdigest()


def _content(
    revision: Revision,
    envelope: Envelope,
    told: Iterable[Conditions],
    renderings: Mapping[str, Rendering],
    variants: Mapping[Held, Variant],
) -> str:
    """Of the text with its translations and files (``Revision.sha256``), the sender, for whom items are, and each byte
    that is mailed: theme, templates, logo and settings show there."""
    every = {"": renderings} | {variant.name: variant.renderings for variant in variants.values()}
    said: list[Any] = [
        revision.sha256,
        {name: value for name, value in asdict(envelope).items() if name != "date"},
        [one.as_json() for one in told],
        [[name, _rendered(every[name])] for name in sorted(every)],
    ]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _rendered(renderings: Mapping[str, Rendering]) -> list[list[str]]:
    return [
        [language, one.subject, one.preheader, one.html, one.text, repr(one.fields)]
        for language, one in sorted(renderings.items())
    ]
