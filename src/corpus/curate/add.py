"""Files contributors' records in a source of a corpus folder, or in a new one whose shape their files show."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from corpus.build import plan
from corpus.curate import contributions, filing
from corpus.curate.contributions import Contribution, Given
from corpus.curate.filing import Filing
from corpus.curate.recognise import Recognised, date_format_of, recognise
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError, number_of, quoted, said_once
from corpus.parse.languages import language_named
from corpus.raw import listing, tombstones
from corpus.raw.config import SOURCE_NAME, Source, licence_problem, read_settings
from corpus.raw.encodings import codec
from corpus.raw.key import WITHHELD, CorpusKey, obtain_key
from corpus.raw.layout import SHAPES


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of the files to add: where each is filed, and what is wrong.

    Files that are named are taken all or none: where one has a problem, none is filed, and ``kept_back`` are those that
    could be. Of an export, and of a folder, what is sound is filed. ``warnings`` are near-duplicates of what is filed,
    and no problems.
    """

    filed: tuple[tuple[Path, Path], ...]
    rejected: tuple[Rejected, ...]
    warnings: tuple[Problem, ...] = ()
    articles: int = 0
    kept_back: tuple[Path, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """All problems, sorted; a missing extra once."""
        return said_once(self.rejected)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new source for some files: the source.yaml that makes them build, what they hold, and a few as proof.

    ``proofs`` are title, date and publication of the first sound articles. ``others`` counts the files of each shape
    that was not asked for, "" those of none.
    """

    source: Source
    settings: Mapping[str, Any]
    contributions: tuple[Contribution, ...]
    problems: tuple[Problem, ...]
    others: Mapping[str, int] = field(default_factory=dict)

    @property
    def proofs(self) -> list[tuple[str, str, str | None]]:
        """Title, date and publication of three articles, the first of as many files as there are."""
        firsts = [article for one in self.contributions for article in one.articles[:1]]
        rest = [article for one in self.contributions for article in one.articles[1:3]]
        return [(one.title, one.date, one.naming.publication or None) for one in [*firsts, *rest][:3]]

    @property
    def source_yaml(self) -> str:
        """The text of the file that describes the source."""
        return yaml.safe_dump(dict(self.settings), allow_unicode=True, sort_keys=False, width=100)


@dataclass(frozen=True, slots=True)
class NewSource:
    """What only a person can say of a new source; as in source.yaml."""

    id: str
    language: str
    licence: str
    redistribution: str
    more: Mapping[str, str] = field(default_factory=dict)


def add(
    root: Path,
    given: Sequence[Path],
    source_id: str,
    *,
    by: str | None = None,
    encoding: str = "",
    dry_run: bool = False,
) -> Addition:
    """Check files and file them in a source, under a name that stays: date and 12 hex digits of their hash.

    Folders stand for the files in them. ``by`` names the contributor, whom raw/contributors.jsonl then names.
    ``encoding`` is that in which the files are written, or were wrongly read: they are filed as UTF-8. ``dry_run``
    checks and says where they would be filed.

    Raises:
        UsageError: no corpus folder, no such source, no such encoding, or a file that is not there.
        CorpusError: the settings or the source's are wrong.
    """
    _check_contributor(by)
    _check_encoding(encoding)
    planned = plan.plan(root, frozenset([source_id]))
    source = _source(root, source_id, planned)
    files = contributions.files_in(given)
    fitting = [one for one in files if SHAPES[source.shape].suffix_of(one.file.name)]
    problems = [_misnamed(one, source) for one in files if one not in fitting]
    withdrawn = tombstones.withdrawn(root)
    key = _key(root, source.redistribution) if planned.key or not dry_run else None
    found = [contributions.read(root, one, source, planned.settings, withdrawn, encoding, key) for one in fitting]
    found = contributions.not_free(root, source_id, found)
    partly = any(one.is_dir() for one in given)
    return _file(root, source_id, found, problems, by=by, partly=partly, dry_run=dry_run)


def propose(root: Path, given: Sequence[Path], new: NewSource, encoding: str = "", shape: str = "") -> Proposal:
    """The source that files make, with what their shape needs in source.yaml; nothing of it is written.

    A corpus without a key gets one where the source needs it. ``encoding`` is as for ``add``. Of files of several
    shapes ``shape`` takes those of one.

    Raises:
        UsageError: no corpus folder, the source is there already, a name or right that none is, or a file that is not
            there.
        CorpusError: no file is of a shape that is known, or they are of several.
    """
    settings = read_settings(root)
    _check_new(root, new)
    _check_encoding(encoding)
    files = contributions.files_in(given)
    recognised, problems = recognise([one.file for one in files])
    chosen = [one for one in recognised if shape in ("", one.shape)]
    if len(chosen) != 1:
        raise CorpusError([*problems, *_mixed(recognised, given, new.id)])
    [best] = chosen
    others = {one.shape: len(one.articles) for one in recognised if one is not best}
    if shape and problems:
        others[""] = len(problems)
        problems = []
    said = {
        "name": new.more.get("name", new.id),
        **{key: value for key, value in new.more.items() if key != "name"},
        "language": new.language,
        "licence": new.licence,
        "redistribution": new.redistribution,
        "shape": best.shape,
        **best.settings,
    }
    if wrong := list(schema.problems("source", said, f"raw/{new.id}/source.yaml")):
        raise UsageError(wrong)
    withdrawn, key = tombstones.withdrawn(root), _key(root, new.redistribution)

    def read(source: Source) -> tuple[Contribution, ...]:
        chosen = (one for one in files if one.file in best.articles)
        return tuple(contributions.read(root, one, source, settings, withdrawn, encoding, key) for one in chosen)

    source = Source(id=new.id, **said)
    found = read(source)
    if any(problem.rule == "date-ambiguous" for one in found for problem in one.problems):
        proved = date_format_of([*best.articles], source)
        if proved is not None:
            said["date_format"] = proved
            source = replace(source, date_format=proved)
            found = read(source)
    return Proposal(source, said, found, tuple(problems), others)


def add_new(root: Path, proposal: Proposal, *, by: str | None = None, dry_run: bool = False) -> Addition:
    """Write the source.yaml of a new source and file what is sound of its files.

    Raises:
        CorpusError: the folder cannot be written.
    """
    _check_contributor(by)
    source = proposal.source
    found = contributions.not_free(root, source.id, proposal.contributions)
    described = Filing(root / "raw" / source.id / "source.yaml", proposal.source_yaml.encode())
    problems = list(proposal.problems)
    return _file(root, source.id, found, problems, by=by, partly=True, dry_run=dry_run, first=(described,))


def _file(
    root: Path,
    source_id: str,
    found: Sequence[Contribution],
    problems: list[Problem],
    *,
    by: str | None,
    partly: bool,
    dry_run: bool,
    first: Sequence[Filing] = (),
) -> Addition:
    """File the contributions that can be filed, and ``first`` before them; ``partly`` although others cannot."""
    sound = [one for one in found if one.is_filed]
    filed = sound if partly or (not problems and len(sound) == len(found)) else []
    problems = [*problems, *(problem for one in found for problem in one.problems)]
    rejected = tuple(Rejected(source_id, problem.file, problem.line, (problem,)) for problem in problems)
    warnings = contributions.near_duplicates(root, source_id, filed)
    if filed and not dry_run:
        ids = [tuple(article.naming.id for article in one.articles) for one in filed]
        new = [Filing(one.target, one.content, some) for one, some in zip(filed, ids, strict=True)]
        filing.file_all(root, [*first, *new], by)
    count = sum(len(one.articles) for one in filed)
    kept_back = () if filed else tuple(one.file for one in sound)
    return Addition(tuple((one.file, one.target) for one in filed), rejected, tuple(warnings), count, kept_back)


def _key(root: Path, redistribution: str) -> CorpusKey | None:
    """What names of files are keyed with in a source whose texts may not be passed on; None in another."""
    return obtain_key(root) if redistribution == WITHHELD else None


_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, line ends, marks that turn the order of letters, halves of characters."""


def _check_contributor(by: str | None) -> None:
    if by is not None and (found := _UNPRINTED.search(by)):
        shown = f"{quoted(by)}, with U+{ord(found[0]):04X}"
        wanted = "a name without line ends, controls and marks of direction"
        raise UsageError(Problem("--by", 0, "", "field-invalid", shown, wanted, "type the name anew"))
    if by is not None and (wrong := list(schema.problems("contributor", {"id": "a/b", "name": by}, "--by"))):
        raise UsageError(wrong)


def _check_encoding(encoding: str) -> None:
    if encoding and not codec(encoding):
        wanted = "the name of an encoding, such as utf-8, windows-1252, iso-8859-15, mac-roman or cp850"
        raise UsageError(Problem("--encoding", 0, "", "field-invalid", quoted(encoding), wanted))


def _misnamed(given: Given, source: Source) -> Problem:
    wanted = f"a name that ends in {' or '.join(SHAPES[source.shape].suffixes)}"
    hint = f"{source.id} takes the shape {source.shape}; for files of another shape: --new-source NAME"
    return Problem(str(given.file), 0, "", "file-unexpected", quoted(given.file.name), wanted, hint)


def _mixed(recognised: Sequence[Recognised], given: Sequence[Path], name: str) -> list[Problem]:
    """That files are of several shapes, each of which needs a source of its own."""
    paths = shlex.join(map(str, given[:_SHOWN])) + (" …" if len(given) > _SHOWN else "")
    return [
        Problem(
            str(next(iter(one.articles))),
            0,
            "",
            "shape-mixed",
            f"{one.shape}: {number_of(len(one.articles), 'file')}, first this",
            "files of one shape for a source",
            f"make a source of these alone: corpus add {paths} --new-source {name}-{one.shape} --shape {one.shape}",
        )
        for one in recognised
    ]


_SHOWN = 3
"""So many files are named in a command that is proposed."""


def _check_new(root: Path, new: NewSource) -> None:
    """Stop where a new source cannot be made as it is asked for."""
    if not SOURCE_NAME.fullmatch(new.id):
        wanted = "at most 80 of a-z 0-9 . _ -, first a letter or digit"
        plain = unicodedata.normalize("NFKD", new.id).encode("ascii", "ignore").decode().lower()
        fits = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:80]
        hint = f"its name opens every id: --new-source {fits}" if fits else "its name opens every id"
        raise UsageError(Problem("--new-source", 0, "", "source-name", quoted(new.id), wanted, hint))
    described = f"raw/{new.id}/source.yaml"
    if (root / "raw" / new.id).exists() and described not in filing.begun(root).files:
        hint = f"add to it with: corpus add FILE --source {new.id}"
        found = f"raw/{new.id} is there already"
        raise UsageError(Problem("--new-source", 0, "", "place-not-free", found, "a name that is free", hint))
    if not re.fullmatch("[a-z]{2,3}", new.language):
        code = language_named(new.language)
        hint = f"--language {code}" if code else "fr is French, en English, de German, it Italian, nl Dutch"
        wanted = "a code of ISO 639, such as fr"
        raise UsageError(Problem("--language", 0, "", "field-invalid", quoted(new.language), wanted, hint))
    if wrong := licence_problem(new.licence):
        raise UsageError(Problem("--licence", 0, "", "licence-unknown", quoted(new.licence), *wrong))


def _source(root: Path, source_id: str, planned: plan.Plan) -> Source:
    """The source to file records in.

    Raises:
        UsageError: rule ``source-missing``.
        CorpusError: its settings are wrong.
    """
    if source_id in planned.sources:
        return planned.sources[source_id]
    if wrong := [problem for one in planned.rejected if one.source == source_id for problem in one.problems]:
        raise CorpusError(wrong)
    names = ", ".join(sorted(folder.name for folder in listing.source_folders(root, None)[0])) or "none yet"
    hint = (
        f"make it from these files: corpus add FILE --new-source {source_id}"
        if SOURCE_NAME.fullmatch(source_id)
        else ""
    )
    found = f"no folder raw/{source_id}"
    raise UsageError(Problem(source_id, 0, "", "source-missing", found, f"one of {names}", hint))
