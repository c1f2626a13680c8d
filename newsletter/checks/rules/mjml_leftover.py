"""What the layout language left over."""

import re
from collections.abc import Iterator

from newsletter.checks.engine import Context, Finding, check

_TAG = re.compile(r"</?(mj-[\w-]*|mjml)(?!\w)", re.IGNORECASE)


@check("mjml-leftover", "error", bad="<mj-texxt>Tune in</mj-texxt>", good="<p>Tune in</p>")
def mjml_leftover(context: Context) -> Iterator[Finding]:
    """A template with a misspelt layout tag, which no mail program understands: the part in it is shown raw or not at
    all.
    """
    if left := _TAG.search(context.rendering.html):
        yield Finding(
            "mjml-leftover",
            "error",
            f"The mail holds a layout tag that was not understood: <{left[1]}>.",
            "Ask whoever looks after the site's templates to correct the tag.",
        )
