"""The way, step by step."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.web.way.hands import Mouse
from tests.web.way.people import New, Person, person

PASSWORD = "quiet mountain river"
TITLE = "November 2030 Updates"
READERS = 12
CSV = "E-mail,First name\n" + "".join(f"reader{n}@example.org,Reader {n}\n" for n in range(READERS))


def walk(browser: Browser, hands: type[Mouse], new: New) -> None:
    """All of it, with hands of this kind."""
    expect.set_options(timeout=30_000)
    rosa = person(browser, hands, new.address)
    first_run(rosa, new)
    open_archive(rosa)
    ann = invite(rosa, person(browser, hands, new.address))
    bring_readers(rosa)
    hand_in(rosa, person(browser, hands, new.address))
    start(rosa)
    edit(rosa)
    check(rosa)
    send_test(rosa, new)
    approve(rosa, ann)
    send(rosa, new)
    look_at_archive(person(browser, hands, new.address))
    rosa.leave()


def first_run(rosa: Person, new: New) -> None:
    rosa.page.goto(new.address)
    rosa.at("Set this site up")
    rosa.write("One-time code", new.code)
    rosa.press("Begin")
    rosa.at("You, the administrator")
    rosa.write("Your name", "Rosa")
    rosa.write("Your e-mail address", "rosa@example.org")
    rosa.write("New password", PASSWORD)
    rosa.write("The same again", PASSWORD)
    rosa.press("Make my account")
    rosa.at("Who sends")
    rosa.write("Name of the organisation or network", "Example Network")
    rosa.write("Postal address", "1 Example Street, Geneva")
    rosa.press("Save and go on")
    rosa.at("Logo and colours")
    rosa.follow("Skip for now")
    rosa.at("Whose name readers see")
    rosa.write("Address", "news@example.org")
    rosa.press("Save and go on")
    rosa.at("Where and when")
    rosa.write("Public address", new.address)
    rosa.press("Save and go on")
    rosa.at("The way out")
    rosa.press("Save and try it")
    rosa.page.get_by_role("heading", name="It answers").wait_for()
    rosa.follow("Go on")
    rosa.at("Try it")
    rosa.follow("Go to the desk")
    rosa.at("Issues")


def open_archive(rosa: Person) -> None:
    rosa.go("Settings")
    rosa.at("Settings")
    rosa.hand.press(rosa.main.locator("a[href='/settings/site/']"))
    rosa.at("Site")
    rosa.hand.tick(rosa.main.get_by_label("Public archive"))
    rosa.press("Save")
    expect(rosa.main.locator(".said").first).to_contain_text("aved")


def invite(rosa: Person, ann: Person) -> Person:
    """Somebody who only approves; she comes by the link that is handed to her."""
    rosa.go("People")
    rosa.at("People")
    rosa.follow("Invite somebody")
    rosa.at("Invite somebody")
    rosa.write("Name", "Ann")
    rosa.write("E-mail address", "ann@example.org")
    rosa.hand.tick(rosa.main.locator("input[value=approver]"))
    rosa.press("Make the invitation")
    rosa.at("A link for Ann")
    ann.page.goto(ann.address + "/welcome/" + rosa.main.get_by_label("Link").input_value().split("/welcome/")[1])
    ann.at("Welcome, Ann")
    ann.write("New password", PASSWORD)
    ann.write("The same again", PASSWORD)
    ann.press("Save and sign in")
    ann.at("Issues")
    return ann


def bring_readers(rosa: Person) -> None:
    rosa.go("Lists")
    rosa.at("Lists")
    rosa.write("Name", "UPR Network")
    rosa.write("Name in addresses", "upr")
    rosa.hand.tick(rosa.main.get_by_label("Subscribe readers at once", exact=False))
    rosa.press("Make the list")
    rosa.main.get_by_role("link", name="Import readers").wait_for()
    rosa.hand.arrived()
    rosa.follow("Import readers")
    rosa.at("Import readers")
    file = {"name": "readers.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    rosa.hand.put_in(rosa.main.get_by_label("File", exact=True), file)
    rosa.press("Look at the file")
    rosa.main.get_by_label("Where their consent comes from").wait_for()
    rosa.at("readers.csv")
    rosa.hand.tick(rosa.main.locator("input[value=opt-in]"))
    rosa.write("Where their consent comes from", "Sign-up sheet of the assembly")
    rosa.press(f"Take in {READERS} rows")
    rosa.page.get_by_text("The list is up to date with the file.").wait_for()


def hand_in(rosa: Person, group: Person) -> None:
    """An event by a private link, a text at the desk."""
    rosa.go("Update items")
    rosa.at("Update items")
    rosa.follow("Private links")
    rosa.at("Private links")
    rosa.write("Group", "Housing Working Group")
    rosa.press("Make a link")
    link = rosa.main.locator("#made").input_value()
    group.page.goto(group.address + "/hand-in/" + link.split("/hand-in/")[1])
    group.at(re.compile("^Hand in an item for Example Network"))
    group.follow("Event")
    group.at("Event")
    group.hand.write(group.main.locator("#f-title"), "Tune in")
    group.hand.pick_day(group.main.locator("input[type=date]").first, 2030, 11, 9)
    group.hand.pick_time(group.main.locator("input[type=time]").first, 14, 30)
    group.hand.write(group.main.locator("#f-body"), "Watch the **review** live.")
    group.press("Hand it in")
    group.page.wait_for_url(re.compile("/thanks/"))
    group.leave()
    rosa.go("Update items")
    rosa.at("Update items")
    rosa.follow("Hand in an item")
    rosa.at("Hand in an item")
    rosa.follow("Text")
    rosa.at("Text")
    rosa.hand.write(rosa.main.locator("#f-title"), "What was said")
    rosa.hand.write(rosa.main.locator("#f-body"), "Twelve people went to Geneva, and they were heard.")
    rosa.press("Hand it in")
    rosa.at("Update items")


def start(rosa: Person) -> None:
    expect(rosa.main.get_by_text("from Housing Working Group")).to_be_visible()
    for title in ("Tune in", "What was said"):
        rosa.hand.tick(rosa.main.get_by_label(f"Pick “{title}”"))
    rosa.press("Start an issue with those picked")
    rosa.at("New issue")
    rosa.write("Title", TITLE)
    rosa.press("Start the issue")
    rosa.at(TITLE)


def _saved(page: Page) -> None:
    expect(page.locator("#state")).to_have_text(re.compile("^Saved "))


def _pane(who: Person, name: str) -> None:
    """Where one part is shown at a time, the one of this name."""
    if who.hand.width < 1080:
        who.hand.press(who.page.locator(f".panes [data-show={name}]"))


def _open(who: Person, key: str) -> None:
    _pane(who, "items")
    who.hand.press(who.page.locator(f"#item-list li[data-key='{key}'] a.item"))
    who.page.locator(f".part[data-key='{key}']").wait_for()


def edit(rosa: Person) -> None:
    """Typed, moved, added, a picture put in; and all of it is still there when the page is opened anew."""
    page = rosa.page
    rosa.hand.write(page.locator("#f-subject"), "What was said in Geneva")
    rosa.hand.choose(page.locator("#f-list"), "UPR Network")
    _open(rosa, "~introduction")
    rosa.hand.write(page.locator("#form textarea").first, "Hello {{first_name|friend}}, this is new.")
    expect(page.locator("#state")).to_have_text(re.compile("^Saved"))
    order = page.locator("#sorted .item-title")
    before = order.all_inner_texts()
    _pane(rosa, "items")
    rosa.hand.move_up(page.locator("#sorted > li").nth(1))
    expect(order).to_have_text(before[::-1])
    expect(page.locator("#told")).to_contain_text("now 1 of 2")
    _saved(page)
    _add(rosa, "Contact", {"title": "Ask us", "name": "Rosa", "email": "office@example.org"})
    _add(rosa, "Image", {"title": "The delegation", "alt": "Twelve people with banners"}, picture=True)
    page.reload()
    rosa.at(TITLE)
    expect(order).to_have_text([*before[::-1], "Ask us", "The delegation"])
    _open(rosa, "~front")
    expect(page.locator("#f-subject")).to_have_value("What was said in Geneva")
    _pane(rosa, "preview")
    mail = page.frame_locator(".preview-stage iframe:not(.next)")
    expect(mail.get_by_text("Hello friend, this is new.")).to_be_visible()
    expect(mail.get_by_alt_text("Twelve people with banners")).to_be_visible()


def _add(rosa: Person, kind: str, fields: dict[str, str], *, picture: bool = False) -> None:
    _pane(rosa, "items")
    rosa.hand.press(rosa.page.locator("#add"))
    rosa.at("Add an item")
    rosa.hand.press(rosa.main.locator(".kinds a").filter(has=rosa.page.get_by_text(kind, exact=True)))
    rosa.at(re.compile(kind, re.IGNORECASE))
    rosa.hand.write(rosa.main.locator("#f-title"), fields.pop("title"))
    if picture:
        made = BytesIO()
        Image.new("RGB", (1600, 800), "#2e7d32").save(made, "JPEG")
        file = {"name": "group.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}
        rosa.hand.put_in(rosa.main.get_by_role("button", name=re.compile("picture")).first, file)
        rosa.page.get_by_text("group.jpg is in").wait_for()
    for name, text in fields.items():
        rosa.hand.write(rosa.main.locator(f"#f-{name}"), text)
    rosa.press("Add to the issue")
    rosa.at(TITLE)


def check(rosa: Person) -> None:
    """A finding leads to its field; mended, it goes away by itself."""
    page = rosa.page
    rosa.hand.press(page.locator(".panes [data-show=checks]"))
    found = page.locator("#findings .found")
    found.wait_for()
    rosa.hand.press(page.locator("#findings [data-jump-field=preheader]").first)
    field = page.locator("#f-preheader")
    expect(field).to_be_focused()
    page.keyboard.insert_text("What was said in Geneva, and what you can do now to be heard.")
    expect(page.locator("#findings [data-jump-field=preheader]")).to_have_count(0)
    expect(found).to_have_attribute("data-errors", "0")
    _saved(page)


def send_test(rosa: Person, new: New) -> None:
    rosa.follow("Tests")
    rosa.at(TITLE)
    rosa.write("Addresses", "rosa@example.org, ann@example.org")
    rosa.press("Send the test")
    expect(rosa.main.get_by_text("as it is now")).to_be_visible()
    assert len(list((new.root / "testmail" / "new").iterdir())) == 2


def approve(rosa: Person, ann: Person) -> None:
    """The author cannot; somebody else does."""
    rosa.hand.arrived()
    rosa.follow("Approval")
    rosa.at(TITLE)
    rosa.press("Submit for approval")
    expect(rosa.main.get_by_text("You cannot decide on this one")).to_be_visible()
    assert rosa.main.get_by_role("button", name=re.compile("^Approve")).count() == 0
    ann.page.reload()
    ann.at("Issues")
    ann.follow(TITLE)
    ann.at(TITLE)
    assert ann.page.locator("#form").count() == 0, "who only approves changes nothing"
    ann.follow("Approval")
    ann.at(TITLE)
    ann.press(f"Approve for {READERS} readers")
    expect(ann.main.locator(".standing .badge")).to_have_text("approved")
    ann.leave()


def send(rosa: Person, new: New) -> None:
    rosa.hand.arrived()
    rosa.follow("Send")
    rosa.at(TITLE)
    rosa.write(f"Type the number of readers: {READERS}", str(READERS))
    rosa.press(f"Send to {READERS} readers")
    rosa.page.wait_for_url(re.compile("/mailings/1/"))
    expect(rosa.main.get_by_role("heading", level=2, name="Sent", exact=True)).to_be_visible(timeout=60_000)
    rosa.at(TITLE)
    rosa.follow("See the report")
    rosa.at(TITLE)
    expect(rosa.main.locator(".figures dd").first).to_have_text(str(READERS))
    assert len(list((new.root / "outbox" / "new").iterdir())) == READERS


def look_at_archive(reader: Person) -> None:
    """As anybody: the page, the feed, the calendar."""
    page = reader.page
    page.goto(f"{reader.address}/archive/")
    expect(page.get_by_role("heading", level=1)).to_have_text("All issues")
    reader.hand.press(page.get_by_role("link", name=TITLE))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.frame_locator("iframe").get_by_text("they were heard")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= reader.hand.width
    assert page.context.cookies() == []
    feed, events = (page.request.get(f"{reader.address}/archive/{name}") for name in ("feed.xml", "events.ics"))
    assert f"<title>{TITLE}</title>" in feed.text()
    assert "SUMMARY:Tune in" in events.text()
    reader.leave()
