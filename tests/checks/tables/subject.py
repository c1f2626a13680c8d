"""Subjects."""

from tests.checks.build import Case


def _subject(text: str, says: str = "") -> Case:
    return Case(issue={"subject": text}, says=says, at=(None, "subject"))


BAD = [
    _subject("October 2020 UPR Updates: everything that you need to know about the review", "has 75 characters"),
    _subject("Hello", "too short"),
    _subject("{{first_name}}", "empty for readers"),
    _subject("审议", "too short"),
    _subject("Watch the review!!!", "'!!!'"),
    _subject("What happens now???", "'???'"),
    _subject("WATCH THE REVIEW NOW", "shouts"),
    _subject("URGENT ACTION FOR THE UPR", "shouts"),
    _subject("VEA LA REVISIÓN EL 9 DE NOVIEMBRE", "shouts"),
    _subject("REGARDEZ L’EXAMEN MAINTENANT", "shouts"),
    _subject("{{first_name|friend}}, WATCH THE REVIEW ON NOVEMBER 9", "shouts"),
    _subject("RE: your message to us", "'RE:'"),
    _subject("Fwd: UPR updates of the Network", "'Fwd:'"),
    _subject("人权理事会普遍定期审议的最新消息以及如何在十一月九日观看现场直播的详细说明", "has 74 characters"),
]

NEAR = [
    _subject(text)
    for text in (
        "Watch the review on November 9",
        "URGENT: watch the review today",
        "UPR: OHCHR, USHRN and UNICEF meet",
        "USHRN UPR",
        "UNESCO, UNICEF, OHCHR",
        "US, UK, EU, UN at the UPR",
        "ACLU v. ICE: what comes next",
        "What happens now?",
        "What happens now?!",
        "We made it!",
        "Yes! We made it!",
        "x" * 20 + " " + "y" * 39,
        "{{first_name|friend}}, watch the review on November 9 with us!",
        "Reform now: nine missions agree",
        "Regarding the review",
        "Review: what nine missions said",
        "Free the press in Geneva",
        "¡Vea la revisión!",
        "شاهدوا الاستعراض يوم ٩ نوفمبر",
        "普遍定期审议最新消息",
        "NAACP at the HRC",
        "Covid-19 and the UPR",
        "Trade: what nine missions said",
        "Twitter: a how-to",
        "9 November, 14:30",
        "ICERD, CEDAW and CRC: three reviews",
        "Examen de los EE. UU.: qué sigue",
        "L’ONU et les USA : la suite",
        "Rewarding work in Geneva",
        "¿Qué sigue después del examen?",
        "Treaty news: who asked what!?",
    )
]
