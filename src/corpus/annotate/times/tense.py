"""Whether a sentence looks back or ahead, at the place of an expression: what « mardi » needs to become a day.

With tokens the verbs' features tell; without, the endings and a few frequent forms do. Words of planning win over the
form of the verb (« la réunion prévue mardi » lies ahead). To add such a word: one alternative in ``_PLANNED``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from corpus.annotate.spans import Sentence, Token

PAST, PRESENT, FUTURE, UNKNOWN = "past", "present", "future", "unknown"
SINCE = "since"
"""« depuis mardi »: what is told has begun, whatever the verb says."""
REACH = 160
"""How many code points around an expression are read for a verb."""

_PLANNED = re.compile(
    r"\b(?:prévue?s?|attendue?s?|programmée?s?|planifiée?s?|fixée?s? (?:au|à)|reportée?s? (?:au|à)|"
    r"repoussée?s? (?:au|à)|convoquée?s?|d['’]ici|à partir|jusqu['’]à|à paraître|à venir|prochaine?s?|doit|doivent|"
    r"devra|devrait|devraient|devront|va|vont|allait|allaient|aura lieu|auront lieu|sera|seront|serait|seraient|"
    r"compte|comptent|espère|espèrent|pourrait|pourraient|envisage|rendez-vous|prévoit|prévoient|se tiendra|"
    r"se tiendront|disputera|affrontera|s['’]apprête)\b",
    re.IGNORECASE,
)
_INTENDED = re.compile(
    r"\b(?:décid|appel|invit|demand|promis|promet|envisag|prév|compt|souhait|veu[lt]|voul|espér|menac|entend|accept|"
    r"propos|exig|permet|accord|autoris|oblig|exhort|attend|doi|dev|pourr|peu[tv])\w* (?:[^\s,;:]+ ){0,6}?(?:de |"
    r"d['’]|à |)(?:ne pas |se |s['’]|y |le |la |les |l['’])?"
    r"(?!(?:entre|contre|outre|notre|votre|autre|quatre|mètre|titre|litre|ministère|maire|salaire|guerre|terre|frontière|"
    r"septembre|octobre|novembre|décembre|nombre|ordre|premier|dernier|janvier|février|hier|chantier|quartier|avenir|"
    r"soir|espoir|pouvoir)\b)[a-zà-öø-ÿœ]{2,}(?:er|ir|re|oir)\b",
    re.IGNORECASE,
)
"""An intention and its infinitive: « il a décidé de se rendre mardi », « elle devrait pouvoir répondre jeudi »."""
_CALLED = re.compile(
    r"\bappel\w* (?:[^\s,;:]+ ){0,4}?(?:à (?:la |une |des )?|au )(?:nouvelle |vaste )?(?:journée|grève|manifest\w+|"
    r"rassemblement\w*|mobilisation|boycott|débrayage|marche)\b",
    re.IGNORECASE,
)
"""« Les syndicats ont appelé à une journée de grève mardi »."""
_FUTURE_FORM = re.compile(
    r"\b[a-zà-öø-ÿœ]{2,}(?:era|eront|ira|iront|dra|dront|vra|vront|aura|auront|sera|seront|erait|eraient|irait|drait)\b"
)
_NOT_VERBS = frozenset(("opéra", "caméra", "verra-t", "chaudra", "saura-t", "sierra", "tiara", "libera"))
_PAST_FORM = re.compile(
    r"\b(?:(?:a|ont|avait|avaient|est|sont|était|étaient|fut|furent|eut|s['’]est|se sont|ai|avons|"
    r"sommes)(?:-t-\w+)?(?: \w+){0,2}? \w+(?:é|ée|és|ées|i|ie|is|it|u|ue|us|ues|ert|ort|int|aint)|\w{3,}(?:ait|aient|"
    r"èrent|irent|urent)|était|avait|fut)\b"
)


_LED = re.compile(
    r"(?<!\w)(?:(?P<since>depuis|dès lors)|pour|d['’]ici(?: à| au)?|au plus tard|à compter|à venir)(?: le| la| l['’]|"
    r" du| de| en| fin| début| mi| ce)*[ -]?\Z",
    re.IGNORECASE,
)
"""What says on which side of the article a day lies: « depuis mars », « la fermeture est annoncée pour le 30 juin »."""


class Tenses:
    """The tense around any place of one article's text; sentences are read only when asked about."""

    def __init__(self, text: str, sentences: tuple[Sentence, ...]) -> None:
        self._text = text
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]

    def at(self, start: int, end: int, first: int, last: int) -> str:
        """The tense at an expression of the paragraph ``first``..``last``."""
        led = _LED.search(self._text, max(first, start - 20), start)
        if led:
            return SINCE if led["since"] else FUTURE
        index = bisect_right(self._starts, start) - 1
        if index >= 0 and start < self._sentences[index].end and self._sentences[index].tokens:
            sentence = self._sentences[index]
            return self._told_by_tokens(sentence, start, end)
        left = max(first, start - REACH)
        cut = max(self._text.rfind(mark, left, start) for mark in (". ", "! ", "? ", "; "))
        stop = self._text.find(". ", end, min(last, end + REACH))
        before = self._text[max(left, cut + 1) : start]
        after = self._text[end : stop if stop >= 0 else min(last, end + REACH)]
        return _told_by_surface(before, after)

    def _told_by_tokens(self, sentence: Sentence, start: int, end: int) -> str:
        if _lies_ahead(self._text[max(sentence.start, start - 120) : start]):
            return FUTURE
        first = bisect_left(sentence.tokens, start - REACH, key=_start)
        last = bisect_right(sentence.tokens, end + REACH, key=_start)
        around = sentence.tokens[first:last]
        verbs = [one for one in around if one.upos in ("VERB", "AUX") and not start <= one.start < end]
        turns = self._text.startswith((" et ", " mais "), end)
        if _SOURCE.search(self._text, max(sentence.start, start - _SOURCE_REACH), start):
            return PAST
        told = [
            (_distance(token, start, end) + (_NEXT_CLAUSE if token.start > end and turns else 0), tense)
            for previous, token, following in zip((None, *verbs), verbs, (*verbs[1:], None), strict=False)
            if (tense := self._tense(previous, token, following))
        ]
        if not told:
            after = self._text[end : min(sentence.end, end + 60)]
            return _told_by_surface(self._text[max(sentence.start, start - REACH) : start], after)
        return min(told)[1]

    def _tense(self, previous: Token | None, token: Token, following: Token | None) -> str:
        """The tense of a verb, empty where the verb that follows tells it (« a » in « a déclaré »).

        A passive with a present auxiliary (« le match est retransmis samedi ») is no past.
        """
        feats, form = token.feats, self._text[token.start : token.end].lower()
        if "Tense=Pres" in feats and _COMPOUND.match(self._text, token.start):
            return PAST
        if (
            token.lemma == "avoir"
            and form.startswith("aur")
            and "VerbForm=Part" in (following.feats if following else "")
        ):
            return ""  # aurait quitté
        if _LIKE_FUTURE.fullmatch(form) and not _NO_FUTURE.match(f"{token.lemma} {form}"):
            return FUTURE
        if "VerbForm=Part" in feats and token.lemma.endswith("er") and form.endswith(("e", "ent")) and form[-2] != "é":
            return PRESENT  # convoque, where the tagger sees a participle
        if (
            "VerbForm=Part" in feats
            and previous is not None
            and previous.upos == "AUX"
            and "Tense=Pres" in previous.feats
        ):
            if token.lemma in _BY_ETRE:
                return PAST
            if _REFLEXIVE.search(self._text, max(0, previous.start - 6), previous.start):  # s'est ouverte
                return PAST
            if "Voice=Pass" in feats or (previous.lemma == "être" and token.start - previous.end < _APART):
                return PRESENT
        if "Tense=Fut" in feats or "Mood=Cnd" in feats:
            return FUTURE
        if "Tense=Past" in feats or "Tense=Imp" in feats:
            return UNKNOWN if _DUTY.fullmatch(token.lemma) else PAST
        if "Tense=Pres" not in feats or "VerbForm=Part" in feats:
            return ""
        if token.lemma in _SAYING:
            return UNKNOWN
        compound = token.upos == "AUX" and following is not None and following.start - token.end < _APART
        return "" if compound and following is not None and "VerbForm=Part" in following.feats else PRESENT


