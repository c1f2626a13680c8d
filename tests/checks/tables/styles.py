"""Style blocks."""

from tests.checks.build import HTML, Case


def _blocks(*contents: str, says: str = "", level: str = "error") -> Case:
    html = HTML.replace("<style>p{margin:0}</style>", "".join(f"<style>{one}</style>" for one in contents))
    return Case(html=html, says=says, level=level, at=(None, None))


def _css(size: int) -> str:
    return ("p{margin:0}" * (size // 11 + 1))[:size]


def _nested(css: str, says: str = "") -> Case:
    return _blocks(css, says=says, level="warning")


BAD = [
    _nested("@media (x) { @media (y) { p { margin: 0 } } }", "'@media (y)' stands within '@media (x)'; Gmail drops"),
    _nested(
        "@supports (display: grid) { @media (x) { p { margin: 0 } } }", "stands within '@supports (display: grid)'"
    ),
    _nested("p{margin:0} @media (x) { q{margin:0} @font-face { src: x } }", "'@font-face' stands within"),
    _blocks(_css(16_001), says="16.0 KB"),
    _blocks(_css(20_000), says="20.0 KB"),
    _blocks(_css(9_000), _css(9_000), says="18.0 KB"),
    _blocks("/*" + "ä" * 8_001 + "*/", says="16.0 KB"),
    Case(body=f"<style>{_css(16_000)}</style>", says="16.0 KB", level="error"),
    _blocks("@import url(http://169.254.169.254/latest/);", says="'@import url(http://169.254.169.254/latest/)'"),
    _blocks("p{margin:0}", '@IMPORT "fonts.css";', says="loads something from elsewhere"),
    _blocks("p{background:url( 'https://www.example.org/a.png')}", says="loads something from elsewhere"),
    _blocks("p{background:url(//www.example.org/a.png)}", says="loads something from elsewhere"),
]

NEAR = [
    Case(),
    _nested("@media (x) { p { margin: 0 } } @media (y) { p { margin: 0 } }"),
    _nested("@media (x) { p { margin: 0 } }"),
    _nested("@media (x) { p::after { content: '@media (y) {}' } }"),
    _nested("@media (x) { /* @media (y) {} */ }"),
    _nested("@font-face { src: x } @media (x) { p { margin: 0 } }"),
    _nested("p { margin: 0 } @media (x) { a[href='@x'] { margin: 0 } }"),
    _blocks("@media (x) { p { margin: 0 } }", "@media (y) { p { margin: 0 } }"),
    Case(body="<p>@media (x) { @media (y) {} }</p>"),
    Case(body="<!--[if mso]><style>@media (x) { @media (y) {} }</style><![endif]-->"),
    _blocks(),
    _blocks(""),
    *(_blocks(_css(size)) for size in (1, 100, 1_000, 4_000, 8_000, 12_000, 15_000, 15_999, 16_000)),
    _blocks(_css(8_000), _css(8_000)),
    _blocks(*[_css(1_000)] * 16),
    _blocks("/*" + "ä" * 7_998 + "*/"),
    Case(body="<p>" + _css(20_000) + "</p>"),
    Case(body='<p style="margin:0">x</p>' * 2_000),
    Case(body=f"<!-- <style>{_css(20_000)}</style> -->"),
    Case(body=f"<!--[if mso]><style>{_css(20_000)}</style><![endif]-->"),
    Case(body=f"<pre>&lt;style&gt;{_css(20_000)}&lt;/style&gt;</pre>"),
    Case(text=f"<style>{_css(20_000)}</style>"),
    _blocks("/* no @import here, nor url(https://x) */p{margin:0}"),
    _blocks(".import{margin:0} .important{color:red!important}"),
    _blocks("p::after{content:'see url(a)'}"),
    Case(body="<p>@import url(http://169.254.169.254/)</p>"),
]
