"""What some mail programs do not know."""

from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check
from newsletter.checks.markup import Use, uses_of_css, uses_of_template
from newsletter.checks.programs import Feature, features, matches
from newsletter.checks.texts import links_of


@check(
    "client-support",
    "warning",
    "note",
    bad='<div style="display:flex"><div>Geneva</div><div>New York</div></div>',
    good="<mj-section><mj-column>…</mj-column><mj-column>…</mj-column></mj-section>",
)
def client_support(context: Context) -> Iterator[Finding]:
    """What a site's own templates and style sheets, and links within texts, ask of mail programs, held against what
    each program knows (caniemail.com). How grave it is follows from how many readers use those programs and from what
    they lose: words, the layout, or merely the look. What is made of MJML's own tags is not looked at: it is tried in
    all of them. All features and programs are in client-support.md.
    """
    for path, template in sorted(context.templates.items()):
        for use in _uses(path, template):
            if level := use.feature.level:
                yield Finding(
                    "client-support",
                    level,
                    f"Line {use.line} of templates/{path} uses {use.said}, which is not known to "
                    f"{_readers(use.feature)}: {use.feature.becomes}.",
                    f"Ask whoever looks after the site's templates to use {use.feature.instead}.",
                )
    # Reading a text takes a hundred times longer than this look.
    within = [text for text in context.texts if text.markdown and ("(#" in text.value or ": #" in text.value)]
    for feature in (one for one in features() if one.link and one.level):
        for link in (link for text in within for link in links_of(text)):
            if feature.level and matches(feature.link, link.target):
                yield Finding(
                    "client-support",
                    feature.level,
                    f"'{link.words}' leads to another place in the mail, which is not known to {_readers(feature)}: "
                    f"{feature.becomes}.",
                    f"Nothing is lost by it, but do not rely on it; better is {feature.instead}.",
                    link.place,
                )


def _uses(path: str, template: str) -> tuple[Use, ...]:
    if path.endswith(".css.j2"):
        return uses_of_css(template)
    return uses_of_template(template) if path.endswith((".mjml.j2", ".html.j2", ".mjml", ".html")) else ()


def _readers(feature: Feature) -> str:
    return f"{feature.where} (about {feature.lost:.0f} % of readers)"
