"""Addresses without what others put around or behind them: redirects that count clicks, tracking, sessions.

Sources of the shapes: the addresses that these services make, as their own help pages show them (Microsoft Defender
"Safe Links", Proofpoint "URL Defense" and its published decoder, Google, Meta, LinkedIn, Mailchimp, HubSpot, Marketo).
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from newsletter.checks.addresses import host_of, within

_MAX = 5
"""Wrappers within each other: what was forwarded through several offices."""
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
_BY_QUERY: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("safelinks.protection.outlook.com", "/", ("url",), "Microsoft's Safe Links"),
    ("safelinks.protection.office365.us", "/", ("url",), "Microsoft's Safe Links"),
    ("statics.teams.cdn.office.net", "/evergreen-assets/safelinks", ("url",), "Microsoft's Safe Links"),
    ("l.facebook.com", "/l.php", ("u",), "Facebook"),
    ("lm.facebook.com", "/l.php", ("u",), "Facebook"),
    ("www.facebook.com", "/flx/warn", ("u",), "Facebook"),
    ("l.instagram.com", "/", ("u",), "Instagram"),
    ("l.messenger.com", "/l.php", ("u",), "Messenger"),
    ("l.threads.net", "/", ("u",), "Threads"),
    ("linkedin.com", "/redir/", ("url",), "LinkedIn"),
    ("linkedin.com", "/safety/go", ("url",), "LinkedIn"),
    ("youtube.com", "/redirect", ("q",), "YouTube"),
    ("slack-redir.net", "/link", ("url",), "Slack"),
    ("t.umblr.com", "/redirect", ("z",), "Tumblr"),
    ("out.reddit.com", "/", ("url",), "Reddit"),
    ("vk.com", "/away.php", ("to",), "VK"),
    ("away.vk.com", "/away.php", ("to",), "VK"),
    ("linkprotect.cudasvc.com", "/url", ("a",), "a mail filter (Barracuda)"),
    ("exclaimer.net", "/url", ("u",), "a mail filter"),
    ("go.skimresources.com", "/", ("url",), "an advertising network (Skimlinks)"),
    ("click.linksynergy.com", "/", ("murl", "RD_PARM1"), "an advertising network"),
    ("duckduckgo.com", "/l/", ("uddg",), "DuckDuckGo"),
)
_OPAQUE: tuple[tuple[str, str, str], ...] = (
    ("list-manage.com", "/track/", "another sender's newsletter (Mailchimp)"),
    ("ct.sendgrid.net", "/", "another sender's newsletter (SendGrid)"),
    ("sendgrid.net", "/ls/click", "another sender's newsletter (SendGrid)"),
    ("hubspotlinks.com", "/", "another sender's newsletter (HubSpot)"),
    ("hubspotemail.net", "/", "another sender's newsletter (HubSpot)"),
    ("rs6.net", "/tn.jsp", "another sender's newsletter (Constant Contact)"),
    ("links.govdelivery.com", "/", "another sender's newsletter (GovDelivery)"),
    ("lnks.gd", "/", "another sender's newsletter (GovDelivery)"),
    ("click.actionnetwork.org", "/", "another sender's newsletter (Action Network)"),
    ("click.everyaction.com", "/", "another sender's newsletter (EveryAction)"),
    ("email.mg.substack.com", "/", "another sender's newsletter (Substack)"),
    ("substack.com", "/redirect/", "another sender's newsletter (Substack)"),
    ("createsend.com", "/t/", "another sender's newsletter (Campaign Monitor)"),
    ("createsend1.com", "/t/", "another sender's newsletter (Campaign Monitor)"),
    ("cmail19.com", "/t/", "another sender's newsletter (Campaign Monitor)"),
    ("cmail20.com", "/t/", "another sender's newsletter (Campaign Monitor)"),
    ("mimecast.com", "/s/", "a mail filter (Mimecast)"),
    ("mimecastprotect.com", "/s/", "a mail filter (Mimecast)"),
    ("secure-web.cisco.com", "/", "a mail filter (Cisco)"),
    ("urldefense.com", "/", "a mail filter (Proofpoint)"),
    ("urldefense.proofpoint.com", "/", "a mail filter (Proofpoint)"),
    ("bing.com", "/ck/", "Bing"),
)
_CLICK = {
    *("fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "twclid", "ttclid", "yclid", "igshid"),
    *("igsh", "li_fat_id", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking"),
    *("mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "rb_clickid", "wickedid", "_gl", "_ga", "_kx"),
    *("ml_subscriber", "ml_subscriber_hash", "epik", "srsltid", "__twitter_impression", "ss_email_id", "sc_eh"),
    *("ck_subscriber_id", "bsft_eid", "bsft_clkid", "trk_contact", "trk_msg", "trk_module", "trk_sid", "sfmc_id"),
}
_PERSON = {"mc_eid", "ml_subscriber", "ml_subscriber_hash", "oly_enc_id", "mkt_tok", "ck_subscriber_id", "trk_contact"}
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|sessionid|session_id|sess_?id|sid",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?=[^&]*\d)[\w.!,*-]{16,}")
_JSESSION = re.compile(r";(?:jsessionid|phpsessid)=[\w.!-]+", re.IGNORECASE)
_UTM = re.compile(r"utm_[a-z]{2,20}", re.IGNORECASE)


@dataclass(frozen=True)
class Wrapped:
    """``by`` says whose redirect an address leads through, ``clean`` where it leads; ``None`` where that cannot be
    read from it."""

    by: str
    clean: str | None


def unwrapped(url: str) -> Wrapped | None:
    """What stands in a redirect of a search engine, a network or a mail filter; ``None`` where ``url`` is none."""
    by = ""
    for _ in range(_MAX):
        found = _once(url)
        if found is None:
            break
        by = by or found.by
        if found.clean is None:
            return Wrapped(by, None)
        url = found.clean
    return Wrapped(by, url) if by else None


def _once(url: str) -> Wrapped | None:  # noqa: PLR0911 - a shape each
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = host_of(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=False)) if parts.query else {}
    if _GOOGLE.fullmatch(host):
        if parts.path == "/url":
            return _whole(query.get("q") or query.get("url"), "Google")
        if parts.path.startswith("/amp/s/"):
            return _whole("https://" + parts.path.removeprefix("/amp/s/"), "Google")
        return None
    if host in {"urldefense.com", "urldefense.proofpoint.com", "urldefense.us"}:
        return _proofpoint(url, parts.path, query) or Wrapped("a mail filter (Proofpoint)", None)
    for domain, path, names, by in _BY_QUERY:
        if within(host, domain) and parts.path.startswith(path):
            target = next((query[name] for name in names if query.get(name)), None)
            if target and (found := _whole(target, by)):
                return found
    for domain, path, by in _OPAQUE:
        if within(host, domain) and parts.path.startswith(path) and len(parts.path + parts.query) > len(path) + 5:
            return Wrapped(by, None)
    return None


def _whole(target: str | None, by: str) -> Wrapped | None:
    """Where a redirect's target is a page with nothing that an address cannot hold."""
    if not target or not target.lower().startswith(("http://", "https://")) or not host_of(target):
        return None
    return None if re.search(r"[\s<>\"\\()]", target) else Wrapped(by, target)


