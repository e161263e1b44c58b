"""What stands around a name settles how far it goes and what it names.

Each function takes the mentions of an article in order and gives them back in order, some with other bounds or
another type, without those that name nobody, with those that their context names. The words are in patterns.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.annotate.entities.first_names import genders
from corpus.annotate.entities.links import key, link
from corpus.annotate.entities.mentions import READ, Mention
from corpus.annotate.entities.patterns import (
    AFTER_NOUN,
    AGENCIES,
    AGENCY,
    CAPITAL_ARTICLE,
    DISTRICT,
    ELIDED,
    EVENT,
    FOR_OR_AGAINST,
    GLUED_TITLE,
    GROUND,
    IN_BRACKETS,
    INSTITUTION,
    MINISTERS,
    NO_NAMES,
    OF,
    OF_STATE,
    OFFICE,
    OPEN_END,
    ORGANISED,
    PEOPLE_OF,
    PLACES,
    PLAYS,
    POSSESSIVE,
    RESULT,
    RIVAL,
    SCORE,
    SPORT,
    TEAM,
    TOWARDS,
)
from corpus.model.article import Paragraph


def whole_names(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions as far as their names go: « Conseil du » and « Ponant » are one, « Moody » is « Moody's »."""
    kept: list[Mention] = []
    for mention in mentions:
        start, end, kind = mention.start, mention.end, mention.type
        last = kept[-1] if kept else mention
        if kind in ("LOC", "ORG") and text[last.end : start] in (" ", "'", "’") and _goes_on(text, last):
            kept[-1] = last._replace(end=end)
            continue
        if POSSESSIVE.match(text, end):
            end += 2
        glued = GLUED_TITLE.match(text, start, end)
        if glued is not None:
            start, kind = glued.end(), "PER"
        if ELIDED.search(text, max(0, start - 3), start):
            start -= 2
        article = CAPITAL_ARTICLE.search(text, max(0, start - 4), start)
        if kind == "LOC" and article and link(text[article.start() : end]) == link(text[start:end]) is not None:
            start = article.start()
        kept.append(mention._replace(start=start, end=end, type=kind))
    closed = [
        (one, OPEN_END.search(text, one.start, one.end) or RESULT.search(text, one.start, one.end)) for one in kept
    ]
    whole = [one._replace(end=opened.start()) if opened else one for one, opened in closed]
    return [one for one in whole if not _names_nobody(text, one)]


def _goes_on(text: str, mention: Mention) -> bool:
    """Whether the words end in « de », and are no office, « ministre des Affaires odoniennes de »."""
    opened = OPEN_END.search(text, mention.start, mention.end)
    return bool(opened and opened["of"]) and OFFICE.search(text, max(0, mention.start - 40), mention.start) is None


def _names_nobody(text: str, mention: Mention) -> bool:
    """Whether the words only look like a name: the State, a currency, « pro-Kerl », « la Kerloise »."""
    words, before = text[mention.start : mention.end], text[max(0, mention.start - 8) : mention.start]
    if words in NO_NAMES or FOR_OR_AGAINST.match(words):
        return True
    woman = mention.type == "LOC" and PEOPLE_OF.fullmatch(words) and link(words) is None
    return bool(woman) and before.lower().endswith(("la ", "une ", "cette ", "jeune "))


_DOUBTED = 0.93
"""The model's confidence below which a lone surname behind a preposition of place is taken for a place."""


