"""Pairs quotation marks, mended where agency copy leaves one out.

French marks « », curly “ ” and straight " are read paragraph by paragraph, so that an odd mark
never spoils more than its own paragraph; single marks count where they make a pair outside all others.
Marks inside an open stretch are nested and stay part of it. A mark that only its neighbours can explain
goes through ``_side``; what to do where the sides contradict each other (a second opening, a closing
without opening) is decided in ``_paragraph``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.annotate.quotations.patterns import AUXILIARY, HUMAN, INCISE_FORMS
from corpus.annotate.words import words_of
from corpus.model.article import Span

_MARK = re.compile(r"[«»“”„\"‹›]|''|<<|>>")
_SINGLE = re.compile(
    r"(?<![\w'’])['‘](?=[^\W\d_])(?!\w['’](?!\w))"  # not rock 'n' roll
    r"(?:[^'‘’«»“”„\"\n]|(?<=\w)['’](?=\w)){1,600}(?<![\s\xa0\u202f])['’](?![\w'’])"
)
"""« 'C'est non', répond Odile Ferrand »: a pair with no other mark inside, but for apostrophes between letters."""
_OPENING = "«“„‹<<"
_CLOSING = "»”›>>"
_OPENS_AFTER = " \n\t\xa0\u202f\u2009([{—–-'’:/*|"
_CLOSES_BEFORE = " \n\t\xa0\u202f\u2009)]}.,;:!?…—–-*/|"
_SPACE = " \n\t\xa0\u202f\u2009"
_NEVER_OPENED = _SPACE + ",;:!?)]}"
"""What no quotation begins with: « " Non ", dit-elle » closes before its comma."""
_SENTENCE_START = re.compile(r"[.!?…][\s\xa0]+(?=[\"«“]?[A-ZÀ-ÖØ-Þ])")
_SENTENCE_END = re.compile(r"[.!?…»”]")
_ABBREVIATED = re.compile(r"(?:^|[\s(.\-'’])(?:[A-Z]|MM?|Mm?e|Mlle|Dr|Pr|Me|St|Ste|[Cc]f|art|etc)\.$")
_INCISE = re.compile(
    r"(?P<before>[,!?…;.–—]|\.\.\.)[\s\xa0]+(?P<verbs>(?:(?:s|m|l|n)['’]|se |lui |leur |en |"
    r"nous )?(?:(?P<auxiliary>a|ont|avait|avaient|aura|est|sont|était|étaient) "
    r"(?:(?:ainsi|aussi|encore|alors|également|ensuite|notamment|par ailleurs|en outre|toutefois|déjà|même|enfin|"
    r"d['’]abord|cependant|pourtant|lui-même|elle-même) ){0,2})?(?P<verb>[\wéèêà-]+?))"
    r"(?:(?P<clitic>-t-(?:il|elle|on)|-(?:ils|elles|il|elle|on|t-ils))\b|"
    r"(?:[\s\xa0](?:hier|aujourd['’]hui|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ainsi|encore|aussi|alors|"
    r"pour sa part|de son côté|à l['’]AFP|soir|matin)){0,2}[\s\xa0](?P<subject>[\w’'.]+))"
)
_INCISE_MARK = re.compile(r"[,.!?;:](?=[\s\xa0]|$)|[,.](?=[\"»”])")
_INCISE_GOES_ON = re.compile(
    r"[\s\xa0]+(?:l['’]|le |la |un |une |son |sa |président|direct|porte-parole|chef|professeu|secrétaire|avocate? |"
    r"(?:(?:MM?\.|Mm?e|Mlle|Dr|Pr)[\s\xa0])?[A-ZÀ-Þ][\w’'-]+"
    r"(?:[\s\xa0](?:d[eu]s? |d['’]|la |von |van |ben )?[A-ZÀ-Þ][\w’'-]+){1,3}[,.]|"
    r"hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|devant |lors |dans |sur |au |en |qui )"
)
_APPOSITION = re.compile(r"[\s\xa0]+(?:[\w-]+ ans\b|(?P<word>[\w-]+))")
_BEARER = re.compile(
    r"née?|venue?|originaire|assise?|debout|"
    r"\w{3,}(?:eure?|euse|trice|ier|ière|iste|logue|ien|ienne|aire|graphe|ée?|i?ant|i?ante)s?"
)
"""What may follow a name between commas besides a role: « , raconte Odile Ferrand, ostréicultrice à Kervilly. »."""
_NO_BEARER = words_of("maintenant pourtant cependant faire taire plaire pendant durant devant avant tant autant leur")
_IMPERSONAL = words_of(
    "peut pouvait paraît parait semble faut fallait faudra soit fût est était serait sera dût fut suffit"
)
"""« paraît-il », « faut-il », « n'est-il pas »: nobody speaks."""
_CLOSES_LATER = re.compile(r"[,.!?](?=[\s\xa0])")
_SECONDS = re.compile(r"\d(?:\"|'')\d")  # couru en 9"81
_DETERMINERS = words_of("le la l' un une des les son sa ses leur leurs ce cet cette ces notre nos m. mme me")


