"""Hostile names, subjects and templates, as far as the mail that is made of them."""

from collections.abc import Callable
from email.message import EmailMessage

from newsletter.models import Issue, Mailing, Revision
from tests.cli.conftest import Ran
from tests.hostile.readers import ONE
from tests.hostile.world import Row, World, item, readers, text

ENCODED = "=?utf-8?q?Hi=0D=0ABcc:_evil@x.org?="


def template(name: str, content: str, command: str = "check") -> Callable[[World], Ran]:
    """Tries an issue under a template of the site."""

    def do(world: World) -> Ran:
        world.template(name, content)
        return world.issue(text("Hello."), command)

    return do


def mailed(
    reader: str, subject: str = '"Our news for {{first_name|friend}}"', body: str = "Hello {{first_name|friend}}."
) -> Callable[[World], Ran]:
    """Mails an issue to one reader, a row of CSV."""

    def do(world: World) -> Ran:
        taken = world.readers(readers(reader))
        sent = world.send(text(body, subject=subject))
        return Ran(sent.code, taken.out + sent.out, taken.err + sent.err)

    return do


def mail_of(world: World) -> tuple[EmailMessage, str, str]:
    mails = world.mails()
    assert len(mails) == 1
    html, plain = mails[0].get_body(("html",)), mails[0].get_body(("plain",))
    return mails[0], html.get_content(), plain.get_content()


def saved(_: World) -> None:
    assert Issue.objects.get().slug == "hostile"
    assert "\ufeff" not in Revision.objects.get().source


def no_bcc(world: World) -> None:
    mail, _, _ = mail_of(world)
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["ana@example.org"]
    assert [address.addr_spec for address in mail["From"].addresses] == ["news@example.org"]
    assert not any(line.lower().startswith(b"bcc") for line in bytes(mail).split(b"\n"))


def not_bare(world: World) -> None:
    mail, html, plain = mail_of(world)
    assert "49" not in html.split("Hello ")[1][:20]
    assert "Hello {{7*7}}." in html
    assert "Hello {{7*7}}." in plain
    assert mail["Subject"] == "Our news for {{7*7}}"


def no_markup(world: World) -> None:
    mail, html, plain = mail_of(world)
    assert "<script" not in html
    assert "Hello &lt;script&gt;alert(1)&lt;/script&gt;." in html
    assert "Hello <script>alert(1)</script>." in plain
    assert mail["Subject"] == "Our news for <script>alert(1)</script>"


def no_loop(world: World) -> None:
    """A value that is a token of the system, or a field, is not looked at again."""
    _, html, plain = mail_of(world)
    assert "Hello {{unsubscribe_url}}." in html
    assert "Hello {{unsubscribe_url}}." in plain


def sender_name(world: World) -> Ran:
    assert world.run("settings", "set", "sender.name", "Org <evil@example.com>").code == 0
    return mailed("ana@example.org,Ana")(world)


def both(first: Ran, second: Ran) -> Ran:
    return Ran(second.code, first.out + second.out, first.err + second.err)


def no_unsubscribe(world: World) -> Ran:
    foot = "<mj-section><mj-column><mj-text>{{ organisation.postal_address }}</mj-text></mj-column></mj-section>"
    world.template("email/foot.mjml.j2", foot)
    world.readers(ONE)
    return both(world.issue(text("Hello."), "check"), world.send(text("Hello.")))


def nothing_mailed(world: World) -> None:
    assert world.mails() == []
    assert not Mailing.objects.exists()


def foot(markup: str) -> Callable[[World], Ran]:
    return template("email/foot.mjml.j2", markup)


ROWS = [
    Row(3, "a BOM", lambda w: w.issue("\ufeff" + text("Hello.")), 0, ("saved revision 1",), saved),
    Row(
        12,
        "an event that is over",
        lambda w: w.issue(item("event", "starts = 2019-11-09"), "check"),
        0,
        ("hostile.md:10", "in the past", "mend:"),
    ),
    Row(26, "an encoded word that adds a Bcc, as name", mailed(f"ana@example.org,{ENCODED}"), 0, (), no_bcc),
    Row(27, "U+2028 in a name", mailed("ana@example.org,Ana\u2028Bcc: evil@x.org"), 0, (), no_bcc),
    Row(30, "an address in the sender's name", sender_name, 3, ("shows another address",), nothing_mailed),
    Row(56, "a reader named {{7*7}}", mailed("ana@example.org,{{7*7}}"), 0, (), not_bare),
    Row(56, "a reader named <script>", mailed("ana@example.org,<script>alert(1)</script>"), 0, (), no_markup),
    Row(56, "a reader named as a field", mailed("ana@example.org,{{unsubscribe_url}}"), 0, (), no_loop),
    Row(
        57,
        "a template without unsubscribe",
        no_unsubscribe,
        3,
        ("HTML part has no link by which a reader can unsubscribe",),
        nothing_mailed,
    ),
    Row(
        58,
        "mj-include of a system file",
        foot('<mj-include path="/etc/passwd" />'),
        3,
        ("<mj-include> is not used", "mend:"),
    ),
    Row(58, "a Jinja include of a system file", foot('{% include "/etc/passwd" %}'), 3, ("no template /etc/passwd",)),
    Row(
        59,
        "@import of a metadata address, in the theme",
        template("email/theme.css.j2", "@import url(http://169.254.169.254/latest/);"),
        3,
        ("@import cannot be inlined", "mend:"),
    ),
    Row(
        59,
        "@import of a metadata address, in a style",
        template("email/styles.mjml.j2", "<mj-style>@import url(http://169.254.169.254/latest/);</mj-style>"),
        3,
        ("@import url(http://169.254.169.254/latest/)", "tells another server who opens"),
    ),
    Row(60, "3,000-deep MJML", foot("<mj-section>" * 3_000 + "</mj-section>" * 3_000), 3, ("<mj-section> belongs in",)),
    Row(
        60,
        "3,000-deep HTML in MJML",
        foot(f"<mj-section><mj-column><mj-text>{'<div>' * 3_000}{'</div>' * 3_000}</mj-text></mj-column></mj-section>"),
        3,
        ("more than 50 elements within each other",),
    ),
]
