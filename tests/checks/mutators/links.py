"""Faults in links."""

import re
from collections.abc import Callable
from urllib.parse import quote

from newsletter.items.base import Item
from newsletter.items.kinds.button import Button
from newsletter.items.kinds.contact import Contact
from newsletter.items.kinds.engage import Engage, Link, Share
from newsletter.items.kinds.event import Event
from newsletter.items.kinds.resources import Resources
from tests.checks.mutators.made import Ground, Mutant, fault

_LINK = re.compile(r"\[([^\]]+)\]\((https://[^)\s]+)\)")


def _on_a_link(ground: Ground, change: Callable[[str], str]) -> Mutant | None:
    """Changes one address of the issue, wherever it stands."""
    places = [item for item in ground.issue.items if _has_address(item)]
    if not places:
        return None
    item = ground.dice.choice(places)
    if isinstance(item, Resources):
        number = ground.dice.choice([n for n, link in enumerate(item.links) if link.url])
        links = [
            link.model_copy(update={"url": change(link.url or "")}) if n == number else link
            for n, link in enumerate(item.links)
        ]
        return Mutant(ground.changed(item, links=tuple(links)), item.id)
    if isinstance(item, Event):
        return Mutant(ground.changed(item, watch_url=change(item.watch_url or "")), item.id)
    if isinstance(item, Button):
        return Mutant(ground.changed(item, url=change(item.url)), item.id)
    if isinstance(item, Engage):
        number = ground.dice.choice(
            [n for n, one in enumerate(item.actions) if isinstance(one, Link | Share) and one.url]
        )
        actions = [
            action.model_copy(update={"url": change(action.url or "")})
            if n == number and isinstance(action, Link | Share)
            else action
            for n, action in enumerate(item.actions)
        ]
        return Mutant(ground.changed(item, actions=tuple(actions)), item.id)
    link = ground.dice.choice(list(_LINK.finditer(item.body)))
    body = item.body[: link.start(2)] + change(link[2]) + item.body[link.end(2) :]
    return Mutant(ground.changed(item, body=body), item.id)


def _has_address(item: Item) -> bool:
    if isinstance(item, Resources):
        return any(link.url for link in item.links)
    if isinstance(item, Event):
        return item.watch_url is not None
    if isinstance(item, Engage):
        return any(isinstance(action, Link | Share) and action.url for action in item.actions)
    return isinstance(item, Button) or bool(_LINK.search(item.body))


def _with_link(ground: Ground, url: str, words: str | None = None) -> Mutant | None:
    """A new link in the text of an item."""
    words = words or ground.say(
        en="the minutes of the meeting", es="el acta de la reunión", fr="le compte rendu", ar="محضر الاجتماع"
    )
    item = ground.item()
    return ground.with_sentence(f"[{words}]({url}).", item) if item else None


@fault("link-address")
def scheme_pasted_twice(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: f"https://{url}")


@fault("link-address")
def end_of_sentence_copied(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: url + ground.dice.choice([".", ",", "%20"]))


@fault("link-address")
def dots_doubled(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: url.replace(".example.", "..example.", 1))


@fault("link-address")
def ending_misspelt(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground, lambda url: url.replace(".example.org", ground.dice.choice([".ngo-watch.con", ".watch.ogr"]))
    )


@fault("link-address")
def file_on_my_disk(ground: Ground) -> Mutant | None:
    return _with_link(ground, "file:///C:/Users/office/minutes.pdf")


@fault("link-address")
def slashes_lost(ground: Ground) -> Mutant | None:
    item = ground.item()
    return ground.with_sentence("https:/minutes.rights-now.org/today", item) if item else None


@fault("link-placeholder")
def example_left(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground, lambda url: ground.dice.choice(["https://www.example.com/page", "https://example.net/a/b"])
    )


@fault("link-placeholder")
def on_my_machine(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground,
        lambda url: ground.dice.choice(
            ["http://localhost:3000/draft", "http://192.168.178.20/draft", "https://nas.local/x"]
        ),
    )


@fault("link-placeholder")
def to_be_filled_in(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground,
        lambda url: ground.dice.choice(
            ["https://www.yourwebsite.org/page", "https://yourdomain.com", "https://zoom.us/j/XXXXXXXX"]
        ),
    )


@fault("link-http")
def not_encrypted(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: url.replace("https://", "http://", 1))


@fault("link-tracking")
def through_a_mail_filter(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground,
        lambda url: (
            f"https://emea01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=02%7C01&sdata=x%3D"
        ),
    )


