"""Gold files: what a person annotated in one article, beside its record.

``<record>.gold.json`` stands beside a record that is a file, ``<file>.<key>.gold.json`` beside
the bulk file that holds the record of this key. Where several people annotated an article, each has a file
``<record>.<annotator>.gold.json``; the layers take what was settled, and the others say how far people agree.
Spans are found again by their words, so that a file can be written by hand; ``text_sha256`` says which text was
annotated.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.annotate.gold_contradictions import contradictions
from corpus.files import paths
from corpus.files.paths import Location
from corpus.files.strict_json import read_json
from corpus.model import schema
from corpus.model.article import Article, file_of
from corpus.model.article_row import text_sha256
from corpus.model.problem import RAISE, CorpusError, Problem, first_line, number_of, quoted
from corpus.raw.layout import GOLD, LARGEST, LIMITS, gold_by_record, gold_stem

GOLD_LAYERS = ("sentences", "entities", "quotations", "times", "keywords")
"""The layers that a person can annotate."""

UNSIGNED = "your name"
"""Stands for the annotator in a file that the program filled in, until a person has put a name there."""


TO_BE_DONE = frozenset(("gold-unsigned", "gold-unsettled"))
"""Rules of what a person still has to do in a file that the program wrote: all else is an error."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A person's annotations of one article: for each layer that the file has its statements, with all offsets.

    Spans are mappings with ``start``, ``end`` and ``text``; a quotation's ``speaker`` and ``cue`` are
    lists of none or one span; a keyword is a mapping with its ``text``. ``split`` is the one that the article is to
    be in, "" where the file names none, ``path`` that of the file. ``sha256`` is that of the file, or of all files of
    the article where ``each`` holds what several annotators said before it was settled, in the order of their names.
    """

    annotator: str
    layers: Mapping[str, list[dict[str, Any]]]
    sha256: str = ""
    split: str = ""
    path: str = ""
    each: tuple[Gold, ...] = ()


def path_of(raw_path: str, identity: str, annotator: str = "") -> str:
    """Where the gold file of the article at this ``raw_path`` stands, relative to the corpus folder.

    It is the settled one, or that of the annotator whom ``annotator`` names as files do (``ANNOTATOR``).
    """
    file, many = file_of(raw_path)
    stem = gold_stem(file, many=many)
    parts = [stem, *([identity.split("/")[1]] if many else []), *([annotator] if annotator else [])]
    return ".".join(parts) + GOLD


def beside(root: Path, settled: str) -> list[str]:
    """The gold files in a corpus folder that stand beside the record of this settled one, which is the first."""
    stem, folder = (root / settled).name.removesuffix(GOLD), (root / settled).parent
    known = {path.relative_to(root).as_posix() for path in folder.glob(f"{glob.escape(stem)}*{GOLD}")}
    return list(gold_by_record(known).get(settled, ()))


_BYTES_OF_SPAN = 400
"""A gold file has at most so many bytes for each span that it may have."""


def content_of(root: Location, path: str, most: int = LIMITS["gold"]) -> bytes:
    """The bytes of a gold file of at most so many spans, which may be a link inside of its folder.

    Raises:
        OSError: it is not there, cannot be read, or is larger than so many spans may be.
    """
    return paths.read(root / path, min(most * _BYTES_OF_SPAN, LARGEST), (root / path).parent)


def signed(root: Location, files: Sequence[str], settled: str, most: int = LIMITS["gold"]) -> Gold:
    """What the gold files of an article say but for the layers; ``sha256`` is empty where one cannot be read.

    ``files`` are those of ``gold_by_record`` for the path ``settled``, ``most`` is as for ``read``.
    """
    annotator, split, digests = "", "", []
    try:
        for path in files:
            content = content_of(root, path, most)
            digests.append(hashlib.sha256(content).hexdigest())
            if path == settled:
                values = json.loads(content)
                annotator, split = str(values["annotator"]), str(values.get("split") or "")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Gold("", {})
    return Gold(annotator, {}, _digest(digests), split)


def _digest(digests: Sequence[str]) -> str:
    """One SHA-256 for those of several files: that of a single one is its own, that of none is empty."""
    return "".join(digests) if len(digests) < 2 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def read(root: Location, article: Article, most: int = LIMITS["gold"]) -> Gold | None:
    """The settled gold of an article, None where it has none; it may have ``most`` spans.

    Raises:
        CorpusError: the file is no sound gold file, or not one of this text; all its problems.
    """
    return read_file(root, article, path_of(article.raw_path, article.id), most)


def read_all(root: Location, article: Article, files: Sequence[str], most: int = LIMITS["gold"]) -> Gold:
    """What all ``files`` of an article say (those of ``gold_by_record``); no layers where nothing was settled yet.

    Raises:
        CorpusError: as ``read``, for each of them; or two are of one annotator (rule ``gold-twice``).
    """
    place = path_of(article.raw_path, article.id)
    settled, problems = read_each(root, article, [path for path in files if path == place], most)
    each, more = read_each(root, article, [path for path in files if path != place], most)
    if problems or more:
        raise CorpusError([*problems, *more])
    known = settled[0] if settled else Gold("", {})
    return replace(known, each=tuple(each), sha256=_digest(_digests(files, (*settled, *each))))


def _digests(files: Sequence[str], found: Sequence[Gold]) -> list[str]:
    """The hashes of what was found in some files, in the order of the files."""
    by_path = {one.path: one.sha256 for one in found}
    return [by_path[path] for path in files if path in by_path]


def read_each(
    root: Location, article: Article, files: Sequence[str], most: int = LIMITS["gold"]
) -> tuple[list[Gold], list[Problem]]:
    """What those of some gold files of an article say that are sound, by the names of annotators; and all problems.

    Of two files of one annotator none is sound (rule ``gold-twice``).
    """
    found: list[Gold] = []
    problems: list[Problem] = []
    for path in files:
        try:
            one = read_file(root, article, path, most)
        except CorpusError as error:
            problems += error.problems
        else:
            found += [one] if one is not None else []
    found.sort(key=lambda one: person_of(one.annotator))
    twice = [pair for pair in pairwise(found) if is_same_person(pair[0].annotator, pair[1].annotator)]
    unsound = {person_of(one.annotator) for one, _ in twice}
    problems += [_of_one_person(*pair) for pair in twice]
    return [one for one in found if person_of(one.annotator) not in unsound], problems


_ALIKE = str.maketrans("’‐", "'-")


def person_of(annotator: str) -> str:
    """Whom a name means: case, spaces, forms of Unicode, and marks that nobody sees make no other person.

    >>> person_of("LÉA\u00a0\u200b Roux") == person_of("le\u0301a roux")
    True
    """
    shown = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", annotator).casefold())
    seen = "".join(one for one in shown if unicodedata.category(one) != "Cf")
    return " ".join(seen.translate(_ALIKE).split())


def is_same_person(one: str, other: str) -> bool:
    """Whether two annotators' names are one person's."""
    return person_of(one) == person_of(other)


def is_signature(annotator: str) -> bool:
    """Whether this is somebody's name, and not what stands for one in a file that the program filled in."""
    return any(map(str.isalnum, annotator)) and person_of(annotator) != UNSIGNED