_REACH = 500
"""How far a rule looks back from a mark, in characters, so that time stays linear."""


class Stretch(NamedTuple):
    """What stands between an opening mark and its closing one, marks and outer spaces excluded.

    ``start`` and ``end`` include the marks. ``paragraph`` is the index of the first paragraph among
    those given. ``incise`` is the span of « , dit-elle » where one stands inside the marks, else None.
    ``mended`` is true where a mark had to be supplied.
    """

    fragments: tuple[Span, ...]
    start: int
    end: int
    paragraph: int
    incise: Span | None = None
    mended: bool = False


class _Open(NamedTuple):
    position: int
    inside: int
    sign: str


def stretches(text: str, paragraphs: Sequence[Span]) -> tuple[Stretch, ...]:
    """Every marked stretch of the paragraphs in the order of the text; none overlaps another.

    An utterance that runs over several paragraphs (the opening mark repeated, the closing one
    only at its end) is one stretch with one fragment per paragraph.
    """
    found: list[Stretch] = []
    for index, paragraph in enumerate(paragraphs):
        carried = found[-1] if found and _runs_on(text, found[-1], paragraphs, index) else None
        read = list(_paragraph(text, paragraph, index, carried=carried is not None))
        read += _single(text, paragraph, index, read)
        read.sort(key=lambda one: one.start)
        if carried is not None and read:
            first = read.pop(0)
            joined = carried._replace(fragments=carried.fragments + first.fragments, end=first.end, mended=first.mended)
            found[-1] = joined
        for stretch in read:
            if found and found[-1].incise is not None and found[-1].incise.end == stretch.start:
                found[-1] = found[-1]._replace(fragments=found[-1].fragments + stretch.fragments, end=stretch.end)
            else:
                found.append(stretch)
    return tuple(found)


def _runs_on(text: str, last: Stretch, paragraphs: Sequence[Span], index: int) -> bool:
    """True if the last stretch was left open at the end of the previous paragraph and goes on here."""
    before = paragraphs[index - 1]
    if not last.mended or last.end != before.end:
        return False
    if text[before.end : paragraphs[index].start].strip():
        return False
    marks = list(_MARK.finditer(text, paragraphs[index].start, paragraphs[index].end))
    if not marks:
        return False
    first = marks[0]
    if first.start() == paragraphs[index].start:
        return True
    return _side(text, first) == "close" and not (first.group() in ('"', "''") and len(marks) % 2 == 0)


def _side(text: str, mark: re.Match[str]) -> str:
    """open, close or either: what a mark's own form and its neighbours say."""
    sign = mark.group()
    before = text[mark.start() - 1 : mark.start()] or "\n"
    after = text[mark.end() : mark.end() + 1] or "\n"
    opens = before in _OPENS_AFTER and after not in _NEVER_OPENED
    closes = after in _CLOSES_BEFORE and before not in _SPACE
    if sign in _OPENING:
        return "close" if sign == "«" and before not in _OPENS_AFTER and after in _CLOSES_BEFORE else "open"
    if sign in _CLOSING:
        return "open" if sign == "»" and before in _SPACE and after.isalnum() else "close"
    if opens == closes:
        return "either"
    return "open" if opens else "close"


def _family(sign: str) -> str:
    return "straight" if sign in ('"', "''") else "curly" if sign in "“”„" else "french"


