"""Languages as databases, newsrooms and programs name them: by a name in the language of an interface, or by a tag."""

from __future__ import annotations

import re
from functools import lru_cache

# A line is a language: its ISO 639-1 code, and its names, those of the Far East where they are common.
_NAMES = """
fr 法语 法語 法文 フランス語 français french französisch francés francese francês французский frances frans francais
en 英语 英語 英文 anglais english englisch inglés inglese inglês английский engels ingles
de 德语 德語 德文 ドイツ語 allemand german deutsch alemán tedesco alemão немецкий duits
es 西班牙语 西班牙語 スペイン語 espagnol spanish spanisch español spagnolo espanhol castellano испанский spaans espanol
it italien italian italienisch italiano итальянский italiaans
pt portugais portuguese portugiesisch portugués portoghese português португальский portugees portugues
nl néerlandais dutch niederländisch neerlandés holandés olandese holandês
nl нидерландский голландский nederlands neerlandais
ca catalan katalanisch catalán catalano catalão català
da danois danish dänisch danés danese dinamarquês
sv suédois swedish schwedisch sueco svedese
no norvégien norwegian norwegisch noruego norvegese norueguês
fi finnois finlandais finnish finnisch finés finlandés finlandese finlandês
pl polonais polish polnisch polaco polacco polonês
cs tchèque czech tschechisch checo ceco tcheco
sk slovaque slovak slowakisch eslovaco slovacco
hu hongrois hungarian ungarisch húngaro ungherese
ro roumain romanian rumänisch rumano romeno
bg bulgare bulgarian bulgarisch búlgaro bulgaro
hr croate croatian kroatisch croata croato
sr serbe serbian serbisch serbio serbo
sl slovène slovenian slowenisch esloveno sloveno
et estonien estonian estnisch estonio estone
lv letton latvian lettisch letón lettone
lt lituanien lithuanian litauisch lituano
el grec greek griechisch griego greco grego
ru russe russian russisch ruso russo русский
uk ukrainien ukrainian ukrainisch ucraniano ucraino
tr turc turkish türkisch turco
ar arabe arabic arabisch árabe arabo арабский
he hébreu hebrew hebräisch hebreo ebraico hebraico
zh 中文 汉语 中国語 chinois chinese chinesisch chino cinese chinês zhcn zhtw китайский
ja 日语 日文 日本語 japonais japanese japanisch japonés giapponese japonês японский
ko coréen korean koreanisch coreano
vi vietnamien vietnamese vietnamesisch vietnamita
th thaï thai thailändisch tailandés tailandese tailandês
id indonésien indonesian indonesisch indonesio indonesiano indonésio bahasaindonesia
ms malais malay malaiisch malayo malese malaio bahasamalaysia malaisien
eu basque baskisch vasco euskera basco
gl galicien galician galicisch gallego galiziano galego
br breton brezhoneg
oc occitan
wo wolof
ln lingala
"""
_CODES = {name: code for code, *names in map(str.split, _NAMES.strip().splitlines()) for name in (code, *names)}
_OF_THREE_LETTERS = """
    nb no, nn no, nob no, nno no, nor no, fra fr, fre fr, eng en, deu de, ger de, ita it, spa es, nld nl, dut nl, por pt
    cat ca, bre br, oci oc, dan da, swe sv, fin fi, pol pl, ron ro, rum ro, ces cs, cze cs, hun hu, ell el, gre el
    ara ar, rus ru, ukr uk, tur tr, heb he, jpn ja, zho zh, chi zh, wol wo, lin ln
"""
_OF_TWO_LETTERS = dict(map(str.split, _OF_THREE_LETTERS.replace("\n", ",").strip(" ,").split(",")))
"""The code of two letters of languages that have one beside that of three; Bokmål and Nynorsk are Norwegian."""
_WRITING = re.compile(r"\s*[(,–-].*\Z", re.DOTALL)
_LETTERS = re.compile(r"[^\w]+")
_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_][\w-]*)?")
_APART = re.compile(r"\s*[,;|/]+\s*|\s+(?:et|and)\s+")
_LONGEST = 200
"""No name of languages is longer than this many characters."""


def language_named(written: str) -> str | None:
    """The ISO 639-1 code of a language by its name or code; None for a name that is not known.

    >>> language_named("Englisch"), language_named("Chinois - traditionnel"), language_named("FR")
    ('en', 'zh', 'fr')
    """
    return _CODES.get(_LETTERS.sub("", _WRITING.sub("", written.strip()).casefold()))


def language_of(*written: str) -> str | None:
    """The first of these that is a language tag, as its code of ISO 639: « fr-BE » and « fra » are ``fr``."""
    for one in written:
        if found := _TAG.fullmatch(one.strip()):
            return _OF_TWO_LETTERS.get(found[1].lower(), found[1].lower())
    return None


@lru_cache(maxsize=4096)
def one_language(written: str) -> str | None:
    """The code of a language by name or tag; None for one that is not known, or for several, of which none is first.

    >>> one_language("Français (France)"), one_language("FRENCH; FRANÇAIS"), one_language("fr, en")
    ('fr', 'fr', None)
    """
    parts = (part for part in _APART.split(written[:_LONGEST]) if part.strip())
    codes = {language_named(part) or language_of(part) for part in parts}
    code = codes.pop() if len(codes) == 1 else None
    return code if code and len(code) == 2 else None
