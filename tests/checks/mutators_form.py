"""Faults of form, put into sound mails: each mutator breaks one thing and says which check must find it.

They know nothing of the checks' own code: what is broken is told by the standards, not by what is found.
"""

import re
from dataclasses import replace
from random import Random

from tests.checks.mails_form import Mail
from tests.checks.mutating import breaks, colour, into, item, one, picture, template

# --- for listeners ---


@breaks("language")
def no_language(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r' lang="[^"]+"(?= dir="[^"]+" (?:xmlns|style))', "")


@breaks("language")
def another_language(mail: Mail, chance: Random) -> Mail | None:
    wrong = chance.choice([tag for tag in ("de", "es", "en", "fr", "pt-BR") if tag[:2] != mail.issue.language[:2]])
    return one(mail, chance, r'lang="[^"]+"(?= dir)', f'lang="{wrong}"')


@breaks("language")
def no_direction(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r'(?<=lang="..") dir="[^"]+"', "")


@breaks("page-title")
def no_title(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"<title>[^<]*</title>", chance.choice(["", "<title></title>", "<title> </title>"]))


@breaks("headings")
def second_title(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"<h2( [^>]*>[^<]*)</h2>", r"<h1\1</h1>")


@breaks("headings", "contrast")  # dark mode knows no h4 there
def skipped_level(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"(</h1>.*?)<h2( [^>]*>[^<]*)</h2>", r"\1<h4\2</h4>")


@breaks("headings")
def empty_heading(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"(<h[2-6][^>]*>)[^<]+(?=</h)", r"\1")


@breaks("headings")
def empty_heading_in_a_text(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, chance.choice(["###\n\nAnd so on.", "#### ####\n\nAnd so on."]))


@breaks("tables")
def layout_table_is_read_out(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r'(<table[^>]*) role="presentation"', r"\1")


@breaks("tables")
def headings_without_scope(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r' scope="col"', "")


@breaks("tables")
def data_as_layout(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"<table(?= style=\"width:100%;margin)", '<table role="presentation"')


@breaks("tables")
def table_without_headings(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, "|  |  |\n|---|---|\n| Monday | 14:30 |\n| Tuesday | 9:00 |")


@breaks("link-purpose")
def link_without_words(mail: Mail, chance: Random) -> Mail | None:
    link = f'<a href="https://www.example.org/{chance.randrange(99)}">{{}}</a>'
    return into(
        mail, chance, link.format(chance.choice(["", " ", "<span></span>", '<img src="x.png" alt="" width="99">']))
    )


@breaks("link-look")
def links_without_line(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r"(<p [^>]*>\w[^<]*<a [^>]*)text-decoration:underline", r"\1text-decoration:none")


@breaks("target-size", "text-part")  # the text part has no such link
def small_icon(mail: Mail, chance: Random) -> Mail | None:
    side = chance.randint(8, 22)
    return into(
        mail, chance,
        f'<p><a href="https://social.example.org/"><img src="i.png" alt="Mastodon" width="{side}" height="{side}"></a>',
    )  # fmt: skip


@breaks("target-size", "text-part")
def low_button(mail: Mail, chance: Random) -> Mail | None:
    style = f"display:inline-block;font-size:13px;line-height:{chance.randint(12, 19)}px;padding:2px 8px"
    return into(mail, chance, f'<p><a href="https://www.example.org/network" style="{style}">The network</a></p>')


@breaks("contrast")
def pale_text(mail: Mail, chance: Random) -> Mail | None:
    return into(mail, chance, f'<p style="color:{colour(chance, 1.2, 4.45)}">Said in passing</p>')


@breaks("contrast")
def pale_on_a_ground(mail: Mail, chance: Random) -> Mail | None:
    ground = f"#{chance.randrange(1 << 24):06x}"
    ink = colour(chance, 1.0, 4.4, ground)
    return into(mail, chance, f'<div style="color:{ink};background-color:{ground}">Said in a box</div>')


@breaks("contrast")
def dark_on_dark(mail: Mail, chance: Random) -> Mail | None:
    ink = colour(chance, 1.0, 4.3, "#1d2126")
    return into(mail, chance, f'<p>Now: <span style="color:{ink}">watch</span></p>')


@breaks("picture-words")
def no_alt(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r'<img alt="[^"]+"', "<img")


@breaks("picture-words")
def alt_is_a_file(mail: Mail, chance: Random) -> Mail | None:
    name = chance.choice(["IMG_2041.jpg", "banner-final2.png", "DSC00012", "logo.svg"])
    return one(mail, chance, r'<img alt="[^"]+"', f'<img alt="{name}"')


SPANISH = (
    "La próxima semana se celebra el examen de los Estados Unidos, y por eso pedimos a todos que sigan la sesión.",
    "Nuestra delegación habló con las misiones de la región sobre el derecho a la vivienda y sobre el agua, que lo es.",
)
GERMAN = (
    "Am Montag wird der Bericht der Vereinigten Staaten geprüft, und wir laden alle ein, die Sitzung zu verfolgen.",
    "Die Gruppe hat mit neun Missionen über das Recht auf Wohnen gesprochen, und sie wird auch wieder dabei sein.",
)
OTHER_SCRIPTS = (
    "В понедельник состоится обзор доклада, приглашаем всех следить за заседанием в прямом эфире.",
    "يوم الاثنين يتم استعراض التقرير وندعوكم جميعا لمتابعة الجلسة مباشرة على الإنترنت.",
    "星期一将审议美国的报告，我们邀请大家在网上观看会议直播，并把消息告诉朋友。",
)