_NEXT_CLAUSE = 30
"""How much farther a verb counts behind « et »: « n'entrera en vigueur qu'en mars et convoque … »."""


def _start(token: Token) -> int:
    return token.start


def _distance(token: Token, start: int, end: int) -> int:
    return start - token.end if token.end <= start else 2 * max(0, token.start - end)


_COMPOUND = re.compile(
    r"(?:(?:a|ont|ai|avons|as)(?:-t-\w+)?(?: (?:[a-zà-ÿ]+ment|pas|plus|jamais|donc|aussi|déjà|bien|tout|encore|été|"
    r"ainsi)){0,2} [a-zà-ÿ]+(?:é|ée|és|ées|i|is|it|u|ue|us|ues|ert|ort|int|aint)"
    r"|(?:est|sont)(?: (?:[a-zà-ÿ]+ment|pas|plus|jamais|donc|aussi|déjà|bien|tous|toutes))?"
    r" (?:parti|venu|arrivé|mort|né|tombé|entré|sorti|allé|monté|descendu|devenu|revenu|resté|apparu|parvenu|intervenu|"
    r"survenu|reparti|rentré|décédé)e?s?)\b"
)
"""A past that needs no tag: « a donc tranché », « sont parties »."""
_LIKE_FUTURE = re.compile(r"\w{2,}r(?:a|ont|ait|aient)")
_NO_FUTURE = re.compile(r"\w+rer \w*[^e]r(?:a|ont|ait|aient)|\w+rir \w*[^ri]r(?:a|ont|ait|aient)")
"""Verbs whose past may end like a future, before their form: « tira », « ouvrait », not « ouvrira »."""
_BY_ETRE = frozenset(
    (
        *("aller", "venir", "arriver", "partir", "entrer", "sortir", "naître", "mourir", "tomber", "rester", "monter"),
        *("descendre", "retourner", "devenir", "revenir", "passer", "parvenir", "intervenir", "survenir", "repartir"),
        *("rentrer", "décéder", "apparaître"),
    )
)
"""Verbs whose past is told with « est »: « il est mort », but « le vote est reporté »."""
_SAYING = frozenset(
    (
        *(
            "dire",
            "expliquer",
            "assurer",
            "indiquer",
            "déclarer",
            "affirmer",
            "préciser",
            "annoncer",
            "estimer",
            "noter",
        ),
        *("souligner", "rappeler", "confier", "raconter", "juger", "regretter", "ajouter", "lancer", "répondre"),
        *("résumer", "conclure", "reconnaître", "admettre", "dénoncer", "insister", "témoigner", "avertir", "écrire"),
    )
)
"""« assure mardi le préfet » tells of a day that is past."""
_DUTY = re.compile(r"devoir")
"""« Le vote devait avoir lieu samedi » tells nothing of before or after."""


