"""The links of an issue that can be followed."""

from collections.abc import Callable, Iterable

from newsletter.checks.addresses import addresses_of, host_of
from newsletter.checks.answers import Visit
from newsletter.checks.context import Context
from newsletter.outside.hop import Limits
from newsletter.outside.names import Names
from newsletter.outside.visit import Visitor
from newsletter.site import Site


def links_of(contexts: Iterable[Context]) -> list[str]:
    """Every web address that a person wrote into an issue or into a template of the site and that readers get, in the
    order of the mail. Those of the site itself are left out, and so is whatever a reader's values stand in."""
    found: dict[str, None] = {}
    for context in contexts:
        own = context.organisation.domain.lower()
        tokens = [use.token for use in context.rendering.fields]
        written = [address.url for address in addresses_of(context.texts)]
        placed = [link.href for link in context.page.links]
        kept = [href for href in placed if any(href in source for source in context.templates.values())]
        for url in (*written, *kept):
            host = host_of(url)
            web = url.lower().startswith(("http://", "https://"))
            if web and host and host != own and "{{" not in url and not any(token in url for token in tokens):
                found.setdefault(url)
    return list(found)


def limits_of(site: Site) -> Limits:
    """What following a link may take. Only where test addresses are allowed, this machine may be asked."""
    allowed = ("127.0.0.1",) if site.settings.providers.allow_test_addresses else ()
    return Limits(allowed=allowed)


def follow(
    site: Site, urls: Iterable[str], *, told: Callable[[str], None] = lambda _: None, names: Names | None = None
) -> dict[str, Visit]:
    """What is behind ``urls`` now; ``told`` hears of each that is done, on another thread. Takes seconds."""
    return Visitor(names or Names(), limits_of(site)).visit_all(urls, told=told)