def _paragraph(text: str, paragraph: Span, index: int, *, carried: bool) -> Iterator[Stretch]:
    """The stretches of one paragraph."""
    marks = [
        (mark, _side(text, mark))
        for mark in _MARK.finditer(text, paragraph.start, paragraph.end)
        if not _SECONDS.match(text, mark.start() - 1)
    ]
    opened: _Open | None = None
    depth = foreign = 0
    last_end = paragraph.start
    if carried and marks and marks[0][0].start() != paragraph.start:
        opened = _Open(paragraph.start, paragraph.start, marks[0][0].group())
    for position, (mark, seen) in enumerate(marks):
        sign = mark.group()
        side = "close" if sign == "“" and opened is not None and opened.sign == "„" else seen  # „Nein“
        left = len(marks) - 1 - position
        if opened is None:
            if side == "close":
                start = _lone_close_start(text, mark, last_end, left)
                if start is not None:
                    yield from _stretch(text, start, start, mark.start(), mark.end(), index, mended=True)
                    last_end = mark.end()
                continue
            if sign == ">>" or (sign == "<<" and side != "open"):
                continue
            opened, depth, foreign = _Open(mark.start(), mark.end(), sign), 0, 0
            continue
        other = _family(sign) != _family(opened.sign)
        foreign = max(foreign + (1 if side == "open" else -1), -1) if other else foreign  # « Il a dit : “Non.” »
        if other and (side == "open" or foreign >= 0 or _closes_later(marks, position, opened)):
            continue
        if side == "open":
            gap = _missing_close(text, opened, mark.start(), left, depth)
            if gap is None:
                depth += 1 if _has_room(marks, position, depth) else 0
                continue
            for stretch in _stretch(text, opened.position, opened.inside, gap, gap, index, mended=True):
                incise = incise_inside(text, gap, mark.start() + 1, at_once=True)
                yield stretch._replace(incise=Span(gap, mark.start())) if incise and not stretch.incise else stretch
            last_end = gap
            opened, depth = _Open(mark.start(), mark.end(), sign), 0
            continue
        if depth:
            depth -= 1
            continue
        yield from _stretch(text, opened.position, opened.inside, mark.start(), mark.end(), index, mended=False)
        last_end, opened = mark.end(), None
    if opened is not None:
        yield from _stretch(text, opened.position, opened.inside, paragraph.end, paragraph.end, index, mended=True)


def _single(text: str, paragraph: Span, index: int, read: Sequence[Stretch]) -> list[Stretch]:
    """The stretches between single marks that stand in no other stretch."""
    ends = [stretch.end for stretch in read]
    found: list[Stretch] = []
    for match in _SINGLE.finditer(text, paragraph.start, paragraph.end):
        start, end = match.span()
        after = bisect_right(ends, start)
        if after == len(read) or end <= read[after].start:
            found += _stretch(text, start, start + 1, end - 1, end, index, mended=False)
    return found


def _lone_close_start(text: str, mark: re.Match[str], last_end: int, left: int) -> int | None:
    """Where the words of a lone closing mark begin; None where it closes nothing (« un écran de 15" »)."""
    if mark.group() in ('"', "''") and text[mark.start() - 1 : mark.start()].isdigit() and left % 2:
        return None
    return _recovered_start(text, last_end, mark.start())


def _closes_later(marks: Sequence[tuple[re.Match[str], str]], position: int, opened: _Open) -> bool:
    """True if a mark of the open stretch's own kind follows."""
    following = marks[position + 1 : position + 40]
    return any(_family(mark.group()) == _family(opened.sign) for mark, _ in following)


def _has_room(marks: Sequence[tuple[re.Match[str], str]], position: int, depth: int) -> bool:
    """True if enough closing marks follow for the open stretch, the nested ones and this one."""
    balance, needed = 0, depth + 2
    for _, side in marks[position + 1 : position + 40]:
        balance += 1 if side == "close" else -1 if side == "open" else 0
        if balance >= needed:
            return True
    return False


def _missing_close(text: str, opened: _Open, mark: int, left: int, depth: int) -> int | None:
    """Where the open stretch must have ended although no mark says so; None if the new mark is nested."""
    incise = incise_inside(text, max(opened.inside, mark - _REACH), mark)
    if incise is not None and incise.end >= _rstrip(text, opened.inside, mark) - 1:
        return incise.start
    before = _rstrip(text, opened.inside, mark)
    if depth == 0 and left and text[before - 1] in ".!?…" and not _ABBREVIATED.search(text, max(before - 6, 0), before):
        return before
    return None


