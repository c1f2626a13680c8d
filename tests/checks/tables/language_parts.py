"""Passages in other languages."""

from newsletter.items.kinds.text import Text
from tests.checks.build import Case

ENGLISH = "The review of the United States is on November 9, and it can be watched live on the web by all of us."
SPANISH = (
    "El examen de los Estados Unidos es el 9 de noviembre y se puede ver en directo por la web de las Naciones Unidas."
)
FRENCH = "L'examen des États-Unis est le 9 novembre, et nous vous invitons à le suivre en direct sur le site."
GERMAN = (
    "Die Überprüfung der Vereinigten Staaten ist am 9. November und wird live im Netz gezeigt, wir laden auch Sie ein."
)
ARABIC = "سيتم استعراض الولايات المتحدة في التاسع من نوفمبر ويمكن مشاهدته مباشرة"
RUSSIAN = "Обзор Соединенных Штатов состоится девятого ноября в Женеве"
CHINESE = "联合国人权理事会将于十一月九日对美国进行普遍定期审议，届时可在网上观看直播"


def _text(body: str, says: str = "", language: str = "en") -> Case:
    item = Text(id="a", title="A", body=body)
    return Case(issue={"items": (item,), "language": language}, says=says, level="note", at=("a", "body"))


def _introduction(value: str, says: str = "", language: str = "en") -> Case:
    issue = {"introduction": value, "language": language}
    return Case(issue=issue, says=says, level="note", at=(None, "introduction"))


BAD = [
    _text(SPANISH, "looks like Spanish, but the issue is in English"),
    _text(FRENCH, "looks like French, but the issue is in English"),
    _text(GERMAN, "looks like German"),
    _text(ARABIC, "looks like Arabic"),
    _text(RUSSIAN, "looks like Cyrillic"),
    _text(CHINESE, "looks like Chinese or Japanese"),
    _text(f"{ENGLISH}\n\n{SPANISH}\n\n{ENGLISH}", "looks like Spanish"),
    _text(f"> {SPANISH}", "looks like Spanish"),
    _text(f"- {SPANISH}", "looks like Spanish"),
    _text(ENGLISH, "looks like English, but the issue is in Spanish", "es"),
    _text(ENGLISH, "looks like English, but the issue is in French", "fr-CA"),
    _text(SPANISH, "looks like Spanish, but the issue is in French", "fr"),
    _text(RUSSIAN, "but the issue is in 'uz'", "uz"),
    _introduction(SPANISH, "looks like Spanish"),
]

NEAR = [
    Case(),
    _text(ENGLISH),
    _text(SPANISH, language="es"),
    _text(FRENCH, language="fr"),
    _text(GERMAN, language="de"),
    _text(ARABIC, language="ar"),
    _text(RUSSIAN, language="ru"),
    _text(RUSSIAN, language="uk"),
    _text(CHINESE, language="zh-Hans"),
    _text(CHINESE, language="ja"),
    _text("Nada sobre nosotros sin nosotros."),
    _text("The slogan *nada sobre nosotros sin nosotros* was on every banner in front of the Palais des Nations."),
    _text(
        "Signed by Centro de Derechos Humanos de la Montaña, Comité de Solidaridad con los Presos, Red de los Derechos."
    ),
    _text("We met the Ligue des droits de l'Homme, the Association pour le Développement and Médecins du Monde."),
    _text("Read « Les droits de l'homme en question » and the works of la Cour interaméricaine."),
    _text(
        "On 9 November the Coalición Nacional and the Movimiento de los Pueblos will meet at the Plaza de las Naciones."
    ),
    _text("Москва and Київ were named"),
    _text("The word حقوق means rights, and it was on the banner of the group that came from Cairo to Geneva."),
    _text("She signed as 李明."),
    _text(f"```\n{SPANISH}\n```"),
    _text(f"~~~\n{ARABIC}\n~~~"),
    _text(f"`{SPANISH}`"),
    _text("[the record](https://example.org/el-examen-de-los-estados-unidos-es-el-9-de-noviembre-y-por-la-web-de-las)"),
    _text("{{first_name|amigo}}"),
    _text("AFSC, AIUSA, ACLU, NLG, USHRN, HRW, FIDH, OMCT, CCPR, CELS"),
    _text("9. 11. 2020, 14:30–18:00"),
    _text("| Day | Hour |\n|---|---|\n| 9 | 14:30 |"),
    _text("- Alabama\n- Alaska\n- Arizona\n- Arkansas\n- California\n- Colorado\n- Connecticut\n- Delaware\n- Florida"),
    _text(ENGLISH, language="sw"),
    _text(ENGLISH, language="ar"),
    _text("Die-in at noon: die, was, an, in, so, as, to, at, on, we, us, me, is, it"),
    _text("Les Amis, Le Monde, La Croix, L'Humanité, Le Figaro, Les Échos, La Tribune and Le Temps wrote about it."),
    _introduction(ENGLISH),
]
