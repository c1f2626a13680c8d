"""The links of an issue that can be followed."""

from collections.abc import Callable, Iterable

from newsletter.checks.addresses import addresses_of, host_of
from newsletter.checks.answers import Visit
from newsletter.checks.context import Context
from newsletter.checks.texts import Text
from newsletter.outside.hop import Limits
from newsletter.outside.names import Names
from newsletter.outside.visit import Visitor
from newsletter.site import Site


def links_of(contexts: Iterable[Context]) -> list[str]:
    """Every web address that a person wrote into an issue or into a template of the site and that readers get, in the
    order of the mail. Those of the site itself are left out, and so is whatever a reader's values stand in."""
    found: dict[str, None] = {}
    for context in contexts:
        own = context.organisation.domain
        tokens = [use.token for use in context.rendering.fields]
        found |= dict.fromkeys(written_in(context.texts, own))
        for link in context.page.links:
            placed = any(link.href in source for source in context.templates.values())
            if placed and _may_follow(link.href, own) and not any(token in link.href for token in tokens):
                found.setdefault(link.href)
    return list(found)


def written_in(texts: tuple[Text, ...], own: str) -> list[str]:
    """The web addresses in ``texts``, without those of the site's ``own`` host."""
    return list(dict.fromkeys(one.url for one in addresses_of(texts) if _may_follow(one.url, own)))


def _may_follow(url: str, own: str) -> bool:
    host = host_of(url)
    return url.lower().startswith(("http://", "https://")) and host not in {"", own.lower()} and "{{" not in url


def limits_of(site: Site) -> Limits:
    """What following a link may take. Only where test addresses are allowed, this machine may be asked."""
    allowed = ("127.0.0.1",) if site.settings.providers.allow_test_addresses else ()
    return Limits(allowed=allowed)


def follow(
    site: Site, urls: Iterable[str], *, told: Callable[[str], None] = lambda _: None, names: Names | None = None
) -> dict[str, Visit]:
    """What is behind ``urls`` now; ``told`` hears of each that is done, on another thread. Takes seconds."""
    return Visitor(names or Names(), limits_of(site)).visit_all(urls, told=told)