@fault("link-tracking")
def from_a_search(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: f"https://www.google.ch/url?sa=t&rct=j&url={quote(url, safe='')}&usg=AOvVaw")


@fault("link-tracking")
def from_a_network(ground: Ground) -> Mutant | None:
    return _on_a_link(ground, lambda url: f"https://l.facebook.com/l.php?u={quote(url, safe='')}&h=AT3")


@fault("link-tracking")
def from_another_newsletter(ground: Ground) -> Mutant | None:
    marks = ground.dice.choice(
        ["utm_source=civic-weekly&utm_medium=email&utm_campaign=w12", "mc_cid=0f1e2d&mc_eid=9c8b7a6", "fbclid=IwAR3x9"]
    )
    return _on_a_link(ground, lambda url: f"https://www.rights-now.org/report?{marks}")


@fault("link-tracking")
def with_a_session(ground: Ground) -> Mutant | None:
    return _on_a_link(
        ground, lambda url: "https://www.rights-now.org/p.php?id=7&PHPSESSID=b1946ac92492d2347c6235b4d2611184"
    )


@fault("link-same-words")
def label_used_again(ground: Ground) -> Mutant | None:
    for item in ground.issue.items:
        if isinstance(item, Resources) and item.links[0].url:
            other = ground.item("text", "recap", "contact")
            if other is None:
                return None
            # Reported at whichever of the two comes later in the mail.
            later = max(other, item, key=ground.issue.items.index)
            made = ground.with_sentence(f"[{item.links[0].label}](https://archive.example.org/other-page).", other)
            return Mutant(made.issue, later.id)
    return None


@fault("link-same-words")
def link_copied_and_target_changed(ground: Ground) -> Mutant | None:
    words = ground.say(
        en="the map of all groups", es="el mapa de los grupos", fr="la carte des groupes", ar="خريطة المجموعات"
    )
    item = ground.item()
    if item is None:
        return None
    body = f"{item.body}\n\n[{words}](https://maps.example.org/a), [{words}](https://maps.example.org/b)."
    return Mutant(ground.changed(item, body=body), item.id)


@fault("link-words")
def here(ground: Ground) -> Mutant | None:
    words = ground.say(en="here|click here|More", es="aquí|haz clic aquí", fr="ici|cliquez ici", ar="هنا|اضغط هنا")
    return _with_link(ground, "https://www.example.org/minutes", words)


@fault("link-words")
def bare_address(ground: Ground) -> Mutant | None:
    item = ground.item()
    url = "https://www.example.org/minutes/2026"
    return ground.with_sentence(ground.dice.choice([url, f"<{url}>", f"[{url}]({url})"]), item) if item else None


@fault("link-mail-phone")
def zero_in_brackets(ground: Ground) -> Mutant | None:
    for item in ground.issue.items:
        if isinstance(item, Contact) and item.phone:
            return Mutant(ground.changed(item, phone="+44 (0)20 7946 0812"), item.id)
    return None


@fault("link-mail-phone")
def country_forgotten(ground: Ground) -> Mutant | None:
    for item in ground.issue.items:
        if isinstance(item, Contact) and item.phone:
            return Mutant(ground.changed(item, phone=ground.dice.choice(["020 7946 0812", "(415) 555-0132"])), item.id)
    return None


@fault("link-mail-phone")
def mail_misspelt(ground: Ground) -> Mutant | None:
    url = ground.dice.choice(
        [
            "mailto:office@@example.org",
            "mailto:office@gmial.com",
            "mailto:office.example.org",
            "mailto:a@example.org?subject=x?body=y",
        ]
    )
    return _with_link(ground, url)


@fault("link-mail-phone")
def words_of_another(ground: Ground) -> Mutant | None:
    return _with_link(ground, "mailto:press@example.org", "office@example.org")


@fault("link-anchor")
def item_renamed(ground: Ground) -> Mutant | None:
    last = ground.issue.items[-1].id
    return _with_link(ground, f"#{ground.dice.choice([f'{last}-2', 'top', 'registration'])}")


@fault("link-anchor")
def for_some_readers_only(ground: Ground) -> Mutant | None:
    item = ground.item()
    others = [one for one in ground.issue.items if one is not item]
    if item is None:
        return None
    target = ground.dice.choice(others)
    made = ground.with_sentence(f"[{target.title}](#{target.id}).", item)
    hidden = target.model_copy(update={"audience": "board"})
    items = tuple(hidden if one.id == target.id else one for one in made.issue.items)
    return Mutant(made.issue.model_copy(update={"items": items}), item.id)
