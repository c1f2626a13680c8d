"""The language of the mail."""

from tests.checks.build import HTML, Case


def _tags(outer: str, first: str = 'lang="en" dir="ltr"', says: str = "", language: str = "en", body: str = "") -> Case:
    html = HTML.replace('<html lang="en" dir="ltr">', f"<html {outer}>")
    html = html.replace('<div lang="en" dir="ltr">', f"<div {first}>").replace("{body}", body)
    return Case(html=html, issue={"language": language}, says=says, at=(None, None))


def _of(language: str, side: str = "ltr", issue: str = "") -> Case:
    both = f'lang="{language}" dir="{side}"'
    return _tags(both, both, language=issue or language)


def _part(attributes: str, says: str = "", level: str = "warning") -> Case:
    return Case(body=f"<p {attributes}>Texto</p>", says=says, level=level, at=(None, None))


BAD = [
    _tags('dir="ltr"', says="does not say in which language it is"),
    _tags('lang="" dir="ltr"', says="The mail does not say in which language it is"),
    _tags('lang="en"', says="does not say in which direction 'en' is written"),
    _tags('lang="en" dir=""', says="in which direction"),
    _tags('lang="en" dir="rtl"', says="says that it is written 'rtl', which 'en' is not"),
    _tags('lang="es" dir="ltr"', says="says that it is in 'es', but the issue is in 'en'"),
    _tags('lang="en" dir="ltr"', 'dir="ltr"', says="The first part of the mail's body does not say in which language"),
    _tags('lang="en" dir="ltr"', 'lang="en"', says="The first part of the mail's body does not say in which direction"),
    _tags('lang="en" dir="ltr"', 'lang="fr" dir="ltr"', says="is in 'fr', but the issue is in 'en'"),
    _tags('lang="ar" dir="ltr"', 'lang="ar" dir="rtl"', says="written 'ltr', which 'ar' is not", language="ar"),
    _tags('lang="ar" dir="rtl"', 'lang="ar"', says="in which direction 'ar'", language="ar"),
    _part('lang="english"', "'english' is no name of a language"),
    _part('lang="es_MX"', "'es_MX' is no name"),
    _part('lang="e"', "'e' is no name"),
    _part('lang="Español"', "no name of a language"),
]

NEAR = [
    Case(),
    _of("es"),
    _of("fr"),
    _of("pt-BR"),
    _of("zh-Hans"),
    _of("sr-Latn"),
    _of("ar", "rtl"),
    _of("he", "rtl"),
    _of("fa", "rtl"),
    _of("ckb", "rtl"),
    _of("ar-EG", "rtl", "ar"),
    _of("en-US", issue="en"),
    _of("en", issue="en-GB"),
    _of("EN", issue="en"),
    _of("es-419", issue="es"),
    _of("haw"),
    _tags(' DIR="LTR" LANG="en"'),
    _tags('xml:lang="en" lang="en" dir="ltr" xmlns="http://www.w3.org/1999/xhtml"'),
    _part('lang="es"'),
    _part('lang="pt-BR"'),
    _part('lang="zh-Hant-TW"'),
    _part('lang="ar" dir="rtl"'),
    _part('lang="es-419"'),
    _part('lang="sr-Cyrl-RS"'),
    _part('dir="rtl"'),
    _part('dir="auto"'),
    _part('lang=""'),
    _part('lang="english" style="display:none"'),
    _part('data-lang="english"'),
    _part('hreflang="english"'),
    Case(body='<p>lang="english"</p>'),
    Case(html="<p>A part of a page</p>"),
]
