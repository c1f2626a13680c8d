"""Links that carry what others want to know."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from newsletter.checks.addresses import Address, addresses_of, within
from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.unwrapping import junk_in, unwrapped


@check(
    "link-tracking",
    "warning",
    bad="[The report](https://www.google.com/url?q=https://www.example.org/report&sa=D)\n"
    "[The petition](https://www.example.org/petition?utm_source=another-sender&fbclid=IwAR0x)",
    good="[The report](https://www.example.org/report)\n[The petition](https://www.example.org/petition)",
)
def link_tracking(context: Context) -> Iterator[Finding]:
    """Links that were copied out of another mail or a network: they lead through a redirect that counts who clicks
    (Google, Facebook, Safe Links, mail filters), name another sender's campaign or a single reader of it, or hold
    somebody's visit. The clean address leads to the same page. Campaign marks (utm) that name this sender, or lead to
    its own site, are left alone.
    """
    addresses = addresses_of(context.texts)
    own = _own_words(context)
    all_marked = _all_marked(addresses)
    for address in addresses:
        url = address.url
        if not url.lower().startswith(("http://", "https://")):
            continue
        wrapped = unwrapped(url)
        page = wrapped.clean if wrapped else url
        keep_utm = all_marked or (
            page is not None and wrapped is None and _is_own(address, own, context.organisation.domain)
        )
        junk = junk_in(page, utm=not keep_utm) if page else None
        if wrapped:
            message = f"The link leads through a redirect of {wrapped.by}, which sees who clicks it."
        elif junk and junk.personal:
            message = f"The address names one single reader of another sender's mail ({_listed(junk.names)})."
        elif junk and junk.session:
            message = f"The address holds somebody's own visit to the page ({_listed(junk.names)})."
        elif junk and junk.utm:
            message = f"The address carries the campaign marks of another sender ({_listed(junk.names)})."
        elif junk:
            message = f"The address carries marks by which others follow who clicks ({_listed(junk.names)})."
        else:
            continue
        clean = junk.clean if junk else page
        mend = (
            f"Write {clean[:200]} instead."
            if clean
            else "Open the link in a browser, and copy the address it leads to."
        )
        # What Markdown reads otherwise than it stands there is mended by hand.
        certain = clean and clean != url and not re.search(r"[()<>\s]", clean)
        fix = address.fix(clean, "Use the address without tracking") if clean and certain else None
        yield Finding("link-tracking", "warning", message, mend, address.place, fix)


def _own_words(context: Context) -> set[str]:
    """Words by which a campaign mark names this sender."""
    issue, organisation = context.issue, context.organisation
    named = [
        organisation.name,
        issue.slug,
        issue.series or "",
        issue.list or "",
        issue.sender or "",
        organisation.domain,
    ]
    words = set(re.findall(r"\w{4,}", " ".join(named).casefold()))
    return words - {"newsletter", "news", "updates", "update", "example", "mail", "list", "monthly", "email", "http"}


def _is_own(address: Address, own: set[str], domain: str) -> bool:
    site = domain.split(".", 1)[-1] if domain.count(".") > 1 else domain
    if address.host and within(address.host, site):
        return True
    marks = " ".join(value for name, value in parse_qsl(urlsplit(address.url).query) if name.lower().startswith("utm_"))
    return any(word in own for word in re.findall(r"\w{4,}", marks.casefold().replace("_", " ")))


def _all_marked(addresses: tuple[Address, ...]) -> bool:
    """Whether the editors mark all their links alike: no other sender's campaign leads to every page of an issue."""
    pages = [address for address in addresses if address.url.lower().startswith("http")]
    campaigns = {dict(parse_qsl(urlsplit(address.url).query)).get("utm_campaign") for address in pages}
    return len(pages) > 2 and len(campaigns) == 1 and None not in campaigns and len({page.host for page in pages}) > 1


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
