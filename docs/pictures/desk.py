"""The pictures of the desk: a site as it is after its first mailing, served and looked at."""

# ruff: noqa: PLC0415, S105 - what needs Django is imported once it has started; the password opens nothing.

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from newsletter.django_conf import start_django, upgrade
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from tests.web.server import serving

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "quiet mountain river"
SETTINGS = {
    "site.name": "USHRN",
    "site.base_url": "https://news.example.org",
    "site.timezone": "Europe/Zurich",
    "organisation.postal_address": "USHRN, 1 Example Street, Atlanta, GA 30303, USA",
    "sender.name": "USHRN",
    "sender.email": "news@example.org",
}
SENT, NEXT = "sample-october-2020", "november-updates"
FATES = {"bounced": 13, "complained": 1, "unsubscribed": 6, "deferred": 4, "delivered": 2_000}
ITEMS = {
    "recap": "Meeting with the mission of Norway",
    "event": "Briefing before the adoption",
    "engage": "Thank the missions that asked about housing",
}


def make(root: Path) -> None:
    """A site in ``root``: the sample issue is mailed, another one is approved, and items wait for the next."""
    create_site(root, SETTINGS)
    site = load_site(root, {})
    start_django(site)
    upgrade()
    from newsletter.delivery import approval
    from newsletter.delivery.approval import Audience
    from newsletter.models import Account, Issue, Mailing, UpdateItem
    from newsletter.store import samples

    now = datetime.now(UTC) - timedelta(hours=30)
    rosa = Account.objects.make("rosa@example.org", name="Rosa", roles=["administrator"], password=PASSWORD)
    ann = Account.objects.make("ann@example.org", name="Ann", roles=["approver"], password=PASSWORD)
    samples.add(site, account=rosa, at=now)
    for kind, title in ITEMS.items():
        UpdateItem.objects.create(kind=kind, title=title, source="", from_name="Housing Working Group")

    def approved(slug: str) -> Any:
        revision = Issue.objects.get(slug=slug).revisions.order_by("-number")[0]
        asked = approval.submit(site, revision, Audience(samples.LIST), by=rosa, note="", now=now)
        approval.decide(site, asked, by=ann, approve=True, reason="", now=now)
        return revision

    _send(site, approved(SENT), now)
    _tell(Mailing.objects.get(), now)
    _next(site, rosa, now)
    approved(NEXT)


def _send(site: Site, revision: Any, now: datetime) -> None:
    from newsletter.delivery.engine import send_mailing
    from newsletter.delivery.mailing import start_mailing
    from newsletter.delivery.plan import plan_mailing
    from newsletter.store import samples

    count = plan_mailing(site, revision, samples.LIST, now=now).count
    mailing = start_mailing(site, revision, samples.LIST, confirm_count=count, actor="Rosa", now=now)
    send_mailing(site, mailing, now=lambda: now, sleep=lambda _: None)


def _tell(mailing: Any, now: datetime) -> None:
    """What a provider would tell of a mailing by now."""
    from newsletter.models import Delivery, Event

    rows = iter(Delivery.objects.filter(mailing=mailing, state="accepted").order_by("pk"))
    events = []
    for kind, number in FATES.items():
        for place, row in zip(range(number), rows, strict=False):
            at = now + timedelta(minutes=700 * (place / 900) ** 5)  # most at once, some by and by
            Delivery.objects.filter(pk=row.pk).update(event=kind, event_at=at)
            events.append(Event(provider="outbox", external_id=f"{row.pk}", delivery=row, kind=kind, at=at))
    Event.objects.bulk_create(events)


def _next(site: Site, rosa: Any, now: datetime) -> None:
    from newsletter.store import samples
    from newsletter.store.revisions import import_issue

    text = (samples.FOLDER / "october-2020.md").read_text(encoding="utf-8")
    text = text.replace('list = "upr-network"', f'list = "{samples.LIST}"').replace("October 2020", "November")
    text = text.replace("2020-", f"{now.year + 1}-")
    path = site.issues / f"{NEXT}.md"
    path.write_text(text, encoding="utf-8")
    import_issue(site, path, author="Rosa", at=now, account=rosa)


def _shot(page: Page, height: int = 0) -> Image.Image:
    image = Image.open(io.BytesIO(page.screenshot(full_page=bool(height)))).convert("RGB")
    return image.crop((0, 0, image.width, min(image.height, height or image.height)))


def _settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    if page.locator("#findings").count():
        page.locator("#findings .found").wait_for(state="attached")


def look(browser: Browser, root: Path) -> dict[str, list[Image.Image]]:
    """What the site in ``root`` shows, by the name of the picture."""
    issue, seen = f"/issues/{NEXT}/", dict[str, list[Image.Image]]()
    with serving(root) as served:
        context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce", locale="en-GB")
        page = context.new_page()
        page.goto(f"{served.address}/sign-in/")
        page.get_by_label("E-mail address").fill("rosa@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.address}/")

        def at(path: str, height: int = 0) -> Image.Image:
            page.goto(served.address + path)
            _settled(page)
            return _shot(page, height)

        seen["desk-editor.png"] = [at(f"{issue}?item=tune-in")]
        seen["desk-first-run.png"] = [at("/setup/look/")]
        at(f"{issue}send/")
        count = page.locator("input[data-count]")
        count.fill(count.get_attribute("data-count") or "")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        seen["desk-send.png"] = [_shot(page)]
        seen["desk-report.png"] = [at("/mailings/1/report/", 1_240)]
        page.emulate_media(color_scheme="dark")
        seen["desk-dark.png"] = [at(f"{issue}?item=tune-in")]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 375, "height": 760})
        phones = [at("/"), at(f"{issue}?item=tune-in")]
        page.locator(".panes [data-show=preview]").click()
        phones += [_shot(page), at("/mailings/1/report/")]
        seen["desk-phone.png"] = phones
        context.close()
    return seen