@breaks("language-parts")
def paragraph_in_another_language(mail: Mail, chance: Random) -> Mail | None:
    others = [*GERMAN, *([] if mail.issue.language == "es" else SPANISH)]
    return None if mail.issue.language == "ar" else item(mail, chance, chance.choice(others))


@breaks("language-parts")
def paragraph_in_another_script(mail: Mail, chance: Random) -> Mail | None:
    return None if mail.issue.language == "ar" else item(mail, chance, chance.choice(OTHER_SCRIPTS))


# --- for programs ---

TEMPLATES = (
    '<mj-text><div style="display:flex">{{ item.title }}</div></mj-text>',
    '<mj-text><p style="position:absolute;left:0">x</p></mj-text>',
    '<mj-raw><video src="x.mp4"></video></mj-raw>',
    "<mj-raw><form><input /></form></mj-raw>",
    "<mj-style>.a { width: calc(100% - 20px); }</mj-style>",
    "<mj-style>.a::after { content: 'New'; }</mj-style>",
    '<mj-text><p style="color:var(--ink)">x</p></mj-text>',
    '<mj-text><p style="margin:-20px 0 0">x</p></mj-text>',
    "<mj-raw><svg></svg></mj-raw>",
    '<mj-text><div style="background-image:linear-gradient(red,blue)">x</div></mj-text>',
)


@breaks("client-support")
def unknown_to_programs(mail: Mail, chance: Random) -> Mail | None:
    return template(mail, chance.choice(TEMPLATES))


@breaks("client-support")
def link_within_the_mail(mail: Mail, chance: Random) -> Mail | None:
    return item(mail, chance, f"See [the recap](#{chance.choice(mail.issue.items).id}).")


# --- size and form ---


@breaks("size")
def too_large(mail: Mail, chance: Random) -> Mail | None:
    return replace(mail, largest=chance.randint(90_000, 160_000))


@breaks("styles")
def too_many_styles(mail: Mail, chance: Random) -> Mail | None:
    rules = "".join(f".c{n}{{margin:{n}px}}" for n in range(chance.randint(1_100, 2_500)))
    return one(mail, chance, "</head>", f"<style>{rules}</style></head>")


@breaks("styles")
def nested_at_rules(mail: Mail, chance: Random) -> Mail | None:
    inner = chance.choice(["@media (max-width:400px)", "@supports (display:grid)", "@font-face"])
    return one(mail, chance, "</head>", f"<style>@media screen {{ {inner} {{ p {{ margin:0 }} }} }}</style></head>")


@breaks("line-length")
def long_line(mail: Mail, chance: Random) -> Mail | None:
    return replace(mail, message=mail.message + b"\r\n" + b"x" * chance.randint(999, 5_000) + b"\r\n")


@breaks("picture-size")
def no_width(mail: Mail, chance: Random) -> Mail | None:
    return one(mail, chance, r'(<img [^>]*) width="\d+"', r"\1")


@breaks("picture-size")
def too_many_pixels(mail: Mail, chance: Random) -> Mail | None:
    width = chance.randint(1_700, 6_000)
    return picture(mail, chance, size=chance.randint(110_000, 480_000), width=width, height=width * 9 // 16)


@breaks("picture-size")
def too_few_pixels(mail: Mail, chance: Random) -> Mail | None:
    return picture(mail, chance, width=chance.randint(40, 500), height=200)


@breaks("picture-weight")
def heavy_picture(mail: Mail, chance: Random) -> Mail | None:
    return picture(mail, chance, size=chance.randint(501_000, 8_000_000))


@breaks("picture-format")
def format_not_for_all(mail: Mail, chance: Random) -> Mail | None:
    return picture(mail, chance, mime=chance.choice(["image/webp", "image/avif", "image/svg+xml", "image/heic"]))


@breaks("picture-format")
def picture_within(mail: Mail, chance: Random) -> Mail | None:
    return into(mail, chance, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="A dot" width="9" height="9">')


@breaks("picture-moving")
def moving_picture(mail: Mail, chance: Random) -> Mail | None:
    return picture(mail, chance, mime="image/gif", frames=chance.randint(2, 90))


@breaks("text-part")
def no_text(mail: Mail, chance: Random) -> Mail | None:
    return replace(
        mail, text=chance.choice(["", "\n", "Read this mail in your browser.", mail.text[: len(mail.text) // 4]])
    )


@breaks("text-part")
def heading_only_in_html(mail: Mail, chance: Random) -> Mail | None:
    title = chance.choice(mail.issue.items).title
    return replace(mail, text=mail.text.replace(title, ""))


@breaks("text-part")
def link_only_in_html(mail: Mail, chance: Random) -> Mail | None:
    links = sorted(set(re.findall(r"<(https://www\.example\.org/[^>\s]+)>", mail.text)))
    return replace(mail, text=mail.text.replace(f"<{chance.choice(links)}>", "")) if links else None
