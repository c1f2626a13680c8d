"""A site on which much has happened: every screen of the desk has something to show, also what is long, hostile or
written from right to left. ``python -m tests.web.full_site FOLDER`` makes it, and prints what it made as JSON."""

import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter.django_conf import start_django, upgrade
from newsletter.new_site import create_site
from newsletter.site import Site, load_site
from tests.web.clients import PASSWORD, browser, posted

HOSTILE = "<script>window.__xss=1</script>\"'><img src=x onerror=window.__xss=2>"
LONG = "Everything that was said in Geneva about housing, water and the right to vote, and all that you can do now"
ARABIC = "تحديثات الاستعراض الدوري الشامل لشهر تشرين الثاني"
ENDLESS = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
SETTINGS = {
    "site.name": "Example Network for the Universal Periodic Review",
    "site.base_url": "https://news.example.org",
    "site.timezone": "Europe/Zurich",
    "site.archive": "true",
    "organisation.postal_address": "Example Network, 1 Example Street, Geneva",
    "sender.name": "Example Network",
    "sender.email": "news@example.org",
}
READERS = "E-mail,First name,Country\n" + "".join(f"new{n}@example.org,Reader {n},CH\n" for n in range(40))
MISTAKES = f"not an address,{HOSTILE.replace(',', '')},X\nreader0@example.org,Ana,FR\n"


def make(root: Path, *, full: bool) -> dict[str, Any]:
    """The site in ``root``, with an administrator; where ``full``, with all the rest. The keys of what was made."""
    create_site(root, SETTINGS)
    site = load_site(root, {})
    start_django(site)
    upgrade()
    return fill(site, full=full)


def fill(site: Site, *, full: bool = True) -> dict[str, Any]:
    """The same in a site that is there, and that Django was started for."""
    from newsletter.models import Account

    operator = Account.objects.make("rosa@example.org", name="Rosa", roles=["administrator"], password=PASSWORD)
    made: dict[str, Any] = {"operator": operator.pk}
    for part in (_people, _readers, _pool, _issues, _mailings) if full else ():
        made |= part(site)
    return made


def _people(site: Site) -> dict[str, Any]:
    from newsletter.models import Account
    from newsletter.store import people

    now = datetime.now(UTC)
    browser("editor", "approver", "sender", name="Édouard-Alexandre Constantinopolitanskij-Featherstonehaugh")
    browser("approver", name="Ann")
    browser("sender", name=HOSTILE)
    browser("editor", name="منى العربي")
    invited = people.add("invited@example.org", name="Zoë", roles=["viewer"], actor="Rosa", at=now)
    link = people.make_link(invited, "", actor="Rosa", at=now)
    left = Account.objects.make("left@example.org", name="Luc", roles=["editor"])
    people.end_access(left, actor="Rosa", at=now)
    return {"invited": link}


def _readers(site: Site) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from subscribers.models import MailingList, Segment, Subscriber, Topic
    from tests.web.sending_world import readers

    operator = browser(name="Rosa")
    readers(60)
    MailingList.objects.create(slug="long", name=LONG, public=True)
    MailingList.objects.create(slug="arabic", name=ARABIC)
    MailingList.objects.create(slug="hostile", name=HOSTILE)
    Topic.objects.create(slug="housing", name=HOSTILE)
    first = Subscriber.objects.order_by("pk")[0]
    Subscriber.objects.filter(pk=first.pk).update(name=HOSTILE)
    second = Subscriber.objects.order_by("pk")[1]
    where = f"/subscribers/{second.pk}/change/"
    operator.post(where, {"do": "unsubscribe", "list": "upr"})
    posted(
        operator.post(
            "/segments/",
            {
                "match": "all",
                "field": ["domain"],
                "op": ["equals"],
                "value": ["example.org"],
                "do": "keep",
                "slug": "some",
            },
        )
    )
    Segment.objects.update(name=HOSTILE)

    def bring(text: str) -> str:
        file = SimpleUploadedFile("../readers<b>" + ENDLESS[:60] + ".csv", text.encode())
        path = posted(operator.post("/imports/new/", {"list": "upr", "file": file}))
        for _ in range(400):
            if 'id="progress"' not in operator.get(path).content.decode():
                return path
            time.sleep(0.02)
        raise AssertionError("the job does not end")

    done = bring(READERS)
    posted(operator.post(done, {"do": "import", "basis": "opt-in", "source": HOSTILE}))
    looked = bring(READERS + MISTAKES)
    return {"reader": first.pk, "left": second.pk, "looked": looked, "done": done}


def _pool(site: Site) -> dict[str, Any]:
    from newsletter.models import UpdateItem

    editor = browser(name="منى العربي")
    html = editor.post("/items/links/", {"name": "Housing Working Group", "until": ""}).content.decode()
    link = re.search(r'value="https://[^/"]+(/hand-in/[^"]+)"', html)
    if not link:
        raise AssertionError(html)
    editor.post("/items/links/", {"name": HOSTILE, "until": "2099-12-31"})
    for title in ("A recap", LONG, ARABIC, HOSTILE, ENDLESS, "Dropped", "Used"):
        posted(editor.post("/items/new/text/", {"title": title, "body": "It says **a lot**."}))
    keys = {one.title: one.pk for one in UpdateItem.objects.all()}
    posted(editor.post(f"/items/{keys['Dropped']}/drop/"))
    return {"hand_in": link[1], "item": keys[LONG], "dropped": keys["Dropped"], "used": keys["Used"]}


