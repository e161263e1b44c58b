"""Sentences by rules: where a full stop ends one, where it belongs to an abbreviation, and why.

No parser: a parser cuts « chef d'état | -major » and costs a hundred times as much. One
regular expression finds the marks that may end a sentence; a function per kind of mark
decides from the words on both sides. What the rules know stands in splitting_patterns.py;
a new abbreviation goes there, a new kind of decision here.

Every paragraph ends a sentence. A closing quotation mark or bracket belongs to the sentence
that it closes. White space between sentences belongs to none. Time is linear: every look to
the left or the right is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from corpus.annotate.sentences.splitting_patterns import (
    DAY_AND_MONTH,
    DOMAINS,
    INITIALS,
    LETTERED,
    LIST_MARK,
    MAY_END,
    MONTHS,
    NAMES_WITH_A_MARK,
    NEVER_END,
    NEVER_END_BEFORE_A_NUMBER,
    ONLY_BEFORE_A_NUMBER,
    OPENERS,
    STOP,
    SUBHEADING,
    WEEKDAYS,
)
from corpus.model.article import Paragraph, Span

_REACH = 24
"""How far a rule looks to the left for a word, in characters."""

_PARENTHESIS_REACH = 300
_QUOTATION_REACH = 2000
_AHEAD = 12
_SHORT_LINE = 60
_OPENING = '«“"‹'
_DASHES = "-–—"
_DEGREES = tuple("°0123456789")  # 2° C. Le vent
_GOES_ON = ",;:)]}»/%&+=*_|"
_NOT_IN_A_WORD = '«»“”"‹›‘()[]{}¿¡—–…,;:/ \n\t\xa0\u202f\u2009'


def split_sentences(text: str, paragraphs: Iterable[Paragraph | Span]) -> tuple[Span, ...]:
    """The sentences of each paragraph, in order; none crosses a paragraph or begins or ends with white space.

    >>> split_sentences("Mme Roux part. Elle a dit : « Non. »", [Span(0, 36)])
    (Span(start=0, end=14), Span(start=15, end=36))
    """
    found: list[Span] = []
    for paragraph in paragraphs:
        for start, end in _runs(text, paragraph.start, paragraph.end):
            for left, right in pairwise((start, *_cuts(text, start, end), end)):
                words = text[left:right].lstrip()
                bare = words.rstrip()
                if bare:
                    begun = right - len(words)
                    found.append(Span(begun, begun + len(bare)))
    return tuple(found)


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a paragraph that lines keep apart: a line may be wrapped, or stand for itself."""
    begun = line = start
    at = text.find("\n", start, end)
    while at >= 0:
        stands_alone = at - line < _SHORT_LINE and text[at - 1] not in ",;-" and not text[at + 1 : at + 2].islower()
        if stands_alone or LIST_MARK.match(text, at + 1, end):
            yield begun, at
            begun = at + 1
        line = at + 1
        at = text.find("\n", line, end)
    yield begun, end


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets inside a run where one sentence ends and the next begins, rising."""
    since = start
    quotes, counted = 0, start
    for stop in STOP.finditer(text, start, end):
        mark_end, closed, cut = stop.end(1), stop.end(2), stop.end()
        if cut == end:
            return
        if (cut == closed and text[mark_end:closed] == '"') or (cut > closed and text[cut] == '"'):
            quotes += text.count('"', counted, mark_end)
            counted = mark_end
            inside = _inside_straight_marks(
                text, max(start, mark_end - _QUOTATION_REACH), mark_end, odd=quotes % 2 == 1
            )
            closed, cut = _straight_mark(text, mark_end, closed, cut, end, inside=inside)
        if cut < end and _ends(text, since, stop.start(), mark_end, closed, cut, end):
            since = cut
            yield cut
            heading = SUBHEADING.match(text, cut, end) if text[cut] in _DASHES else None
            if heading and heading.end() < end:
                since = heading.end()
                yield since


def _inside_straight_marks(text: str, start: int, at: int, *, odd: bool) -> bool:
    """Whether the last straight mark before an offset opened a quotation, by its spacing, else by ``odd``."""
    last = text.rfind('"', start, at)
    if last <= start:
        return last == start or odd
    opens = text[last - 1].isspace() or text[last - 1] in "(['’"
    closes = not text[last + 1].isalnum()
    return odd if opens == closes else opens


def _straight_mark(text: str, mark_end: int, closed: int, cut: int, end: int, *, inside: bool) -> tuple[int, int]:
    """Where a sentence's closing marks and the white space behind them end, seen from a straight mark.

    « fin."Le » : glued, the mark closes where one is open (``inside``), else it opens the next
    sentence. « fin. " Le » : parted by space on both sides, likewise.
    """
    if cut == closed:
        return (closed, cut) if inside else (mark_end, mark_end)
    if inside and text[cut + 1 : cut + 2].isspace():
        closed = cut + 1
        cut = closed + 1
        while cut < end and text[cut].isspace():
            cut += 1
    return closed, cut


def _ends(text: str, since: int, mark: int, mark_end: int, closed: int, cut: int, end: int) -> bool:
    """Whether the sentence begun at ``since`` ends with the marks before ``cut``, where a next word may begin."""
    word_at = cut
    limit = min(end, cut + _AHEAD)
    while word_at < limit and not text[word_at].isalnum():
        word_at += 1
    if word_at == limit or text[cut] in _GOES_ON:
        return False
    head = text[word_at]
    glued = cut == closed
    if head.islower():
        # « C'est fait. « nous partons » » ends; « Quoi ? – rien » and « Eh ! dit-il » do not.
        sloppy = not glued and text[cut] in _OPENING and mark_end - mark == 1 and text[mark] == "."
        if not sloppy:
            return False
    if glued and not _parts(text, mark, mark_end, closed, word_at, end):
        return False
    if closed > mark_end and text[closed - 1] in ")]" and not _closes_a_sentence(text, since, mark, closed):
        return False
    if text[mark] == "." and mark_end - mark == 1:
        return _full_stop_ends(text, since, mark, word_at, end, closing=closed > mark_end)
    return text[mark] != "!" or _word_before(text, since, mark) not in NAMES_WITH_A_MARK


def _parts(text: str, mark: int, mark_end: int, closed: int, word_at: int, end: int) -> bool:
    """Whether marks with no space behind them part two glued sentences: « en avril.En mai »."""
    before, head = text[mark - 1 : mark], text[word_at]
    if not head.isupper() or not (before.isalnum() or before in "»”\"')]%€$ "):
        return False
    if closed > mark_end or text[mark] != "." or mark_end - mark > 1:
        return True
    left = _chunk_before(text, mark)
    word = _word_at(text, word_at, end)
    if "://" in left or "www." in left or "@" in left or word.lower() in DOMAINS:
        return False
    if "@" in text[word_at + len(word) : word_at + len(word) + _REACH].partition(" ")[0]:
        return False
    if before.isupper():  # « U.S.A », « l'OMS.Le »
        return len(left) > 1 and left[-2].isalpha() and len(word) > 1
    return len(left) > 1 or before.isdigit() or not before.isalnum()


def _closes_a_sentence(text: str, since: int, mark: int, closed: int) -> bool:
    """Whether a bracket that closes behind a mark holds whole sentences, or is a reference number."""
    if text[closed - 1] == "]" and text[closed - 2].isdigit():
        return True
    opened = max(text.rfind("(", max(since, mark - _PARENTHESIS_REACH), mark), text.rfind("[", since, mark))
    if opened < 0:
        return True
    if _word_at(text, closed + 1, len(text)) in OPENERS:  # « (payé trop cher !) Le départ »
        return text[mark] != "." or " " in text[opened:mark]
    return text[since:opened].strip() in ("", '"', "«", "“") and text[opened + 1 : opened + 2].isalnum()


def _full_stop_ends(text: str, since: int, mark: int, word_at: int, end: int, *, closing: bool) -> bool:
    """Whether one full stop, with a space or a closing mark behind it, ends a sentence."""
    word = _word_before(text, since, mark)
    size = len(word)
    number_next = text[word_at].isdigit()
    if word in NEVER_END and not closing:
        if word not in ONLY_BEFORE_A_NUMBER:
            return False
        return not number_next
    if number_next and word in NEVER_END_BEFORE_A_NUMBER:
        return False
    if size > 6 or not size:
        return True
    if word in MONTHS:
        return not number_next and _word_at(text, word_at, end) in OPENERS
    if word in WEEKDAYS and DAY_AND_MONTH.match(text, word_at, end):
        return False
    if word in MAY_END:
        return number_next or _word_at(text, word_at, end) in OPENERS
    if (word.isdigit() and size < 4) or (size == 1 and word.islower()):
        return mark - since > size + 1 or closing  # « 1. Le pont »
    if INITIALS.fullmatch(word):
        return _initial_ends(text, since, mark, word, word_at, end, closing=closing)
    return True


def _initial_ends(text: str, since: int, mark: int, word: str, word_at: int, end: int, *, closing: bool) -> bool:
    """Whether a full stop behind « J », « U.S » or « J.-C » ends the sentence too."""
    following = _word_at(text, word_at, end)
    if len(word) > 1 and "." not in word:
        return True  # « l'ONU. Brest », « XIV. Brest »
    if following not in OPENERS:
        return closing
    if len(word) > 1:
        return True
    previous = _word_before(text, since, mark - 2)
    return previous[:1].isupper() or previous[-1:] in _DEGREES or previous.lower() in LETTERED


def _word_before(text: str, since: int, at: int) -> str:
    """The word that ends at an offset, without an elision: « Dr » in « l'Dr », at most ``_REACH`` long."""
    left = at
    limit = max(since, at - _REACH)
    while left > limit and text[left - 1] not in _NOT_IN_A_WORD:
        left -= 1
    word = text[left:at]
    if "'" in word or "’" in word:
        word = word.replace("’", "'").rpartition("'")[2]
    return word


def _chunk_before(text: str, at: int) -> str:
    """What stands between the last white space and an offset, at most 80 characters."""
    chunks = text[max(0, at - 80) : at].split()
    return chunks[-1] if chunks and not text[at - 1].isspace() else ""


def _word_at(text: str, at: int, end: int) -> str:
    """The letters and digits from an offset on, at most ``_REACH``."""
    right = at
    limit = min(end, at + _REACH)
    while right < limit and text[right].isalnum():
        right += 1
    return text[at:right]