def _of_one_person(one: Gold, other: Gold) -> Problem:
    found, wanted = f"{quoted(other.annotator)}, who signed {one.path} too", "one file of each annotator"
    hint = "put the name of who made it there, or remove one of the two files"
    return Problem(other.path, 0, "$.annotator", "gold-twice", found, wanted, hint)


def read_file(root: Location, article: Article, path: str, most: int = LIMITS["gold"]) -> Gold | None:
    """A gold file of an article, None where there is none at that path.

    Raises:
        CorpusError: as ``read``.
    """
    content = stored(root, path, most)
    return None if content is None else parsed(content, article, path, most)


def stored(root: Location, path: str, most: int = LIMITS["gold"]) -> bytes | None:
    """The bytes of a gold file of at most so many spans, None where there is none.

    Raises:
        CorpusError: rule ``file-unreadable`` or ``gold-too-large``.
    """
    try:
        return content_of(root, path, most)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise CorpusError(_too_large(path, str(error.strerror), most)) from None
        found = error.strerror or first_line(error)
        raise CorpusError(Problem(path, 0, "", "file-unreadable", found, "a readable UTF-8 file")) from None


def values_of(content: bytes, path: str) -> Any:
    """What the bytes of a gold file say.

    Raises:
        CorpusError: they are no UTF-8, or no JSON.
    """
    try:
        return read_json(content.decode("utf-8-sig"))
    except UnicodeError as error:
        found = first_line(error)
        raise CorpusError(Problem(path, 0, "", "file-unreadable", found, "a readable UTF-8 file")) from None
    except ValueError as error:
        raise CorpusError(Problem(path, 0, "", "json-invalid", str(error), "one JSON object")) from None


