"""How anything wrong is said: a ``Problem`` is a value, collected over the whole run.

Data problems are yielded, all of them, and printed together. A ``CorpusError`` is raised
only where the work cannot go on, and carries the problems that say why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from corpus.model.foreign_text import printable
from corpus.model.secrets import scrubber

CUT = 60
"""Found values are quoted up to this many characters: an article is not an error message."""


def quoted(value: object) -> str:
    """A value as it is shown in ``found``: quoted, cut at 60 characters, always one line.

    >>> quoted("a" * 100)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' ... (100 characters)"
    """
    if isinstance(value, str):
        shown = repr(value[:CUT])
        return shown if len(value) <= CUT else f"{shown} ... ({len(value)} characters)"
    try:
        shown = repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return f"a value that is too long, {type(value).__name__}"
    return shown if len(shown) <= CUT else f"{shown[:CUT]} ..."


def number_of(count: int, noun: str) -> str:
    """So many of something, in the singular where it is one.

    >>> number_of(1, "raw record"), number_of(2000, "raw record")
    ('1 raw record', '2,000 raw records')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def first_line(error: BaseException) -> str:
    """The first line of what an error says, its name where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]


_LONGEST = {"wanted": 2000, "rule": 40}
_LONG = 400
"""No part of a problem is longer than this many characters, but what is wanted, which may list choices."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one record, said to the person who can mend it.

    ``rule`` never changes once released: people search for it, and the fixture folder and
    the paragraph in schema/rules.md carry the same name. ``line`` is 1-based, 0 where the
    problem concerns the file as a whole. ``path`` is a JSON path (``$.title``) or empty.
    """

    file: str
    line: int
    path: str
    rule: str
    found: str
    wanted: str
    hint: str = ""

    def __post_init__(self) -> None:
        """Make what came from the input fit to be printed: it may not steer a terminal or forge lines."""
        for name in ("file", "path", "rule", "found", "wanted", "hint"):
            value, most = getattr(self, name), _LONGEST.get(name, _LONG)
            if not value.isprintable() or len(value) > most:
                cut = value if len(value) <= most else f"{value[:most]} ... ({len(value)} characters)"
                object.__setattr__(self, name, printable(cut))

    def __str__(self) -> str:
        """Three or four lines, made for people and for grep: place and rule come first."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        lines = [
            f"{place}: {self.path + ': ' if self.path else ''}{self.rule}",
            f"    found:  {self.found}",
            f"    wanted: {self.wanted}",
        ]
        if self.hint:
            lines.append(f"    try:    {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, str | int]:
        """The problem as an object of strings, with ``line`` as a number."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw record that is in no release; ``source`` is empty where it lies in none.

    One with ``records`` over 1 stands for the records of a file that are counted and not listed (``Refusals``).
    """

    source: str
    file: str
    line: int
    problems: tuple[Problem, ...]
    records: int = 1

    def as_json(self) -> dict[str, Any]:
        """The line of the rejects file."""
        return {
            "file": self.file,
            "line": self.line,
            "source": self.source,
            "problems": [problem.as_json() for problem in self.problems],
            **({"records": self.records} if self.records > 1 else {}),
        }


class Refusals:
    """What was rejected: of each file the first records, as many as ``most`` says of its source, the others counted."""

    def __init__(self, most: Callable[[str], int]) -> None:
        self.count = 0
        self._most = most
        self._listed: list[Rejected] = []
        self._listed_of_file = Counter[str]()
        self._counted: dict[tuple[str, bool], Rejected] = {}

    def add(self, refusal: Rejected) -> None:
        """Take one more in, after those that stand before it in its file."""
        file = refusal.file.partition("#")[0]
        rule = refusal.problems[0].rule if refusal.problems else ""
        if rule in ("problems-many", "records-unread"):
            self._count(refusal, unread=rule == "records-unread")
        elif self._listed_of_file[file] < self._most(refusal.source):
            self._listed_of_file[file] += 1
            self._listed.append(refusal)
            self.count += 1
        else:
            self._count(refusal, unread=False)

    def is_listed(self, file: str) -> bool:
        """Whether as many records of a file are listed as may be, so that another one is counted."""
        return (file, False) in self._counted

    def skip(self, source: str, file: str, line: int) -> None:
        """Take in a record that nobody judges any more."""
        self._count(Rejected(source, file, line, ()), unread=True)

    def _count(self, refusal: Rejected, *, unread: bool) -> None:
        self.count += refusal.records
        key = (refusal.file.partition("#")[0], unread)
        known = self._counted.get(key)
        self._counted[key] = refusal if known is None else replace(known, records=known.records + refusal.records)

    def __iter__(self) -> Iterator[Rejected]:
        """Those that are listed, and for each file with more one that counts them."""
        yield from self._listed
        for (file, unread), others in self._counted.items():
            wanted = "a file of sound records"
            hint = f"mend what is listed of it, and look again; {RAISE.format('rejected' if unread else 'problems')}"
            if unread:
                found = f"{number_of(others.records, 'record')} behind so many at fault that nobody judged them"
                problem = Problem(file, others.line, "", "records-unread", found, wanted, hint)
            else:
                found = f"{number_of(others.records, 'more record')} at fault, first this"
                problem = Problem(file, others.line, "", "problems-many", found, wanted, hint)
            yield replace(others, file=file, problems=(problem,))


RAISE = "or raise `limits: {{{}: …}}` in its source.yaml"
"""What else to try where a limit of a source is reached, whose name it takes."""


def without_secrets(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems, without the tokens, keys and passwords that servers and libraries put into their errors."""
    scrub = scrubber()

    def clean(problem: Problem) -> Problem:
        said = (problem.file, problem.path, problem.found, problem.wanted, problem.hint)
        file, path, found, wanted, hint = clear = tuple(map(scrub, said))
        if clear == said:
            return problem
        return replace(problem, file=file, path=path, found=found, wanted=wanted, hint=hint)

    return tuple(map(clean, problems))


def said_once(rejected: Iterable[Rejected]) -> list[Problem]:
    """All problems of records, sorted; an extra that is missing is said once, with how many records that concerns."""
    found = Counter(problem for refusal in rejected for problem in refusal.problems)
    for problem in [one for one in found if one.rule == "extra-missing"]:
        count = found.pop(problem)
        found[replace(problem, found=f"{problem.found} ({number_of(count, 'record')})")] += 1
    return sorted(found.elements())


class CorpusError(Exception):
    """What was asked cannot be done; ``problems`` (one or more) say why, to a person."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = without_secrets([problems] if isinstance(problems, Problem) else problems)
        super().__init__()

    def __str__(self) -> str:
        """All problems, one after the other."""
        return "\n".join(map(str, self.problems))

    def __reduce__(self) -> tuple[type[CorpusError], tuple[tuple[Problem, ...]]]:
        """Pickled as its problems, so that a worker process can raise it."""
        return type(self), (self.problems,)


class UsageError(CorpusError):
    """The call itself is wrong (a missing folder, an unknown option value): exit code 2."""


class StorageError(CorpusError):
    """Storage that does not answer, or gives no leave: no record is to blame, and nothing is concluded from it."""


class UnchangedError(CorpusError):
    """There is nothing new to make: what was worked out to see that is of no use to the next build."""
