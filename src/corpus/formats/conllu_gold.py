"""Reads what people annotated in CoNLL-U: sentences, entities, quotations with speakers and cues, times, keywords.

The text is made of the forms and the white space that the file says; where it says none, a space stands between two
words. So offsets are those of that text, which whoever takes them has to find again in the article's. Of entities the
brackets of CorefUD are read, and where a file has none, tags as spaCy and Stanza have them (``NE=B-PER``,
``ner=S-PER``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from corpus.formats.conllu_misc import ENTITY_TYPES, brackets, said, unescaped_space
from corpus.formats.labelled import Annotated, Labelled, Relation
from corpus.formats.reading import files_in, text_of
from corpus.model.article import Span
from corpus.model.problem import Problem, quoted

_TYPES = {written: ours for ours, written in ENTITY_TYPES.items()}
_TAG = re.compile(r"(?<![^\s|])(?:NE|ner|name)=(?:([BIESLU])-([^\s|]+)|O)")
_OURS = re.compile(r"([^:\s]+):(\S+)-(?:s[0-9]+|between[0-9]+)")
_OF_FILE = re.compile(r"a[0-9]+(?=e[0-9]+\Z)")
_KEYS = ("Entity", "Quote", "Speaker", "Cue", "Time")
_IDENTITY = ("eid", "GRP", "id")
_KIND = ("etype", "entity", "kind")


def read(path: Path) -> Iterator[Annotated]:
    """What a file, or each file ``.conllu`` of a folder, says of each article.

    Raises:
        CorpusError: rule ``import-file``, there is none, or a file cannot be read or is no UTF-8.
    """
    for file in files_in(path, ".conllu"):
        yield from _articles(str(file), text_of(file).removeprefix("\ufeff").split("\n"))


def _articles(file: str, lines: Sequence[str]) -> Iterator[Annotated]:
    article = _Article(file, 1)
    for number, line in enumerate(lines, 1):
        content = line.removesuffix("\r")
        if content.startswith("#"):
            name, _, value = (part.strip() for part in content[1:].partition("="))
            if name in ("newdoc", "newdoc id"):
                if article.has_begun:
                    yield article.whole()
                article = _Article(file, number, declared=article.declared)  # once in a file, or for each article
            article.comment(name, value)
        elif not content.strip():
            article.end_sentence()
        else:
            article.word(number, content.split("\t"))
    if article.has_begun:
        yield article.whole()


@dataclass(slots=True)
class _Word:
    """A syntactic word: where its token stands in the text, what MISC says by key, and the tag of an entity there."""

    line: int
    start: int
    end: int
    misc: dict[str, str]
    tag: re.Match[str] | None


@dataclass(slots=True)
class _Open:
    """A span of which the first bracket was read: its first word, and its fields."""

    word: int
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """A span in brackets, which may be in pieces."""

    fields: dict[str, str]
    fragments: list[Span] = field(default_factory=list)


def _said(one: _Found, name: str, known_as: str) -> dict[str, str]:
    """What a bracket says under a name, as an attribute that is called otherwise; empty where it says nothing."""
    value = said(one.fields.get("other", "")).get(name)
    return {} if value is None else {known_as: value}


@dataclass(slots=True)
class _Article:
    """What is read of one article."""

    file: str
    line: int
    article: str | None = None
    annotator: str | None = None
    keywords: tuple[str, ...] = ()
    declared: dict[str, list[str]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    length: int = 0
    words: list[_Word] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_sentence: bool = True
    said_text: str | None = None
    first: int = 0
    begun: int = 0
    inside: tuple[int, int, int] = (0, 0, 0)

    @property
    def has_begun(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.article or self.words or self.problems)

    def comment(self, name: str, value: str) -> None:
        """A line before a sentence."""
        if name == "newdoc id":
            self.article = value
        elif name in ("annotator", "meta::annotator"):
            self.annotator = value
        elif name == "meta::keywords":
            self.keywords = tuple(one for one in value.split("; ") if one)
        elif name == "sent_id":
            ours = _OURS.fullmatch(value)
            self.is_sentence = ours is None or "-between" not in value
            self.article = self.article or (f"{ours[1]}/{ours[2]}" if ours else None)
        elif name == "text":
            self.said_text = value
        elif name.startswith("global."):
            self.declared[name.removeprefix("global.")] = value.split("-")

    def word(self, line: int, cells: Sequence[str]) -> None:
        """A line of a word, of a token of several words, or of an empty node."""
        if len(cells) != 10 or not re.fullmatch(r"[0-9]+(?:[-.][0-9]+)?", cells[0]):
            self._refuse(line, quoted("\t".join(cells)), "ten columns with tabs between them, the first a number")
            return
        number, form, misc = cells[0], unicodedata.normalize("NFC", cells[1]), cells[9]
        if "." in number:
            return
        values = dict(part.partition("=")[::2] for part in misc.split("|"))
        first, _, last = number.partition("-")
        if last:
            self._put(form, values)
            self.inside = (int(first), int(last), self.length - len(self.text[-1]) - len(form))
            return
        if self.inside[0] <= int(first) <= self.inside[1]:
            start = self.inside[2]
            end = self.length - len(self.text[-1])
        else:
            start = self.length
            if not self.words and (before := values.get("SpacesBefore")):
                self.text.append(unescaped_space(before))
                start = self.length = len(self.text[-1])
            self._put(form, values)
            end = start + len(form)
        self.words.append(_Word(line, start, end, values, _TAG.search(misc)))

    def _put(self, form: str, misc: dict[str, str]) -> None:
        """A token, and the white space after it."""
        space = "" if misc.get("SpaceAfter") == "No" else unescaped_space(misc.get("SpacesAfter", " "))
        self.text += [form, space]
        self.length += len(form) + len(space)

    def end_sentence(self) -> None:
        """An empty line."""
        self.inside = (0, 0, 0)
        if self.first == len(self.words):
            return
        start, end = self.words[self.first].start, self.words[-1].end
        if self.is_sentence:
            self.sentences.append(Span(start, end))
        made = "".join("".join(self.text[self.begun :]).split())
        if self.said_text is not None and "".join(unicodedata.normalize("NFC", self.said_text).split()) != made:
            line = self.words[self.first].line
            self._refuse(line, quoted(self.said_text), "the text that the words of the sentence make")
        self.said_text, self.is_sentence, self.first, self.begun = None, True, len(self.words), len(self.text)

    def _refuse(self, line: int, found: str, wanted: str) -> None:
        self.problems.append(Problem(self.file, line, "", "import-file", found, wanted))

    def whole(self) -> Annotated:
        """All that the file says of the article."""
        self.end_sentence()
        text = "".join(self.text)[: self.words[-1].end if self.words else 0]
        spans = [Labelled(f"sentence {number}", "sentence", (place,)) for number, place in enumerate(self.sentences)]
        found = {name: list(self._bracketed(name)) for name in _KEYS}
        has_brackets = any("Entity" in word.misc for word in self.words)
        spans += self._entities(found["Entity"]) if has_brackets else self._tagged()
        quotations, relations = self._quotations(found)
        spans += quotations
        for number, one in enumerate(found["Time"]):
            attributes = _said(one, "value", "value")
            spans.append(Labelled(f"time {number}", one.fields["kind"] or "date", tuple(one.fragments), attributes))
        article = self.article or Path(self.file).stem
        return Annotated(
            self.file,
            self.line,
            article,
            self.annotator,
            text,
            tuple(spans),
            tuple(relations),
            self.keywords,
            tuple(self.problems),
        )

    def _quotations(self, found: Mapping[str, Sequence[_Found]]) -> tuple[list[Labelled], list[Relation]]:
        """Quotations, speakers and cues, and which belong together: those of one id."""
        spans: dict[str, Labelled] = {}
        for one in found["Quote"]:
            identity = f"quotation {one.fields['id']}"
            if identity in spans:
                what = quoted(f"Quote={one.fields['id']}")
                self._refuse(self.line, f"{what} a second time", "each quotation once, its parts as [1/2] and [2/2]")
            attributes, kind = _said(one, "name", "speaker_name"), one.fields["kind"] or "direct"
            spans[identity] = Labelled(identity, kind, tuple(one.fragments), attributes)
        relations = []
        for label in ("speaker", "cue"):
            known: dict[tuple[Span, ...], str] = {}
            for one in found[label.capitalize()]:
                place = tuple(one.fragments)
                part = known.setdefault(place, f"{label} {len(known)}")
                spans[part] = Labelled(part, label, place)
                relations.append(Relation(label, f"quotation {one.fields['id']}", part))
        return list(spans.values()), relations

    def _bracketed(self, key: str) -> Iterator[_Found]:
        """The spans in brackets of a key, in the order of the text."""
        names = self.declared.get(
            key, ["eid", "etype", "head", "other"] if key == "Entity" else ["id", "kind", "other"]
        )
        opened: dict[str, list[_Open]] = {}
        made: list[_Found] = []
        pieces: dict[str, _Found] = {}

        def close(one: _Open, last: int) -> None:
            fields = dict(zip(names, one.fields, strict=False))
            written = next((fields[name] for name in _IDENTITY if name in fields), one.fields[0])
            identity, _, piece = written.partition("[")
            fields |= {"id": unquote(identity)}
            fields["kind"] = unquote(next((fields[name] for name in _KIND if fields.get(name)), ""))
            span = self._span(one.word, last, said(fields.get("other", "")).get("span"))
            if piece and not piece.startswith("1/") and identity in pieces:
                pieces[identity].fragments.append(span)
                return
            new = _Found(fields, [span])
            made.append(new)
            if piece:
                pieces[identity] = new

        for number, word in enumerate(self.words):
            try:
                found = list(brackets(word.misc.get(key, "")))
            except ValueError:
                self._refuse(word.line, quoted(f"{key}={word.misc[key]}"), "brackets, such as (e1-person-1) or e1)")
                continue
            for one in found:
                if one.opens and one.closes:
                    close(_Open(number, one.fields), number)
                elif one.opens:
                    opened.setdefault(one.fields[0], []).append(_Open(number, one.fields))
                elif opened.get(one.fields[0]):
                    close(opened[one.fields[0]].pop(), number)
                else:
                    self._refuse(word.line, quoted(f"{key}={word.misc[key]}"), "the end of a span that has begun")
        for left in opened.values():
            for unfinished in left:
                begun = self.words[unfinished.word]
                self._refuse(begun.line, quoted(f"{key}={begun.misc[key]}"), "a span that ends in the article")
        return iter(sorted(made, key=lambda one: (one.fragments[0].start, -one.fragments[0].end)))

    def _span(self, first: int, last: int, exact: str | None) -> Span:
        """The place of words; ``exact`` is where the span stood in the article, where it is not of whole words."""
        start, end = self.words[first].start, self.words[last].end
        given = re.fullmatch(r"([0-9]+):([0-9]+)", exact or "")
        begun = re.match(r"[0-9]+", self.words[first].misc.get("TokenRange", ""))
        ended = re.search(r"[0-9]+\Z", self.words[last].misc.get("TokenRange", ""))
        if given and begun and ended:
            moved = Span(start + int(given[1]) - int(begun[0]), end + int(given[2]) - int(ended[0]))
            if start <= moved.start < moved.end <= end:
                return moved
        return Span(start, end)

    def _entities(self, found: Sequence[_Found]) -> Iterator[Labelled]:
        for number, one in enumerate(found):
            kind = one.fields["kind"]
            attributes = {"entity": _OF_FILE.sub("", one.fields["id"])} | _said(one, "link", "link")
            yield Labelled(f"entity {number}", _TYPES.get(kind, kind), tuple(one.fragments), attributes)

    def _tagged(self) -> Iterator[Labelled]:
        """Entities of tags: a tag B, S or U begins one, I, E and L go on with one of the same type."""
        spans: list[tuple[str, int, int]] = []
        was_inside = False
        for number, word in enumerate(self.words):
            tag = word.tag
            if tag is None or not tag[1]:
                was_inside = False
            elif was_inside and tag[1] in "IEL" and spans[-1][0] == tag[2]:
                spans[-1] = (tag[2], spans[-1][1], number)
                was_inside = tag[1] == "I"
            else:
                spans.append((tag[2], number, number))
                was_inside = tag[1] in "BI"
        for number, (kind, first, last) in enumerate(spans):
            yield Labelled(f"entity {number}", kind, (Span(self.words[first].start, self.words[last].end),))
