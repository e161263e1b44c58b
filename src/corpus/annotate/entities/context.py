"""What stands around a name settles how far it goes and what it names.

Each function takes the mentions of an article in order and gives them back in order, some with other bounds or
another type, without those that name nobody, with those that their context names. The words are in patterns.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.annotate.entities.links import link
from corpus.annotate.entities.mentions import MISTAKEN, READ, Mention
from corpus.annotate.entities.patterns import (
    AGENCIES,
    AGENCY,
    CAPITAL_ARTICLE,
    EVENT,
    FOR_OR_AGAINST,
    GLUED_TITLE,
    IN_BRACKETS,
    INSTITUTION,
    NO_NAMES,
    OFFICE,
    OPEN_END,
    ORGANISED,
    PEOPLE_OF,
    POSSESSIVE,
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
        article = CAPITAL_ARTICLE.search(text, max(0, start - 4), start)
        if kind == "LOC" and article and link(text[article.start() : end]) == link(text[start:end]) is not None:
            start = article.start()
        kept.append(mention._replace(start=start, end=end, type=kind))
    closed = [(one, OPEN_END.search(text, one.start, one.end)) for one in kept]
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


def of_an_organisation(text: str, mention: Mention) -> Mention:
    """The mention without « l'association » before it, or with « le tribunal de » before it; an organisation both."""
    noun = ORGANISED.match(text, mention.start, mention.end)
    if noun is not None and text[noun.end() : noun.end() + 1].isupper():
        return mention._replace(start=noun.end(), type="ORG")
    before = text[max(0, mention.start - 80) : mention.start]
    institution = INSTITUTION.search(before)
    one_of_several = institution is not None and before[: institution.start()].endswith(("un ", "une ", "Un ", "Une "))
    if institution is not None and not one_of_several and mention.type in ("LOC", "ORG"):
        return mention._replace(start=mention.start - len(before) + institution.start(), type="ORG")
    if mention.type in ("LOC", "ORG") and EVENT.fullmatch(text, mention.start, mention.end):
        return mention._replace(type="MISC")
    after_noun = any(match.end() == len(before) for match in ORGANISED.finditer(before))
    return mention._replace(type="ORG") if after_noun and mention.type in MISTAKEN else mention


def with_acronyms(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, and the acronym in brackets behind an organisation as one too."""
    found = {mention.start: mention for mention in mentions}
    for mention in mentions:
        match = IN_BRACKETS.match(text, mention.end) if mention.type == "ORG" else None
        if match is not None and " " in text[mention.start : mention.end] and match["acronym"] not in AGENCIES:
            start, end = match.span("acronym")
            there = found.get(start, Mention(start, end, "ORG"))
            found[start] = there._replace(end=max(end, there.end), type="ORG")
    return sorted(found.values())


def with_agency(text: str, mentions: Sequence[Mention], paragraphs: Iterable[Paragraph]) -> list[Mention]:
    """The mentions, and the agency that a dateline, a last line or a credit names."""
    found = {mention.start: mention for mention in mentions}
    for paragraph in paragraphs:
        for match in AGENCY.finditer(text, paragraph.start, paragraph.end) if paragraph.role in READ else ():
            start, end = match.span(match.lastgroup or 0)
            if not any(one.start < end and start < one.end and one.start != start for one in found.values()):
                found[start] = Mention(start, end, "ORG")
    return sorted(found.values())
