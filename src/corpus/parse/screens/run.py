"""The texts of a run as one array, and what is asked of them."""

# To mypy what NumPy gives for a stretch or a comparison is Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from typing import NamedTuple, cast

import numpy as np

from corpus.model.article import READ, ROLES, Draft, Paragraph, count_words
from corpus.parse import normalise, roles, validate
from corpus.parse.rules import letters, markup, whole

FEWEST = 8
"""Articles of a run for which it is worth asking."""
_LARGEST = 500_000
"""Characters of the longest text that is looked at with others: arrays of many times its size are made."""
_GAP = "\n\n"
_SPACE = ord(" ")
_UNUSUAL, _LINE, _NO_BREAK, _DASH, _STROKE, _MARKUP, _QUESTION, _MISREAD, _LETTER, _SMALL, _CREDIT = (
    1 << at for at in range(11)
)
_paragraph = partial(tuple.__new__, Paragraph)  # a third of the time of Paragraph(...)
_ROLE_NAMES = np.array(ROLES, object)
_IS_READ = np.array([role in READ for role in ROLES])
_UNKNOWN, _TITLE, _BODY = -1, ROLES.index("title"), ROLES.index("body")
_ASKED_OF_TEXT: tuple[validate.Rule, ...] = (
    letters.text_mojibake,
    markup.text_markup,
    whole.article_empty,
    whole.article_truncated,
    validate.language_mismatch,
)
_NEVER = (letters.character_forbidden, validate.date_out_of_bounds, validate.licence_unknown)
"""Rules that have nothing to say about a text of usual characters."""
_SHORT = 120
_MARKS_OF_NO_CREDIT = np.array(list(map(ord, roles.NO_CREDIT)))
_MARKS_OF_ENDS = np.array([ord(mark) for mark in whole.MARKS if mark != "…"])
_MARKS_OF_SPEECH = np.array([ord(mark) for mark in roles.LEADS if len(mark) == 1])
_MARKS_OF_SENTENCES = np.array([ord(mark) for mark in roles.ENDS if len(mark) == 1])
_LONGEST_END = 2000
_CUT_WORDS = {validate.lowered(word.replace("…", "[")) for word in whole.CUT_WORDS}
_MASKS = np.array([*((1 << 8 * length) - 1 for length in range(8)), 0], np.uint64)
"""What to take of the eight bytes from the beginning of a word on; nothing of a word of more than seven letters."""


class Seen(NamedTuple):
    """What is known of the text of a draft all of whose pieces are in normal form.

    ``text``, ``paragraphs`` and ``words`` are what ``roles.paragraphs_of`` gives, so long as no block is the name of an
    author; of those whose role is not given the shortest has ``shortest`` characters. ``passed`` are the rules that
    have nothing to say about the text.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    words: int
    shortest: int
    passed: frozenset[validate.Rule]


def look(drafts: Sequence[Draft]) -> list[Seen | None]:
    """What is known of each draft; None for one that has to be looked at by itself."""
    seen: list[Seen | None] = [None] * len(drafts)
    sizes = (len(one.title) + sum([len(block.text) for block in one.blocks]) for one in drafts)
    chosen = [at for at, size in enumerate(sizes) if drafts[at].blocks and size <= _LARGEST]
    if len(chosen) >= FEWEST:
        for at, found in zip(chosen, _Run([drafts[at] for at in chosen]).seen(), strict=True):
            seen[at] = found
    return seen


@cache
def _kinds() -> np.ndarray:
    """What each of 65,536 characters may mean."""
    every = np.arange(65536, dtype="<u2").tobytes().decode("utf-16-le", "surrogatepass")
    kinds = np.full(65536, _UNUSUAL, np.uint16)
    kinds[[*normalise.PLAIN, *map(ord, normalise.UNUSUAL.sub("", every))]] = 0
    for characters, kind in (
        ("\n", _LINE),
        ("\xa0\u202f", _NO_BREAK),
        ("-–—", _DASH),
        ("/", _STROKE),
        ("?", _QUESTION),
        ([sign[0] for sign in markup.SIGNS], _MARKUP),
        ({word[0] for word in roles.CREDITS}, _CREDIT),
        ([*letters.ONE_BYTE, *"ÔÄ€"], _MISREAD),  # « ÔÇ », « ÄŒ », « â€ »: UTF-8 in letters that are not unusual
        (filter(str.isalpha, map(chr, range(0x180))), _LETTER),
        (filter(str.islower, map(chr, range(0x180))), _SMALL),
    ):
        kinds[list(map(ord, characters))] |= kind
    return kinds


def _units(text: str) -> np.ndarray:
    """The characters of a text as numbers of 16 bits; beyond them stands one that is unusual."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) > 2 * len(text):
        units = re.sub("[\U00010000-\U0010ffff]", "\uffff", text).encode("utf-16-le", "surrogatepass")
    return np.frombuffer(units, np.dtype("<u2"))


