"""Pages that say that they are not there, whatever the server says."""

import re

_NOT_FOUND = re.compile(
    r"\b(?:error\s*)?404\b(?!\s+(?!(?:not|error|page|file|[-|–—:])\b)[a-z])|\b(?:page|site|file|document|content|article|video|form|"
    r"event|link|resource)s?\s+(?:was\s+|is\s+|could\s+|you\s+requested\s+|cannot\s+|can['’]t\s+)*"
    r"(?:not\s+(?:be\s+)?found|be\s+found|no\s+longer|does(?:n['’]t|\s+not)\s+exist|unavailable|missing|removed)"
    r"|^\s*(?:oops[!,. ]*)?not\s+found\b|\bnothing\s+(?:was\s+)?found\b(?!\s+in)|\bno\s+longer\s+(?:available|exists)\b"
    r"|\bseite\s+(?:wurde\s+)?nicht\s+gefunden\b|\bnicht\s+gefunden\s*$|\bpage\s+(?:introuvable|non\s+trouvée)\b"
    r"|\bp[aá]gina\s+(?:no\s+(?:encontrada|existe)|não\s+encontrada)\b|\bno\s+se\s+(?:ha\s+)?encontr(?:ó|ado|a)\b"
    r"|\bpagina\s+non\s+trovata\b|\bpagina\s+niet\s+gevonden\b"
    r"|الصفحة غير موجودة|страница не найдена|页面不存在|找不到页面"
    r"|\bdomain\s+(?:is\s+|name\s+)?(?:for\s+sale|parked|has\s+expired)\b|\baccount\s+suspended\b",
    re.IGNORECASE,
)


def says_not_found(title: str) -> bool:
    """Whether a page with this ``title`` says that what was asked for is not there."""
    return bool(_NOT_FOUND.search(title))
