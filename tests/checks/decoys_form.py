"""What looks like a fault of form and is none: whatever is found after it is one finding too many."""

from dataclasses import replace
from random import Random

from tests.checks.mails_form import Mail
from tests.checks.mutating import colour, decoy, into, item, one, picture, template


@decoy
def strong_enough(mail: Mail, chance: Random) -> Mail | None:
    ground = chance.choice(["#ffffff", "#f6f8fa", "#14213d"])
    ink = colour(chance, 4.6, 21, ground)
    return into(
        mail, chance, f'<div style="color:{ink};background-color:{ground}"><b style="color:{ink}">A box</b></div>'
    )


@decoy
def large_and_pale(mail: Mail, chance: Random) -> Mail | None:
    ink, style = colour(chance, 3.1, 4.4), "font-size:30px;line-height:36px;background-color:#ffffff"
    return into(mail, chance, f'<p style="{style}"><span style="color:{ink}">228</span></p>')


@decoy
def part_in_its_language(mail: Mail, chance: Random) -> Mail | None:
    return into(mail, chance, f'<p lang="{chance.choice(["es", "fr-CA", "pt-BR", "zh-Hant"])}">¡Presente!</p>')


@decoy
def button_of_a_link(mail: Mail, chance: Random) -> Mail | None:
    style = "display:inline-block;padding:12px 20px;line-height:20px;text-decoration:none"
    return one(mail, chance, r"(<p [^>]*>\w[^<]*<a [^>]*)text-decoration:underline", rf"\1{style}")


@decoy
def bold_instead_of_a_line(mail: Mail, chance: Random) -> Mail | None:
    return one(
        mail, chance, r"(<p [^>]*>\w[^<]*<a [^>]*)text-decoration:underline",
        r"\1font-weight:bold;text-decoration:none",
    )  # fmt: skip


@decoy
def decorative_picture(mail: Mail, chance: Random) -> Mail | None:
    return into(mail, chance, '<img src="https://news.example.org/m/line" alt="" width="536" height="4">')


@decoy
def icon_with_room(mail: Mail, chance: Random) -> Mail | None:
    image = '<img src="https://news.example.org/m/i" alt="USHRN" width="20" height="20">'
    return into(mail, chance, f"<p>{image}</p>")


@decoy
def table_of_data(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, "| Day | Hour |\n|---|---|\n| 9 | 14:30 |")


@decoy
def third_level(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, "##### Deep\n\nIt is put in order.\n\n### High\n\nAnd so is this.")


@decoy
def code_with_marks(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, "```\n###\n|  |  |\n|---|---|\n<video> display:flex\n```")


@decoy
def names_in_other_languages(mail: Mail, chance: Random) -> Mail | None:
    return item(
        mail, chance, "*Nada sobre nosotros*, *Rien sur nous sans nous*, «Права человека», حقوق الإنسان: USHRN."
    )


@decoy
def harmless_template(mail: Mail, chance: Random) -> Mail | None:
    return template(
        mail,
        chance.choice(
            [
                '<mj-text><p style="display:inline-block;border-radius:4px;opacity:0.9">x</p></mj-text>',
                "<mj-style>@media (max-width: 480px) { .a { display: flex; } }</mj-style>",
                "<mj-style>a:hover { text-decoration: none; }</mj-style>",
                "{# <video> #}<mj-text>Write display:flex</mj-text>",
            ]
        ),
    )


@decoy
def nearly_too_much(mail: Mail, chance: Random) -> Mail | None:
    heavy = picture(mail, chance, size=499_000, width=1_600, height=900) or mail
    return replace(heavy, largest=89_999, message=mail.message + b"\r\n" + b"x" * 998)


@decoy
def text_in_capitals(mail: Mail, chance: Random) -> Mail | None:
    title = chance.choice(mail.issue.items).title
    return replace(mail, text=mail.text.replace(title, title.upper()))
