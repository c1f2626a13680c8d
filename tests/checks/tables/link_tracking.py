"""Links with what others want to know. The mail of these cases comes from USHRN at news.example.org."""

from newsletter.items.kinds.button import Button
from tests.checks.build import Case

CLEAN = "https://www.ohchr.org/report"


def _link(url: str, says: str = "") -> Case:
    return Case(issue={"introduction": f"Read [the report]({url})."}, says=says, at=(None, "introduction"))


def _button(url: str, says: str = "") -> Case:
    item = Button(id="join", title="Join", label="Join the call", url=url)
    return Case(issue={"items": (item,)}, says=says, at=("join", "url"))


def _many(*urls: str) -> Case:
    lines = "\n\n".join(f"Read [report {number}]({url})." for number, url in enumerate(urls))
    return Case(issue={"introduction": lines})


QUOTED = "https%3A%2F%2Fwww.ohchr.org%2Freport"

BAD = [
    _link(f"{CLEAN}?utm_source=another-sender&utm_medium=email", "campaign marks of another sender"),
    _link(f"{CLEAN}?utm_campaign=spring", "utm_campaign"),
    _link(f"{CLEAN}?id=4&utm_source=hs_email#part-2", "utm_source"),
    _button(f"{CLEAN}?utm_source=facebook", "campaign marks"),
    _link(f"{CLEAN}?fbclid=IwAR0abc", "follow who clicks (fbclid)"),
    _link(f"{CLEAN}?gclid=Cj0abc", "gclid"),
    _link(f"{CLEAN}?igshid=abc", "igshid"),
    _link(f"{CLEAN}?_hsenc=p2ANqtz&_hsmi=12", "_hsenc, _hsmi"),
    _link(f"{CLEAN}?mc_cid=1a2b&mc_eid=3c4d", "names one single reader"),
    _link(f"{CLEAN}?mkt_tok=eyJ", "names one single reader"),
    _link(f"{CLEAN}?PHPSESSID=0123456789abcdef0123", "somebody's own visit"),
    _link(f"{CLEAN}?sid=0123456789abcdef0123", "somebody's own visit"),
    _link(f"{CLEAN};jsessionid=0A1B2C3D4E5F6A7B8C9D?id=1", "somebody's own visit"),
    _link(f"https://www.google.com/url?q={CLEAN}&sa=D&ust=16", "redirect of Google"),
    _link(f"https://www.google.com/url?sa=t&url={QUOTED}", "redirect of Google"),
    _link(f"https://www.google.com.mx/url?q={CLEAN}", "redirect of Google"),
    _link("https://www.google.com/amp/s/www.ohchr.org/report", "redirect of Google"),
    _link(
        f"https://eur02.safelinks.protection.outlook.com/?url={QUOTED}&data=05%7C01%7C&reserved=0",
        "Microsoft's Safe Links",
    ),
    _button(f"https://nam10.safelinks.protection.outlook.com/?url={QUOTED}", "Microsoft's Safe Links"),
    _link(f"https://l.facebook.com/l.php?u={QUOTED}&h=AT0", "redirect of Facebook"),
    _link(f"https://lm.facebook.com/l.php?u={QUOTED}", "redirect of Facebook"),
    _link(f"https://l.instagram.com/?u={QUOTED}&e=AT0", "redirect of Instagram"),
    _link(f"https://www.linkedin.com/redir/redirect?url={QUOTED}", "redirect of LinkedIn"),
    _link(f"https://www.youtube.com/redirect?event=x&q={QUOTED}", "redirect of YouTube"),
    _link(f"https://slack-redir.net/link?url={QUOTED}", "redirect of Slack"),
    _link("https://urldefense.com/v3/__https://www.ohchr.org/report__;!!abc!def$", "mail filter (Proofpoint)"),
    _link("https://urldefense.proofpoint.com/v2/url?u=https-3A__www.ohchr.org_report&d=Dw", "mail filter (Proofpoint)"),
    _link(f"https://linkprotect.cudasvc.com/url?a={QUOTED}&c=E", "mail filter (Barracuda)"),
    _link("https://protect-eu.mimecast.com/s/AbCdEfGhIjKl", "mail filter (Mimecast)"),
    _link("https://ushrnetwork.us1.list-manage.com/track/click?u=1&id=2&e=3", "newsletter (Mailchimp)"),
    _link("https://u123.ct.sendgrid.net/ls/click?upn=abcdef", "newsletter (SendGrid)"),
    _link("https://click.actionnetwork.org/ss/c/abcdef/ghi", "newsletter (Action Network)"),
    _link(f"https://www.google.com/url?q=https://l.facebook.com/l.php?u={QUOTED}", "redirect of Google"),
    _link(f"https://www.google.com/url?q={QUOTED}%3Futm_source%3Dx", "redirect of Google"),
]

NEAR = [
    *(
        _link(url)
        for url in (
            CLEAN,
            f"{CLEAN}?id=4",
            f"{CLEAN}?utm_source=ushrn",
            f"{CLEAN}?utm_source=newsletter&utm_campaign=october-2020",
            "https://www.example.org/report?utm_source=mailing",
            "https://news.example.org/report?utm_source=mailing&utm_medium=email",
            f"{CLEAN}#utm_source=x",
            f"{CLEAN}/utm_source",
            f"{CLEAN}?utm_source=",
            f"{CLEAN}?about=utm_source",
            f"{CLEAN}?session=12",
            f"{CLEAN}?sid=12",
            f"{CLEAN}?session_id=opening",
            f"{CLEAN}?sid=human-rights-council",
            f"{CLEAN}?session=46&agenda=6",
            f"{CLEAN}?ref=homepage",
            f"{CLEAN}?source=x",
            f"{CLEAN}?si=abc",
            "https://www.google.com/search?q=upr",
            "https://www.google.com/maps?q=Palais+des+Nations",
            "https://docs.google.com/forms/d/e/1abc/viewform",
            "https://drive.google.com/file/d/1abc/view?usp=sharing",
            "https://sites.google.com/url/upr",
            "https://www.google.com/url?q=upr",
            "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.ohchr.org",
            "https://x.com/intent/tweet?text=UPR&url=https%3A%2F%2Fwww.ohchr.org",
            "https://www.youtube.com/watch?v=abc&t=90s",
            "https://www.linkedin.com/company/ohchr",
            "https://us1.list-manage.com/subscribe?u=1&id=2",
            "https://mailchi.mp/ushrn/october",
            "https://actionnetwork.org/petitions/upr",
            "https://substack.com/@rights",
            "https://safelinks.example.org/?url=https%3A%2F%2Fwww.ohchr.org",
            "https://web.archive.org/web/2020/https://www.ohchr.org/report",
            "https://www.mimecast.com/about",
            "https://www.proofpoint.com/url?u=x",
            "mailto:upr@example.org?subject=utm_source=x",
            f"{CLEAN}?lang=es&page=2#:~:text=utm",
        )
    ),
    _button(f"{CLEAN}?utm_medium=email&utm_source=ushrn-updates"),
    _many(*(f"https://www.{host}.org/x?utm_source=mailing&utm_campaign=upr" for host in ("un", "ohchr", "rights"))),
]
