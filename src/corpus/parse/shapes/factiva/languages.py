"""The names of languages in the languages of Factiva's interface, those of the Far East where they are common.

A line is a language: its ISO 639-1 code, and its names.
"""

from __future__ import annotations

import re

_NAMES = """
fr 法语 法語 法文 フランス語 français french französisch francés francese francês французский
en 英语 英語 英文 anglais english englisch inglés inglese inglês английский
de 德语 德語 德文 ドイツ語 allemand german deutsch alemán tedesco alemão немецкий
es 西班牙语 西班牙語 スペイン語 espagnol spanish spanisch español spagnolo espanhol castellano испанский
it italien italian italienisch italiano итальянский
pt portugais portuguese portugiesisch portugués portoghese português португальский
nl néerlandais dutch niederländisch neerlandés holandés olandese holandês нидерландский голландский
ca catalan katalanisch catalán catalano catalão
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
"""
_CODES = {name: code for code, *names in map(str.split, _NAMES.strip().splitlines()) for name in (code, *names)}
_WRITING = re.compile(r"\s*[(,–-].*\Z", re.DOTALL)
_LETTERS = re.compile(r"[^\w]+")


def language_of(written: str) -> str | None:
    """The ISO 639-1 code of a language by its name or code; None for a name that is not known.

    >>> language_of("Englisch"), language_of("Chinois - traditionnel"), language_of("FR"), language_of("Locale")
    ('en', 'zh', 'fr', None)
    """
    return _CODES.get(_LETTERS.sub("", _WRITING.sub("", written.strip()).casefold()))
