"""The languages that an issue can be written in, by their tags (BCP 47)."""

# ISO 639-1, complete. Of the thousands of codes of three letters (ISO 639-3) none is held against a list.
_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_TWO_LETTERS = frozenset(_ISO_639_1.split())

# Countries in place of languages, codes of former days, and three letters where a language has two.
_OTHERS = (
    "al:sq at:de au:en bd:bn by:be cn:zh cz:cs dk:da gb:en ge:ka gr:el il:he ir:fa jp:ja kh:km "
    "mx:es np:ne pk:ur rs:sr ua:uk us:en vn:vi in:id iw:he ji:yi mo:ro "
    "ara:ar ben:bn ces:cs chi:zh cmn:zh cze:cs dan:da deu:de dut:nl ell:el eng:en fas:fa fin:fi fra:fr fre:fr "
    "ger:de gre:el heb:he hin:hi hun:hu ind:id ita:it jpn:ja khm:km kor:ko nld:nl nor:no per:fa pol:pl por:pt "
    "ron:ro rum:ro rus:ru spa:es swa:sw swe:sv tam:ta tha:th tur:tr ukr:uk urd:ur vie:vi zho:zh"
)
_MEANT = dict(pair.split(":") for pair in _OTHERS.split())


def check_language(tag: str) -> str:
    """``tag`` if its language can be one; else ValueError with the tag that was probably meant."""
    language, hyphen, rest = tag.partition("-")
    if language in _TWO_LETTERS or (len(language) == 3 and language not in _MEANT):
        return tag
    meant = _MEANT.get(language)
    mend = f"did you mean '{meant}{hyphen}{rest}'?" if meant else "write its two letters, such as en, es or pt-BR"
    raise ValueError(f"'{tag}' is not a language; {mend}")