_REFLEXIVE = re.compile(r"(?:\bs['’]|\bse |\bm['’]|\bme |\bnous )\Z")
_SOURCE = re.compile(r"(?:^|\W)(?:[Ss]elon|[Dd]['’]après) [^,;:.]{2,60}\Z")
_SOURCE_REACH = 70
"""« Selon un sondage publié mardi, les deux tiers souhaitent … »."""
_APART = 25
"""How many code points an auxiliary may stand from its participle."""


def _lies_ahead(before: str) -> bool:
    """Whether a plan or an intention is the last thing told before an expression."""
    if _planned_last(before[-45:]):
        return True
    last = _last(_INTENDED, before) or _last(_CALLED, before)
    return (
        last is not None
        and not re.search(r"[;:»\"]", before[last.end() :])
        and not _PAST_FORM.search(before, last.end())
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match of a pattern."""
    matches = list(pattern.finditer(text))
    return matches[-1] if matches else None


def _planned_last(before: str) -> bool:
    """Whether a word of planning stands before, in the same clause, with no past form after it."""
    last = _last(_PLANNED, before)
    if last is None or re.search(r"[;:»]", before[last.end() :]):
        return False
    return _PAST_FORM.search(before, last.end()) is None


def _told_by_surface(before: str, after: str) -> str:
    if _lies_ahead(before[-120:]):
        return FUTURE
    marks = []
    for pattern, tense in ((_PAST_FORM, PAST), (_FUTURE_FORM, FUTURE)):
        marks += [
            (len(before) - found.end(), tense) for found in pattern.finditer(before) if found[0] not in _NOT_VERBS
        ]
        marks += [(2 * found.start(), tense) for found in pattern.finditer(after) if found[0] not in _NOT_VERBS]
    return min(marks)[1] if marks else UNKNOWN