def _proofpoint(url: str, path: str, query: dict[str, str]) -> Wrapped | None:  # noqa: PLR0911 - a version each
    by = "a mail filter (Proofpoint)"
    if path.startswith("/v1/"):
        return _whole(unquote(query.get("u", "")), by)
    if path.startswith("/v2/"):
        return _whole(unquote(query.get("u", "").replace("-", "%").replace("_", "/")), by)
    match = re.search(r"/v3/__(?P<url>.+?)__;(?P<bytes>[\w=-]*)!", url)
    if match is None:
        return None
    target = re.sub(r"^(https?:/)(?=[^/])", r"\1/", match["url"])
    if "*" not in target:
        return _whole(target, by)
    try:  # each * stands for the next of these bytes, ** and a letter for several of them
        left = urlsafe_b64decode(match["bytes"] + "=" * (-len(match["bytes"]) % 4)).decode()
    except ValueError:
        return None
    if "**" in target or target.count("*") != len(left):
        return None
    for char in left:
        target = target.replace("*", char, 1)
    return _whole(target, by)


@dataclass(frozen=True)
class Junk:
    """What of an address is not needed to reach its page."""

    names: tuple[str, ...]
    clean: str
    personal: bool
    """One of them names a single reader of another sender's mail."""
    session: bool
    """One of them is somebody's visit."""
    utm: bool
    """All of them are ``utm_``."""


def junk_in(url: str, *, utm: bool = True) -> Junk | None:
    """The tracking and session parameters of ``url``. ``utm``: those of campaigns count too."""
    head, mark, fragment = url.partition("#")
    session = _JSESSION.search(head)
    names = [session[0][1:].split("=")[0]] if session else []
    head = _JSESSION.sub("", head)
    page, question, query = head.partition("?")
    kept = []
    has_session = bool(session)
    for part in query.split("&") if question else ():
        name, _, value = part.partition("=")
        low = name.lower()
        is_session = bool(_SESSION.fullmatch(name) and _LONG.fullmatch(value))
        if is_session or low in _CLICK or (utm and _UTM.fullmatch(name) and value):
            names.append(name)
            has_session = has_session or is_session
        else:
            kept.append(part)
    if not names:
        return None
    clean = page + ("?" + "&".join(kept) if kept else "") + mark + fragment
    small = [name.lower() for name in names]
    return Junk(
        tuple(dict.fromkeys(names)),
        clean,
        not _PERSON.isdisjoint(small),
        has_session,
        all(_UTM.fullmatch(name) for name in names),
    )
