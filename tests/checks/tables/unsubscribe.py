"""The unsubscribe link in HTML and text."""

from newsletter.render.rendering import FieldUse
from tests.checks.build import HTML, TEXT, TOKEN, Case

_LINK = f'<a href="{TOKEN}">Unsubscribe</a>'
_IN_HTML = "HTML part has no link"
_IN_TEXT = "text part has no link"


def _bad(says: str, link: str | None = None, **changes: object) -> Case:
    html = None if link is None else HTML.replace(_LINK, link)
    return Case(says=says, level="error", at=(None, None), html=html, **changes)


def _near(link: str, **changes: object) -> Case:
    return Case(html=HTML.replace(_LINK, link), **changes)


BAD = [
    _bad(_IN_HTML, ""),
    _bad(_IN_HTML, "Unsubscribe"),
    _bad(_IN_HTML, f"Unsubscribe at {TOKEN}"),
    _bad(_IN_HTML, '<a href="https://news.example.org/u/">Unsubscribe</a>'),
    _bad(_IN_HTML, '<a href="">Unsubscribe</a>'),
    _bad(_IN_HTML, '<a href="mailto:news@example.org">Unsubscribe</a>'),
    _bad(_IN_HTML, f"<!-- {_LINK} -->"),
    _bad(_IN_HTML, f'<div style="display:none">{_LINK}</div>'),
    _bad(_IN_HTML, f'<p style="color:red; DISPLAY : NONE">{_LINK}</p>'),
    _bad(_IN_HTML, f'<p style="visibility:hidden">{_LINK}</p>'),
    _bad(_IN_HTML, f'<a name="{TOKEN}">Unsubscribe</a>'),
    _bad(_IN_HTML, f'<a href="https://evil.example.org/?{TOKEN}">Unsubscribe</a>'),
    _bad("has no words", f'<a href="{TOKEN}"></a>'),
    _bad("has no words", f'<a href="{TOKEN}"> &nbsp; </a>'),
    _bad("has no words", f'<a href="{TOKEN}"><img src="x.png" alt=""></a>'),
    _bad(_IN_TEXT, text=TEXT.replace(TOKEN, "")),
    _bad(_IN_TEXT, text=TEXT.replace(TOKEN, TOKEN[:-1])),
    _bad(_IN_TEXT, text=""),
]

NEAR = [
    Case(),
    _near(f'<a href="{TOKEN}">unsubscribe</a>'),
    _near(f'<a href="{TOKEN}">Darse de baja</a>'),
    _near(f'<a href="{TOKEN}">إلغاء الاشتراك</a>'),
    _near(f"<a href='{TOKEN}'>Unsubscribe</a>"),
    _near(f"<A HREF={TOKEN}>Unsubscribe</A>"),
    _near(f'<a\n  style="color:#000"\n  href="{TOKEN}"\n>Unsubscribe</a>'),
    _near(f'<a href="{TOKEN}"><span>Unsubscribe</span></a>'),
    _near(f'<a href="{TOKEN}"><img src="x.png" alt="Unsubscribe"></a>'),
    _near(f'<p>You get this mail because you asked for it. <a href="{TOKEN}">Leave the list</a>.</p>'),
    _near(f'<div style="display:inline-block">{_LINK}</div>'),
    _near(f'<div style="display:none">Preheader</div>{_LINK}'),
    _near(f'<div style="display:none"><p>Pre</p>header</div><p>{_LINK}</p>'),
    _near(f"<table><tr><td>{_LINK}</td></tr></table>"),
    _near(f"<div>{_LINK}<!-- end --></div>"),
    _near(f"<!--[if mso]><p>Outlook</p><![endif]-->{_LINK}"),
    _near("<div>" * 300 + _LINK + "</div>" * 300),
    _near(f"{_LINK}{_LINK}"),
    _near(f'<a href="{TOKEN}"></a>{_LINK}'),
    _near(_LINK, text=TEXT.replace("Unsubscribe <", "Leave the list: <")),
    _near(_LINK, text=f"{TOKEN}\n\n{TEXT}"),
    Case(fields=(FieldUse(token="f7q2name", name="name", default="friend", where="html"),)),
    Case(
        html=HTML.replace(_LINK, '<a href="f7q2other">Unsubscribe</a>'),
        fields=(FieldUse(token="f7q2other", name="unsubscribe_url", default="", where="url"),),
    ),
    *(
        _near(f'<a href="{TOKEN}">{words}</a>')
        for words in ("Abmelden", "Se désinscrire", "Cancelar", "退订", "x", "<b>Leave</b>", "Leave<br>the list")
    ),
]