class _Run:
    """The texts of some drafts as one array, in which articles and blocks are stretches."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        pieces: list[str] = []
        given: list[int] = []
        counts: list[int] = []
        for draft in drafts:
            pieces.append(draft.title)
            given.append(_TITLE)
            for text, role in draft.blocks:
                pieces.append(text)
                given.append(_UNKNOWN if role is None else ROLES.index(role))
            counts.append(1 + len(draft.blocks))
        self.text = _GAP.join(("", *pieces, "aaaa"))  # four characters can be read from any position of a piece
        self.units = _units(self.text)
        piece_starts = np.cumsum([len(_GAP), *(len(piece) + len(_GAP) for piece in pieces)])
        first = np.cumsum([0, *counts])
        self.starts, self.ends = piece_starts[first[:-1]], piece_starts[first[1:]] - len(_GAP)
        self.title_ends = piece_starts[first[:-1] + 1] - len(_GAP)
        self.spaces = np.flatnonzero(self.units == _SPACE)
        self.signs = np.flatnonzero((self.units - np.uint16(ord("a")) > ord("z") - ord("a")) & (self.units != _SPACE))
        self.kinds = _kinds()[self.units[self.signs]]
        asked = np.flatnonzero(self.kinds & ~np.uint16(_LETTER | _SMALL))
        self.marks, self.kinds_of_marks = self.signs[asked], self.kinds[asked]
        self.lines = self._where(_LINE)
        parted = self.lines[:-1][np.diff(self.lines) == 1]
        self.block_starts, self.block_ends = parted[:-1] + len(_GAP), parted[1:]
        self.first_blocks = np.searchsorted(self.block_starts, self.starts)
        self.after_blocks = np.append(self.first_blocks[1:], len(self.block_starts))
        self.articles = np.searchsorted(self.starts, self.block_starts, "right") - 1
        self.given = np.array(given)[np.searchsorted(piece_starts, self.block_starts, "right") - 1]
        self.block_spaces = self._count(self.spaces)
        self.words = self.block_spaces + 1 + self._count(self.lines)

    def seen(self) -> list[Seen | None]:
        """What is known of each draft, as ``look`` says it."""
        odd = self._odd()
        found, several = self._roles(~odd[self.articles])
        passed = self._passed(found, np.fromiter(several, np.int64, len(several)))
        free = np.where(self.given == _UNKNOWN, self.block_ends - self.block_starts, _LARGEST)
        read = np.where(_IS_READ[found], self.words, 0)
        for block, parts in several.items():
            start = int(self.block_starts[block])
            texts = [self.text[start + one.start : start + one.end] for one in parts if one.role in READ]
            read[block] = sum(map(count_words, texts))
        origins = self.starts[self.articles]
        places = ((self.block_starts - origins).tolist(), (self.block_ends - origins).tolist())
        paragraphs = list(map(_paragraph, zip(*places, _ROLE_NAMES[found].tolist(), strict=True)))
        words, shortest = (np.add.reduceat(read, self.first_blocks), np.minimum.reduceat(free, self.first_blocks))
        columns = (self.starts, self.ends, self.first_blocks, self.after_blocks, words, shortest, passed)
        rows = zip(*(one.tolist() for one in columns), strict=True)
        seen: list[Seen | None] = [
            Seen(self.text[start:end], tuple(paragraphs[first:after]), count, least, _rules(bits))
            for start, end, first, after, count, least, bits in rows
        ]
        for article in {int(self.articles[block]) for block in several}:
            blocks = range(int(self.first_blocks[article]), int(self.after_blocks[article]))
            parted = chain.from_iterable(_parts(paragraphs[block], several.get(block)) for block in blocks)
            seen[article] = cast("Seen", seen[article])._replace(paragraphs=tuple(parted))
        for article in np.flatnonzero(odd).tolist():
            seen[article] = None
        return seen

    def _where(self, kind: int) -> np.ndarray:
        """Where signs of a kind, but ``_LETTER`` and ``_SMALL``, stand."""
        return self.marks[(self.kinds_of_marks & kind) != 0]

    def _count(self, places: np.ndarray) -> np.ndarray:
        """How many of these positions, sorted, stand in each block."""
        return np.searchsorted(places, self.block_ends) - np.searchsorted(places, self.block_starts)

    def _having(self, places: np.ndarray) -> np.ndarray:
        """Which articles have one of these positions, or a gap behind them has."""
        having = np.zeros(len(self.starts), bool)
        having[np.maximum(np.searchsorted(self.starts, places, "right") - 1, 0)] = True
        return having

    def _blocks_with(self, places: np.ndarray) -> np.ndarray:
        """The blocks that these positions stand in."""
        return np.searchsorted(self.block_starts, places, "right") - 1

    def _odd(self) -> np.ndarray:
        """Which articles may not be in normal form, or may have a title of two lines."""
        blank = self.units == _SPACE
        blank[self._where(_NO_BREAK)] = True
        doubled = np.flatnonzero(blank[1:] & blank[:-1])
        beside = np.concatenate((self.lines[1:] - 1, self.lines[:-1] + 1))
        triple = self.lines[:-2][self.lines[2:] - self.lines[:-2] == 2]
        places = (self._where(_UNUSUAL), doubled, beside[blank[beside]], triple, triple + 2)
        first_lines = self.lines[np.searchsorted(self.lines, self.starts)]
        return self._having(np.concatenate(places)) | (first_lines != self.title_ends)

    def _roles(self, sound: np.ndarray) -> tuple[np.ndarray, dict[int, list[Paragraph]]]:
        """The role of each block, given or by its form, and the paragraphs of a block that has several.

        Of the blocks that are ``sound``; whatever is said of the others is nonsense.
        """
        dashes = self._where(_DASH)
        dashes = dashes[self.units[dashes - 1] == _SPACE]
        opened = self._blocks_with(dashes)
        held = np.zeros(len(self.words), bool)
        held[opened[dashes - self.block_starts[opened] < roles.HEAD]] = True
        runs_on = (self.words > roles.LONG) & ~held
        held[self._blocks_with(self._where(_STROKE))] = True
        ends_plainly = self._end_in_no_credit()
        credited = np.zeros(len(self.words), bool)
        credits_ = self._where(_CREDIT)
        begins = np.isin(self._keys(credits_, 4), _beginnings(roles.CREDITS, 4))
        credited[self._blocks_with(credits_[begins])] = True
        runs_on |= (self.words > roles.SHORT) & ~held & (ends_plainly | ~credited)
        unknown = self.given == _UNKNOWN
        short = np.flatnonzero(sound & unknown & ~held & ~runs_on & ends_plainly & self._may_be_sentences())
        runs_on[
            [at for at, text in zip(short.tolist(), self._texts(short), strict=True) if "dro" not in text.lower()]
        ] = True
        found = np.where(unknown, _BODY, self.given)
        several: dict[int, list[Paragraph]] = {}
        followed = np.append(self.block_ends[1:] - self.block_starts[1:] > roles.FOLLOWED, False)
        followed[self.after_blocks - 1] = False
        rest = np.flatnonzero(sound & unknown & ~runs_on)
        for block, text, before in zip(rest.tolist(), self._texts(rest), followed[rest].tolist(), strict=True):
            parts = _roles_of_short(text, before) if len(text) < _SHORT else roles.roles_in(text, followed=before)
            found[block] = ROLES.index(parts[0][2])
            if len(parts) > 1:
                several[block] = list(map(_paragraph, parts))
        return found, several

    def _texts(self, blocks: np.ndarray) -> Iterator[str]:
        return map(
            self.text.__getitem__, map(slice, self.block_starts[blocks].tolist(), self.block_ends[blocks].tolist())
        )

    def _may_be_sentences(self) -> np.ndarray:
        """Which blocks begin as words said, or with a letter as none of ``roles.OPENINGS`` and end as a sentence."""
        first = self.units[self.block_starts]
        begins = (_kinds()[first] & _LETTER) != 0
        ends = np.isin(self.units[self.block_ends - 1], _MARKS_OF_SENTENCES)
        at = np.flatnonzero(begins & ends)
        begins &= ends
        for size in (3, 4):
            begins[at[np.isin(self._keys(self.block_starts[at], size), _beginnings(roles.OPENINGS, size))]] = False
        return begins | np.isin(first, _MARKS_OF_SPEECH)

    def _keys(self, places: np.ndarray, size: int) -> np.ndarray:
        """The characters at and behind these positions, as ``_beginnings`` writes them."""
        return sum(
            (self.units[places + at] | np.uint16(32)).astype(np.uint64) << np.uint64(16 * at) for at in range(size)
        )

    def _end_in_no_credit(self) -> np.ndarray:
        """Which blocks end in a mark that stands behind no name, or in a word of small letters and a full stop."""
        last = self.units[self.block_ends - 1]
        hard = np.append(0, self.signs[(self.kinds & _SMALL) == 0])
        before_last = hard[np.searchsorted(hard, self.block_ends - 1) - 1]
        space = self.spaces[np.searchsorted(self.spaces, self.block_ends) - 1]
        long_word = (self.block_ends - 2 - space > max(map(len, roles.PARTICLES))) & (self.block_spaces > 0)
        return np.isin(last, _MARKS_OF_NO_CREDIT) | ((last == ord(".")) & (before_last < space) & long_word)

    def _passed(self, found: np.ndarray, several: np.ndarray) -> np.ndarray:
        """Which rules have nothing to say about the text of each article, a bit for each of ``_ASKED_OF_TEXT``.

        ``several`` are the blocks that have several roles, of which ``found`` has the first.
        """
        asked = self._where(_QUESTION)
        asked = asked[(_kinds()[self.units[asked + 1]] & _LETTER) != 0]
        has_body = np.logical_or.reduceat(found == _BODY, self.first_blocks)
        title, rest = self.title_ends - self.starts, self.ends - self.title_ends - len(_GAP)
        answers = (
            ~self._having(np.concatenate((self._where(_MISREAD), asked))),
            ~self._having(self._where(_MARKUP)),
            has_body & (np.minimum(title, rest) > whole.LONGEST_MISSING),
            self._whole(found, several),
            self._french(),
        )
        return np.packbits(np.stack(answers), axis=0, bitorder="little")[0]

    def _whole(self, found: np.ndarray, several: np.ndarray) -> np.ndarray:
        """Which articles have a mark at the end of their body, and no word there or behind it that a notice has.

        The end that is searched goes back to the last characters of a block of running text, or further.
        """
        bodies = np.flatnonzero(found == _BODY)
        long = self.block_ends - self.block_starts > whole.TAIL
        running = np.flatnonzero((found == _BODY) & long & (self.block_spaces >= whole.RUNNING))
        last = np.append(0, running)[np.searchsorted(running, self.after_blocks)]
        last_body = np.append(0, bodies)[np.searchsorted(bodies, self.after_blocks)]
        starts = np.maximum(self.block_starts[last], self.block_ends[last] - whole.TAIL)
        ends = np.isin(self.units[self.block_ends[last_body] - 1], _MARKS_OF_ENDS)
        ends &= (last > self.first_blocks) & (self.ends - starts < _LONGEST_END)
        articles = self.articles[several]
        ends[articles[several > last[articles]]] = False
        places = np.flatnonzero(ends)
        texts = list(map(self.text.__getitem__, map(slice, starts[places].tolist(), self.ends[places].tolist())))
        held = np.searchsorted(
            np.cumsum([len(text) + 1 for text in texts]), _places_of_cut_words("\n".join(texts)), "right"
        )
        ends[places[held]] = False
        return ends

    def _french(self) -> np.ndarray:
        """Which texts have enough of the words that French is full of in one of ``validate.SAMPLES``."""
        reads = np.zeros(len(self.starts), bool)
        for most in validate.SAMPLES:
            rest = np.flatnonzero(~reads)
            starts = self.title_ends[rest]
            reads[rest] = self._reads_as_french(starts, np.minimum(starts + most, self.ends[rest]))
        return reads

    def _reads_as_french(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Which of these samples have, each from the end of a title on."""
        samples = map(self.text.__getitem__, map(slice, starts.tolist(), ends.tolist()))
        letters = validate.lowered("".join((*samples, " " * 8))).replace(b"\n", b" ")
        gaps = np.flatnonzero(np.frombuffer(letters, np.uint8) == _SPACE)[:-7]
        lengths = np.diff(gaps) - 1
        words = np.ndarray(len(letters) - 7, "<u8", letters, strides=(1,))[gaps[:-1] + 1]
        words &= _MASKS[np.minimum(lengths, 8)]
        found = _words_of_french(words)
        sizes = ends - starts
        upto = np.append(0, np.searchsorted(gaps[:-1], np.cumsum(sizes)))
        hits = np.diff(np.append(0, np.cumsum(found))[upto])
        count = np.diff(np.append(0, np.cumsum(lengths > 0))[upto])
        return (count >= validate.FEWEST_WORDS) & (hits * validate.SHARE >= count)