def parsed(content: bytes, article: Article, path: str, most: int = LIMITS["gold"]) -> Gold:
    """What the bytes of a gold file of an article say.

    Raises:
        CorpusError: as ``read``.
    """
    values = values_of(content, path)
    if found := problems(values, article, path, most):
        raise CorpusError(found)
    return Gold(
        values["annotator"],
        layers_of(values, article.text),
        hashlib.sha256(content).hexdigest(),
        values.get("split") or "",
        path,
    )


def problems(values: Any, article: Article, path: str, most: int = LIMITS["gold"]) -> list[Problem]:
    """All that is wrong with what a gold file of an article says, which may have ``most`` spans."""
    found = list(schema.problems("gold", values, path))
    if not found and (count := sum(1 for _ in _spans(values))) > most:
        found = [_too_large(path, number_of(count, "span"), most)]
    return found or list(_problems(values, article, path)) or list(contradictions(values, article.text, path))


def _too_large(path: str, found: str, most: int) -> Problem:
    hint = f"annotate the articles that it holds one by one; {RAISE.format('gold')}"
    return Problem(path, 0, "", "gold-too-large", found, f"at most {number_of(most, 'span')}", hint)


def _spans(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every span of a gold file with its JSON path."""
    for layer in GOLD_LAYERS:
        for index, one in enumerate(values.get(layer, ())):
            json_path = f"$.{layer}[{index}]"
            if layer == "keywords":
                continue
            if layer != "quotations":
                yield json_path, one
                continue
            for number, fragment in enumerate(one["fragments"]):
                yield f"{json_path}.fragments[{number}]", fragment
            for part in ("speaker", "cue"):
                if one[part] is not None:
                    yield f"{json_path}.{part}", one[part]


def _problems(values: Mapping[str, Any], article: Article, path: str) -> Iterator[Problem]:
    """No annotator, readings that nobody chose from, drift of the text, and what ``_misplaced`` finds."""
    text = article.text
    if not is_signature(values["annotator"]):
        hint = "read the article, correct what the program found, then put your name there"
        wanted = "the name of the person who annotated"
        yield Problem(path, 0, "$.annotator", "gold-unsigned", quoted(values["annotator"]), wanted, hint)
    for layer in GOLD_LAYERS:
        for index, one in enumerate(values.get(layer, ())):
            if isinstance(one, dict) and "unsettled" in one:
                words = one["text"] if "text" in one else " … ".join(part["text"] for part in one["fragments"])
                found, wanted = f"{quoted(words)}, {one['unsettled']}", "what a person settled"
                hint = "keep the line that is right without `unsettled`, and remove others of the same place"
                yield Problem(path, 0, f"$.{layer}[{index}]", "gold-unsettled", found, wanted, hint)
    digest = text_sha256(text)
    spans = list(_spans(values))
    if values["text_sha256"] != digest:
        moved = [one["text"] for _, one in spans if "start" in one and not text.startswith(one["text"], one["start"])]
        lost = [one["text"] for _, one in spans if one["text"] not in text]
        found = f"another text: of {number_of(len(spans), 'span')} {len(moved):,} moved"
        if first := (lost or moved):
            found += f", {len(lost):,} gone; first {quoted(first[0])}"
        hint = f"look at the change, mend the spans, and set text_sha256 to {digest}"
        yield Problem(path, 0, "$.text_sha256", "gold-drift", found, "the text that was annotated", hint)
    else:
        yield from _misplaced(values, spans, article, path)


def _misplaced(
    values: Mapping[str, Any], spans: Sequence[tuple[str, Mapping[str, Any]]], article: Article, path: str
) -> Iterator[Problem]:
    """Surfaces that are not where they should be, or stand in several places; names and keywords that stand nowhere."""
    from corpus.annotate.metrics import plain_name

    text = article.text
    for json_path, one in spans:
        words = one["text"]
        if "start" in one and not text.startswith(words, one["start"]):
            there = quoted(text[one["start"] : one["start"] + len(words)])
            at = text.find(words)
            hint = f"it stands at {at}" if at >= 0 else "it stands nowhere in the text"
            yield Problem(path, 0, f"{json_path}.start", "gold-surface", there, quoted(words), hint)
        elif "start" not in one and len(found_at := places(text, words)) != 1:
            count = str(len(found_at)) if len(found_at) <= _LISTED else f"more than {_LISTED}"
            found, wanted = f"{quoted(words)}, {count} times in the text", "words that stand once, or their start"
            hint = "they are not in the text: check their spelling"
            if found_at:
                hint = f"start is one of {', '.join(map(str, found_at[:_LISTED]))}"
            yield Problem(path, 0, f"{json_path}.text", "gold-ambiguous", found, wanted, hint)
        elif words != words.strip():
            wanted = "words without the space around them"
            yield Problem(path, 0, f"{json_path}.text", "gold-surface", quoted(words), wanted)
    all_words = plain_name(f"{text}\n{article.byline or ''}") or ""
    for index, quotation in enumerate(values.get("quotations", ())):
        name = plain_name(quotation["speaker_name"])
        if name is not None and not (name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", all_words)):
            found, wanted = quoted(quotation["speaker_name"]), "the fullest name that the article has for them, or null"
            yield Problem(path, 0, f"$.quotations[{index}].speaker_name", "gold-surface", found, wanted)
    words_of_text = text.casefold()
    for index, one in enumerate(with_offsets("keywords", values.get("keywords", ()), text)):
        if (keyword := one["text"]).casefold() not in words_of_text:
            wanted = "words of the article"
            yield Problem(path, 0, f"$.keywords[{index}]", "gold-surface", quoted(keyword), wanted)


_LISTED = 10


def places(text: str, words: str) -> list[int]:
    """Where some words stand, which may overlap: the first ten places, and one more."""
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) <= _LISTED:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def layers_of(values: Mapping[str, Any], text: str) -> dict[str, list[dict[str, Any]]]:
    """The layers that a gold file has, each as ``with_offsets`` gives it."""
    return {layer: with_offsets(layer, values[layer], text) for layer in GOLD_LAYERS if layer in values}


def with_offsets(layer: str, statements: Sequence[Any], text: str) -> list[dict[str, Any]]:
    """The statements of a layer with the offsets of all their spans, in the order of the text; keywords in theirs."""
    if layer == "keywords":
        return [{"text": one} if isinstance(one, str) else dict(one) for one in statements]

    def with_end(span: Mapping[str, Any]) -> dict[str, Any]:
        start = span["start"] if "start" in span else text.index(span["text"])
        return {**span, "start": start, "end": start + len(span["text"])}

    found = []
    for one in statements:
        if "fragments" not in one:
            found.append(with_end(one))
            continue
        parts = {part: [with_end(one[part])] if one[part] is not None else [] for part in ("speaker", "cue")}
        fragments = [with_end(fragment) for fragment in one["fragments"]]
        found.append({**one, **parts, "fragments": fragments, "start": fragments[0]["start"]})
    return sorted(found, key=lambda one: (one["start"], one.get("end", 0)))
