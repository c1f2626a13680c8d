"""docs/client-support.md: which mail program knows what, from the data that the checks go by."""

from newsletter.checks.programs import (
    GRAVE,
    SLIGHT,
    WEIGHT,
    Feature,
    Loss,
    features,
    programs,
    source,
    verdicts,
)

_PARTS: dict[Loss, tuple[str, str]] = {
    "content": ("Something that is said is lost", "Words, pictures or buttons that a reader does not get."),
    "layout": ("It can be read, but looks broken", "Parts that stand in the wrong place, or without their size."),
    "looks": ("It is merely plainer", "Nothing is missing, it only looks simpler."),
}


def programs_page() -> str:
    """docs/client-support.md."""
    origin = source()
    lines = [
        "# What mail programs know",
        "",
        "A mail is shown by programs that each know another part of HTML and CSS. The check `client-support` holds a",
        "site's own templates and style sheets against this matrix, and the links within texts; `picture-format` does",
        "so with pictures. The shipped templates use nothing that costs a reader words or layout, so there is nothing",
        "to do for an editor who leaves them as they are.",
        "",
        "## The programs, and how many read with them",
        "",
        "| program | of 100 readers |",
        "|---|---|",
        *(f"| {one.name} | {f'{one.share:.1f}' if one.share else 'not counted'} |" for one in programs()),
        "",
        f"Shares: {origin['name']} ({origin['period']}), <{origin['url']}>.",
        origin["why"],
        "Where a source counts several programs as one, its share is divided evenly among them. The new Outlook for",
        "Windows shows mails as Outlook.com does. Shares are data, in `newsletter/checks/data/programs.toml`: those of",
        "your own readers are better than any survey.",
        "",
        "## How grave a finding is",
        "",
        "Points are the share of the readers whose program does not know a feature (half of it where a program almost",
        f"does), times what they lose: {_weights()}.",
        f"From {GRAVE:g} points on a finding is a warning, from {SLIGHT:g} a note, below that it is not worth an",
        "editor's time. Nothing here is an error: each reader still gets a mail.",
        "",
        "In the tables *yes* is known, *no* is not known, *partly* is known by some of its apps or in part, *?* is not",
        "tested.",
    ]
    for loss, (title, about) in _PARTS.items():
        lines += ["", f"## {title}", "", about, "", *_table([one for one in features() if one.loss == loss])]
    lines += [
        "",
        "## Where it comes from",
        "",
        f"Verdicts: {verdicts()['source']}, data of {verdicts()['date']}, MIT licence,",
        "reduced to the newest verdict for each of these programs. To bring it up to date:",
        "",
        "```",
        "npm pack caniemail",
        ".venv/bin/python -m devtools.caniemail caniemail-VERSION.tgz",
        ".venv/bin/python -m tests.documentation",
        ".venv/bin/python -m pytest tests/checks tests/devtools -q",
        "```",
        "",
        "What a feature becomes, and what to use instead, is told in `newsletter/checks/data/features.toml`.",
    ]
    return "\n".join(lines) + "\n"


def _weights() -> str:
    said = {"content": "something that is said", "layout": "the layout", "looks": "the look"}
    return ", ".join(f"{WEIGHT[loss]:g} for {words}" for loss, words in said.items())


def _table(rows: list[Feature]) -> list[str]:
    groups = list(dict.fromkeys(program.group for program in programs()))
    lines = [
        f"| feature | {' | '.join(groups)} | readers | what they see | use instead | finding |",
        "|---" * (len(groups) + 5) + "|",
    ]
    for one in rows:
        verdict = [_verdict({s for p, s in zip(programs(), one.support, strict=True) if p.group == g}) for g in groups]
        link = f"[{_cell(one.title)}](https://www.caniemail.com/features/{one.slug}/)"
        told = [f"{one.lost:.0f} %", _cell(one.becomes), _cell(one.instead), one.level or "–"]
        lines.append(f"| {' | '.join([link, *verdict, *told])} |")
    return lines


def _verdict(letters: set[str]) -> str:
    known = letters - {"u"}
    return {"": "?", "y": "yes", "n": "no"}.get("".join(known), "partly")


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|").replace("{{", "`{{").replace("}}", "}}`")