def _recovered_start(text: str, last_end: int, mark: int) -> int | None:
    """Where words that end with a lone closing mark may have begun: at the last sentence after an attribution."""
    if mark - last_end > 3 * _REACH:
        return None
    starts = [
        match.end()
        for match in _SENTENCE_START.finditer(text, last_end, mark)
        if not _ABBREVIATED.search(text, max(match.start() - 5, last_end), match.start() + 1)
    ]
    candidates = starts[:1] if starts else [last_end] if text[last_end - 1 : last_end] in ("\n", "") else []
    for start in candidates:
        if text.count(" ", start, mark) >= 3:
            return start
    return None


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return end


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _SPACE:
        start += 1
    end = _rstrip(text, start, end)
    return Span(start, end) if start < end else None


def _stretch(
    text: str, start: int, inside: int, close: int, end: int, index: int, *, mended: bool
) -> Iterator[Stretch]:
    """The stretch between two marks, cut where an incise stands inside; nothing if it holds no letter."""
    incise = incise_inside(text, inside, close)
    pieces = [(inside, close)] if incise is None else [(inside, incise.start), (incise.end, close)]
    fragments = []
    for first, last in pieces:
        fragment = _trimmed(text, first, last)
        if fragment is not None and any(sign.isalpha() for sign in text[fragment.start : fragment.end]):
            fragments.append(fragment)
    if fragments:
        yield Stretch(tuple(fragments), start, end, index, incise, mended)


def incise_inside(text: str, start: int, end: int, *, at_once: bool = False) -> Span | None:
    """The first « , raconte ce témoin. » between two offsets, without its end mark; None if there is none.

    The incise ends before the comma or full stop that closes it, or at ``end``.
    """
    position = start
    while match := _INCISE.search(text, position, end):
        position = match.start() + 1
        if at_once and match.start() > start:
            return None
        if (at_once or match.start() > start) and _attributes(match):
            named = (match["subject"] or "").endswith(".") and not _ABBREVIATED.search(text, match.start(), match.end())
            return Span(match.start(), _incise_end(text, match.end() - named, end))
    return None


def _attributes(match: re.Match[str]) -> bool:
    """True if what looks like an incise has a verb of speech and an inverted subject."""
    verb, auxiliary = match["verb"].lower(), (match["auxiliary"] or "").lower()
    if match["clitic"]:
        told = verb in INCISE_FORMS or verb in AUXILIARY or not (verb in _IMPERSONAL or _asks(match))
        return told and match["before"] != "." and not match["clitic"].endswith("on")
    if match["before"] in ".;" or verb not in INCISE_FORMS:
        return False
    if auxiliary and auxiliary not in AUXILIARY:
        return False
    if not auxiliary and verb.endswith(("é", "ée", "és", "ées", "ant", "er", "ez", "ons")):
        return False
    subject = match["subject"]
    head = re.split(r"['’]", subject.lower())
    return subject[0].isupper() or subject.lower() in _DETERMINERS or (len(head) > 1 and head[0] == "l")


def _asks(match: re.Match[str]) -> bool:
    """True where a pronoun is inverted because the sentence is a question: « Mais, viendra-t-il ? »."""
    end = _SENTENCE_END.search(match.string, match.end(), match.end() + _REACH)
    return end is None or end.group() == "?"


def _goes_on(text: str, position: int, end: int) -> re.Match[str] | None:
    """What shows that an incise goes on after a comma of its own; None where the quoted words go on."""
    told = _INCISE_GOES_ON.match(text, position, end)
    if told is not None:
        return told
    found = _APPOSITION.match(text, position, end)
    word = found["word"] if found else None
    borne = not word or word in HUMAN or (word not in _NO_BEARER and _BEARER.fullmatch(word))
    return found if borne else None


def _incise_end(text: str, position: int, end: int) -> int:
    """The offset after an incise: where its closing comma or full stop ends.

    « , dit la maire, Odile Ferrand, mardi. » has commas of its own: after an apposition, a day or a place.
    """
    for commas, match in enumerate(_INCISE_MARK.finditer(text, position, end)):
        if match.group() == "." and _ABBREVIATED.search(text, max(match.start() - 5, 0), match.end()):
            continue
        goes_on = _goes_on(text, match.end(), end) if match.group() == "," and commas < 5 else None
        if goes_on is None or not _CLOSES_LATER.search(text, goes_on.end(), min(end, goes_on.end() + 160)):
            return match.end()
    return end
