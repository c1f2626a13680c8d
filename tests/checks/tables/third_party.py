"""What a mail loads from others."""

from tests.checks.build import HTML, Case

OTHER = "https://cdn.example.com/poster.jpg"
OWN = "https://news.example.org/m/Jx3.jpg"


def _bad(body: str, says: str, level: str = "warning", head: str = "") -> Case:
    return Case(
        says=says, level=level, at=(None, None), html=HTML.replace("{body}", body).replace("<head>", f"<head>{head}")
    )


def _near(body: str, head: str = "") -> Case:
    return Case(html=HTML.replace("{body}", body).replace("<head>", f"<head>{head}"))


_LOADS = "loads something from cdn.example.com"
_SPIES = "a tracker of stats.example.com"
_PIXEL = '<img src="https://stats.example.com/a.gif" alt=""'

BAD = [
    _bad(f'<img src="{OTHER}" alt="The poster">', f"{_LOADS} (a picture)"),
    _bad(f'<IMG SRC="{OTHER.upper()}" ALT="x">', _LOADS),
    _bad('<img src="//cdn.example.com/a.jpg" alt="x">', _LOADS),
    _bad(f'<img src=" {OTHER}" alt="x">', _LOADS),
    _bad(f'<img src="{OWN}" srcset="{OWN} 1x, {OTHER} 2x" alt="x">', _LOADS),
    _bad(f'<table background="{OTHER}"><tr><td>x</td></tr></table>', _LOADS),
    _bad(f'<div style="background-image:url({OTHER})">x</div>', _LOADS),
    _bad(f"<div style=\"background:#fff url( '{OTHER}' )\">x</div>", _LOADS),
    _bad(f'<video src="{OTHER}"></video>', _LOADS),
    _bad(f'<iframe src="{OTHER}"></iframe>', _LOADS),
    _bad(f'<input type="image" src="{OTHER}" alt="x">', _LOADS),
    _bad("", f"{_LOADS} (a style or font)", head=f'<link rel="stylesheet" href="{OTHER}">'),
    _bad("", "fonts.example.net", head='<link href="https://fonts.example.net/css?f=Ubuntu" rel="stylesheet">'),
    _bad("", _LOADS, head=f'<link rel="preload" href="{OTHER}">'),
    _bad('<img src="https://news.example.org.evil.example.com/a.jpg" alt="x">', "loads something from"),
    _bad('<img src="https://www.example.org/a.jpg" alt="x">', "loads something from www.example.org"),
    _bad(f'{_PIXEL} width="1" height="1">', _SPIES, "error"),
    _bad(f'{_PIXEL} width="0" height="0">', _SPIES, "error"),
    _bad(f'{_PIXEL} style="width:1px;height:1px">', _SPIES, "error"),
    _bad(f'{_PIXEL} style="display:none">', _SPIES, "error"),
    _bad('<img src="https://example.list-manage.com/track/open.php?u=1" alt="x">', "tracker", "error"),
    _bad('<img src="https://u7.ct.sendgrid.net/wf/open?upn=x" alt="x">', "tracker", "error"),
    _bad('<img src="https://open.example.com/x" width="600" alt="x">', "tracker", "error"),
    _bad('<img src="https://mail.example.com/open.gif?id=7" alt="x">', "tracker", "error"),
    _bad('<img src="https://www.google-analytics.com/collect?v=1" alt="x">', "tracker", "error"),
]

NEAR = [
    Case(),
    _near(f'<img src="{OWN}" alt="The poster">'),
    _near(f'<img src="{OWN.upper()}" alt="The poster">'),
    _near('<img src="https://media.news.example.org/a.jpg" alt="x">'),
    _near('<img src="//news.example.org/a.jpg" alt="x">'),
    _near('<img src="files/poster.jpg" alt="x">'),
    _near('<img src="/m/poster.jpg" alt="x">'),
    _near('<img src="cid:poster" alt="x">'),
    _near('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="1" height="1" alt="">'),
    _near('<img src="" alt="x">'),
    _near('<img alt="x">'),
    _near(f'<img src="{OWN}" width="1" height="1" alt="">'),  # a spacer of our own
    _near(f'<img src="{OWN}" style="display:none" alt="">'),
    _near(f'<img src="{OWN}" srcset="{OWN} 1x, {OWN} 2x" alt="x">'),
    _near(f'<a href="{OTHER}">The poster</a>'),
    _near('<a href="https://open.example.com/track/open.gif">x</a>'),
    _near('<a href="https://www.facebook.com/sharer?u=x">Share on Facebook</a>'),
    _near(f"<p>{OTHER}</p>"),
    _near(f"<code>&lt;img src='{OTHER}'&gt;</code>"),
    _near(f"<!-- <img src='{OTHER}'> -->"),
    _near(f'<blockquote cite="{OTHER}">x</blockquote>'),
    _near(f'<div style="background-image:url({OWN})">x</div>'),
    _near('<div style="background-image:url(files/a.jpg)">x</div>'),
    _near('<div style="background:#fff">url of the poster</div>'),
    _near(f'<table background="{OWN}"><tr><td>x</td></tr></table>'),
    _near(f'<input type="text" value="{OTHER}">'),
    _near("", f'<link rel="canonical" href="{OTHER}">'),
    _near("", f'<link rel="alternate" href="{OTHER}">'),
    _near("", f'<link rel="stylesheet" href="{OWN}">'),
    _near("", f'<meta name="author" content="{OTHER}">'),
    _near(f'<p title="{OTHER}">x</p>'),
    _near('<img src="https://[news.example.org/a.jpg" alt="x">'),
]
