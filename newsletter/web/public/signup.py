"""Signing up to a public list: the form, and the link in the mail that confirms it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from newsletter.render.fields import clean
from newsletter.web.access import public
from newsletter.web.pages import LANGUAGES, language_of, page, this_site, words
from newsletter.web.visitors import network_of
from subscribers import links, signup, throttle
from subscribers.address import AddressError, normalise
from subscribers.models import MailedLink, MailingList, Subscription, Topic

HONEYPOT = "website"
"""A field that people do not see; programs fill it in."""
VISITOR_MOST = 30
"""Sign-ups of one visitor in an hour."""
ALL_MOST = 2_000
"""Sign-ups of all visitors in an hour."""
AN_HOUR = timedelta(hours=1)
_HOST = re.compile(r"[a-z0-9.-]{1,100}(:\d{1,5})?")
_NAME_LENGTH = 100


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a public list; forms on other sites post here, too.

    Nothing guards a POST against other sites: it changes nothing for whoever's browser sends it, and causes one mail a
    day at most, whose reader decides. The answer is the same, in content and in time, whoever has the address: this
    writes one row, and what follows happens afterwards.
    """
    mailing_list = MailingList.objects.filter(slug=slug, public=True).first()
    if mailing_list is None:
        raise Http404
    if request.method != "POST":
        return _form(request, mailing_list)
    if request.POST.get(HONEYPOT):
        return page(request, "public/signed-up", list=mailing_list)
    try:
        address = normalise(request.POST.get("email", "")[:1_000])
    except AddressError:
        return _form(request, mailing_list, problem="signup_no_address", status=400)
    now = datetime.now(UTC)
    one = throttle.allow("sign-up of", network_of(request), most=VISITOR_MOST, within=AN_HOUR, at=now)
    if not one or not throttle.allow("sign-up of", "all", most=ALL_MOST, within=AN_HOUR, at=now):
        return page(request, "public/later", status=429)
    language = request.POST.get("language", "")
    signup.ask(
        mailing_list,
        address,
        at=now,
        source=_source(request),
        wording=consent_words(mailing_list, language_of(request)),
        language=language if language in LANGUAGES else language_of(request),
        first_name=clean(request.POST.get("first_name", "")[:_NAME_LENGTH]),
        topics=[slug[:80] for slug in request.POST.getlist("topic")[:100]],
    )
    return page(request, "public/signed-up", list=mailing_list)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The link of a confirmation mail. GET shows a button and changes nothing; POST confirms, or asks for another mail
    where the link has expired."""
    link = links.find(key, links.Purpose.CONFIRM)
    subscription = _subscription_of(link)
    if link is None or subscription is None:
        return page(request, "public/gone", title="confirm_gone_title", text="confirm_gone_text")
    now = datetime.now(UTC)
    language = link.subscriber.language or str(link.data.get("language", ""))
    done = link.used_at is not None
    expired = not done and link.expires_at <= now
    asked = False
    if request.method == "POST" and expired:
        signup.ask_again(link, at=now)
        asked = True
    elif request.method == "POST" and not done:
        wording = words(language_of(request, language))["confirm_text"].format(**_names(subscription.list))
        signup.confirm(link, at=now, source="confirmation link", wording=wording)
        done = True
    shown = "asked-again" if asked else "confirmed" if done else "expired" if expired else "confirm"
    token = subscription.token if done else ""
    return page(request, f"public/{shown}", reader_language=language, list=subscription.list, token=token)


def consent_words(mailing_list: MailingList, language: str) -> str:
    """What stands beside the button of the form: what its reader agrees to."""
    return words(language)["signup_consent"].format(**_names(mailing_list))


def _form(request: HttpRequest, mailing_list: MailingList, *, problem: str = "", status: int = 200) -> HttpResponse:
    typed = request.POST if request.method == "POST" else {}
    return page(
        request,
        "public/sign-up",
        status=status,
        list=mailing_list,
        topics=Topic.objects.order_by("name", "pk"),
        chosen=request.POST.getlist("topic"),
        problem=problem,
        typed={name: str(typed.get(name, ""))[:254] for name in ("email", "first_name")},
        honeypot=HONEYPOT,
    )


def _source(request: HttpRequest) -> str:
    """Where the form stands: here, or on which site, as the browser tells."""
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        host = urlsplit(told).netloc.lower()
    except ValueError:
        host = ""
    own = urlsplit(this_site().settings.site.base_url).netloc
    if not _HOST.fullmatch(host) or host in {own, request.get_host()}:
        return "sign-up page"
    return f"sign-up form on {host}"


def _subscription_of(link: MailedLink | None) -> Subscription | None:
    if link is None:
        return None
    rows = Subscription.objects.select_related("list")
    return rows.filter(pk=link.data.get("subscription"), subscriber=link.subscriber_id).first()


def _names(mailing_list: MailingList) -> dict[str, str]:
    return {"name": this_site().settings.site.name, "list": mailing_list.name}