@cache
def _rules(bits: int) -> frozenset[validate.Rule]:
    return frozenset((*_NEVER, *(rule for at, rule in enumerate(_ASKED_OF_TEXT) if bits >> at & 1)))


@lru_cache(maxsize=8192)
def _roles_of_short(text: str, before: bool) -> Sequence[tuple[int, int, str]]:  # noqa: FBT001  # of a cache
    """``roles_in`` of a short block: of a newspaper's buttons, links, credits and headings many recur."""
    return roles.roles_in(text, followed=before)


def _parts(paragraph: Paragraph, parts: Sequence[Paragraph] | None) -> Sequence[Paragraph]:
    start = paragraph.start
    return [Paragraph(start + one.start, start + one.end, one.role) for one in parts] if parts else (paragraph,)


@cache
def _beginnings(words: frozenset[str], size: int) -> np.ndarray:
    """The beginnings of words as numbers that differ where two do in more than small letters of Latin-1.

    Of a word of three letters as three are asked for, of longer ones as four are.
    """
    starts = {word[:size] for word in words if len(word) == size or len(word) > size != 3}
    return np.array([sum((ord(one) | 32) << 16 * at for at, one in enumerate(word)) for word in starts], np.uint64)


def _places_of_cut_words(text: str) -> list[int]:
    """Where one of ``whole.CUT_WORDS`` stands in a text of usual characters, in any case."""
    lowered = validate.lowered(text.replace("…", "["))  # which is another of them
    found: list[int] = []
    for word in _CUT_WORDS:
        at = lowered.find(word)
        while at >= 0:
            found.append(at)
            at = lowered.find(word, at + 1)
    return found


def _hashed(words: np.ndarray) -> np.ndarray:
    """A place in a table of 4,096 for each word."""
    return (words * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52)


def _words_of_french(words: np.ndarray) -> np.ndarray:
    """Which of these are words of ``validate.FRENCH``, each as the number that its letters are in Latin-1."""
    found: np.ndarray = _table_of_french()[_hashed(words)] == words
    return found


@cache
def _table_of_french() -> np.ndarray:
    """The words of ``validate.FRENCH`` in the places of their hashes; of two that share one, one."""
    words = np.array([int.from_bytes(word, "little") for word in validate.FRENCH if len(word) < 8], np.uint64)
    table = np.ones(4096, np.uint64)
    table[_hashed(words)] = words
    return table