def places(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, a doubtful person of one word behind « à », « de » or « entre » as a place: « à Kerl »."""
    persons = {word for one in mentions if one.type == "PER" for word in text[one.start : one.end].split(" ")[1:]}
    return [
        one._replace(type="LOC")
        if one.type == "PER"
        and one.confidence is not None
        and one.confidence < _DOUBTED
        and (words := text[one.start : one.end]) not in persons
        and " " not in words
        and TOWARDS.search(text, max(0, one.start - 7), one.start)
        and key(words.partition("-")[0]) not in genders()
        else one
        for one in mentions
    ]


def persons(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, what ends in a person's full name as that name: « ministre de l'Eau Odile Ferrand »."""
    names = {words for one in mentions if one.type == "PER" and " " in (words := text[one.start : one.end])}
    kept: list[Mention] = []
    for mention in mentions:
        words = "" if mention.type == "PER" else text[mention.start : mention.end]
        name = max((name for name in names if words.endswith(f" {name}")), key=len, default=None)
        kept.append(mention._replace(start=mention.end - len(name), type="PER") if name else mention)
    return kept


def organisations(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those that their noun settles with other bounds or another type."""
    kept: list[Mention] = []
    for mention in mentions:
        settled = _settled(text, mention)
        while kept and kept[-1].end > settled.start:
            kept.pop()
        kept.append(settled)
    return kept


def _settled(text: str, mention: Mention) -> Mention:
    """The mention without « l'association » before it, or with « le tribunal de » before it."""
    start, end = mention.start, mention.end
    noun = ORGANISED.match(text, start, end)
    if noun is not None and text[noun.end() : noun.end() + 1].isupper():
        return mention._replace(start=noun.end(), type="ORG")
    named = AFTER_NOUN.search(text, max(0, start - 40), start) is not None
    if mention.type not in ("LOC", "ORG"):
        return mention._replace(type="ORG") if named and mention.type == "MISC" else mention
    if EVENT.fullmatch(text, start, end):
        return mention._replace(type="MISC")
    if named:
        return mention._replace(type="ORG")
    ministers = MINISTERS.match(text, start, end)
    if ministers is not None and link(text[ministers.end() : end]) is None:
        return mention._replace(start=ministers.end(), type="PER")
    if text[start:end] in PLACES or (link(text[start:end]) or "").startswith("iso3166:"):
        return mention._replace(type="LOC")
    linked = OF.search(text, max(0, start - 7), start) is not None
    if linked and (institution := INSTITUTION.search(text, max(0, start - 90), start)) is not None:
        return mention._replace(start=institution.start(), type="ORG")
    of_state = OF_STATE.match(text, start, end)
    if of_state is not None and link(text[of_state.end() : end]) is not None:
        return mention._replace(type="LOC")
    if mention.type == "LOC" and (district := DISTRICT.match(text, start, end)) is not None:
        return mention._replace(start=district.end())
    if mention.type == "LOC" and (ground := GROUND.search(text, max(0, start - 24), start)) is not None:
        return mention._replace(start=ground.start())
    return mention


def teams(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, in an article on a match towns that play and nicknames as organisations."""
    if len(SCORE.findall(text)) < 2 or len(SPORT.findall(text)) < 4:
        return list(mentions)
    kept: list[Mention] = []
    for mention in mentions:
        last = kept[-1] if kept else mention
        nicknamed = last.type == "ORG" and TEAM.search(text[max(0, last.start - 8) : last.start])
        if nicknamed and mention.type == "LOC" and OF.match(text, last.end, mention.start):
            kept[-1] = last._replace(end=mention.end)
        else:
            kept.append(mention._replace(type="ORG") if _plays(text, mention) else mention)
    return kept


def _plays(text: str, mention: Mention) -> bool:
    """Whether a town plays, « face à Kerl », or the words are a nickname of those who do, « les Goélands »."""
    before, words = text[max(0, mention.start - 24) : mention.start], text[mention.start : mention.end]
    if mention.type == "LOC" and (RIVAL.search(before) or PLAYS.match(text, mention.end)):
        return True
    return words.endswith("s") and " " not in words and bool(TEAM.search(before)) and link(words) is None


def with_acronyms(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, and the acronym in brackets behind an organisation as one too."""
    found = {mention.start: mention for mention in mentions}
    for mention in mentions:
        match = IN_BRACKETS.match(text, mention.end) if mention.type == "ORG" else None
        if match is not None and " " in text[mention.start : mention.end] and match["acronym"] not in AGENCIES:
            start, end = match.span("acronym")
            for other in [one for one in found.values() if one.start < end and start < one.end]:
                del found[other.start]
            found[start] = Mention(start, end, "ORG", mention.confidence)
    return sorted(found.values())


def with_agency(text: str, mentions: Sequence[Mention], paragraphs: Iterable[Paragraph]) -> list[Mention]:
    """The mentions, and the agency of a dateline, a last line or a credit, an organisation wherever it stands."""
    found = list(mentions)
    agencies = set()
    for paragraph in paragraphs:
        for match in AGENCY.finditer(text, paragraph.start, paragraph.end) if paragraph.role in READ else ():
            named = [Mention(*match.span(match.lastgroup or 0), "ORG")]
            agencies.add(text[named[0].start : named[0].end])
            if match["place"]:
                named.append(Mention(*match.span("place"), "LOC"))
            found = [one for one in found if all(one.end <= new.start or new.end <= one.start for new in named)] + named
    return [one._replace(type="ORG") if text[one.start : one.end] in agencies else one for one in sorted(found)]