ISSUE = f"""\
+++
title = "{LONG}"
subject = "Our news, {{{{first_name|friend}}}}"
timezone = "Europe/Zurich"
zones = ["America/New_York"]
series = "Updates"
list = "upr"
+++

Hello {{{{first_name|friend}}}}.

## The delegation

```image
src = "group.png"
alt = "Twelve people with banners"
```

## Tune in

```event
starts = 2030-11-09T14:30:00
```

Watch it.

## {ARABIC}

```debrief
starts = 2030-11-16T14:30:00
details = "to follow"
due = 2030-11-20
```

يمكنك أن تساعد الآن.

## {ENDLESS}

```resources
[[links]]
label = "{ENDLESS}"
url = "https://www.example.org/{ENDLESS[:58].replace("ä", "a").replace("ü", "u")}"
```

## Raise it now

```engage
deadline = 2030-11-08
[[actions]]
do = "share"
label = "Share it"
networks = ["x", "bluesky"]
text = "Tell them {LONG}"
```

Say so.

## Hostile

Text with `{HOSTILE}` in it.
"""


def put(site: Site, slug: str, text: str, *, by: str) -> Any:
    """The issue as its newest revision."""
    from newsletter.models import Account
    from newsletter.store.revisions import import_issue

    path = site.issues / f"{slug}.md"
    path.write_text(text, encoding="utf-8")
    account = Account.objects.get(name=by)
    return import_issue(site, path, author=by, at=datetime.now(UTC), account=account).revision


def _issues(site: Site) -> dict[str, Any]:
    from PIL import Image

    from newsletter.delivery import approval
    from newsletter.delivery.approval import Audience
    from newsletter.models import Account, UpdateItem
    from newsletter.store.revisions import newest
    from tests.web.sending_world import LETTER, approve

    now = datetime.now(UTC)
    mona, ann = Account.objects.get(name="منى العربي"), Account.objects.get(name="Ann")
    Image.new("RGB", (1200, 600), "#0b57d0").save(site.issues / "group.png")
    put(site, "news", ISSUE.replace("Say so.", "Say it."), by=mona.name)
    news = put(site, "news", ISSUE, by="Rosa")
    editor = browser(name=mona.name)
    for item, words in (("", f"Read this. {HOSTILE}"), ("tune-in", ENDLESS), ("tune-in", ARABIC)):
        editor.post(f"/issues/news/items/{item or '~front'}/comment/", {"text": words})
    posted(editor.post("/items/into/", {"item": [_key(UpdateItem, "Used")], "into": "news"}))
    posted(editor.post("/issues/news/languages/", {"language": "ar"}))
    words = {"base": newest("news").number, "title": ARABIC, "body": ARABIC}
    posted(editor.post("/issues/news/in/ar/items/tune-in/save/", words))
    posted(editor.post("/issues/news/tests/reviewer/", {"do": "add", "name": HOSTILE, "address": "rev@example.org"}))
    posted(editor.post("/issues/news/tests/send/", {"to": "a@example.org, b@example.org"}))
    approve(site, put(site, "ready", LETTER.replace("Our news", "Ready to go"), by=mona.name))
    waiting = put(site, "waiting", LETTER.replace("Our news", ARABIC), by=mona.name)
    made = approval.submit(site, waiting, Audience("upr"), by=mona, note=HOSTILE, now=now)
    approval.decide(site, made, by=ann, approve=False, reason=f"{HOSTILE} {LONG}", now=now)
    approval.submit(site, waiting, Audience("upr"), by=mona, note=HOSTILE, now=now)
    put(site, "hostile", LETTER.replace("Our news", HOSTILE.replace('"', '\\"')), by=mona.name)
    return {"news": news.number}


def _key(model: Any, title: str) -> int:
    return int(model.objects.get(title=title).pk)


def _mailings(site: Site) -> dict[str, Any]:
    from newsletter.delivery.mailing import start_mailing
    from newsletter.models import Batch, Delivery, Mailing
    from tests.web.sending_world import LETTER, approve, send_all

    now = datetime.now(UTC)
    keys = {}
    for name, title in (("first", LONG), ("sent", "October 2020 UPR Updates"), ("paused", ARABIC)):
        revision = put(site, name, LETTER.replace("Our news", title), by="منى العربي")
        count = approve(site, revision).count
        keys[name] = start_mailing(site, revision, "upr", confirm_count=count, actor=HOSTILE, now=now)
        if name == "paused":
            Mailing.objects.filter(pk=keys[name].pk).update(state="paused", reason=HOSTILE)
        else:
            send_all(site, keys[name])
    rows = Delivery.objects.filter(mailing=keys["sent"]).order_by("pk").values_list("pk", flat=True)
    fates = [("delivered", 60), ("bounced", 5), ("complained", 1), ("unsubscribed", 3), ("deferred", 2)]
    told = iter(rows)
    for fate, number in fates:
        for key, _ in zip(told, range(number), strict=False):
            Delivery.objects.filter(pk=key).update(event=fate, event_at=now + timedelta(minutes=key % 9))
    for state in ("failed", "unknown", "refused"):
        for key, _ in zip(told, range(3), strict=False):
            Delivery.objects.filter(pk=key).update(state=state, reason=HOSTILE)
    Batch.objects.filter(mailing=keys["sent"]).update(state="done")
    return {name: mailing.pk for name, mailing in keys.items()}


if __name__ == "__main__":
    print(json.dumps(make(Path(sys.argv[1]), full="--empty" not in sys.argv)))
