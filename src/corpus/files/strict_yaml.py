"""YAML without its traps: every scalar is a string, and nothing points anywhere.

Anchors, aliases and tags are refused (a few bytes of them can ask for gigabytes or for
code), and so are repeated keys, of which a reader would silently keep one.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from corpus.model.problem import CorpusError, Problem, quoted

DEEPEST = 12
_MOST = 20_000
_LONGEST = 1000
"""A line is mended in a hint if it is no longer than this."""
_HINT = 'put values with ": " or " #" in quotation marks; indent with spaces, not tabs'
_ENTRY = re.compile(r"(?P<key>[ ]*(?:-[ ]+)?[\w-]+:[ ]+|[ ]*-[ ]+)(?P<value>\S.*)")
_COMMENT = re.compile(r"[ \t]+#")
_HASHTAG = re.compile(r"[ \t]+#[^\s#]")


class _Strings(yaml.CBaseLoader):
    """The loader without types: ``2023-03``, ``no`` and ``1.0`` stay the words they are."""


def read_yaml(text: str, file: str, first_line: int = 1, *, comments: bool = True) -> Any:
    """The mapping, list or string that a YAML text says, all scalars as strings.

    ``first_line`` is the line of ``file`` on which ``text`` begins, for the problems. ``comments`` says whether a
    comment may stand behind a value without quotation marks; one such as « #MeToo », without a space, never may.

    Raises:
        CorpusError: rule ``yaml-invalid`` (not YAML, a repeated key, nested over 12 deep, a value that ``#`` cuts)
            or ``yaml-unsafe`` (an anchor, an alias, a tag, several documents).
    """
    try:
        _refuse_traps(text, file, first_line)
        _refuse_cut_values(text, file, first_line, _HASHTAG if comments else _COMMENT)
        node = yaml.compose(text, Loader=_Strings)
        return None if node is None else _value(node, file, first_line)
    except yaml.MarkedYAMLError as error:
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
        found = str(error.problem or error.context or "unreadable YAML")
        line, hint = marks[0].line if marks else 0, _HINT
        lines = text.split("\n")
        for number in (number for mark in marks for number in (mark.line, mark.line - 1)):
            if 0 <= number < len(lines) and (mended := _in_quotes(lines[number])):
                line, hint = number, f"write: {mended}"
                break
        raise CorpusError(Problem(file, first_line + line, "", "yaml-invalid", found, "YAML", hint)) from None
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        found = str(error).splitlines()[0] if str(error) else "unreadable YAML"
        raise CorpusError(Problem(file, first_line, "", "yaml-invalid", found, "YAML", "")) from None


def key_lines(text: str, first_line: int = 1) -> dict[str, int]:
    """The line on which each key of a sound mapping stands; empty for all else."""
    node = yaml.compose(text, Loader=_Strings)
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: first_line + key.start_mark.line for key, _ in node.value if isinstance(key, yaml.ScalarNode)}


def _refuse_cut_values(text: str, file: str, first_line: int, cut: re.Pattern[str]) -> None:
    """Say where a value goes on behind « # », which YAML takes for a comment: « Procès #MeToo à Kerbihan »."""
    if "#" not in text:
        return
    lines = text.split("\n")
    for event in yaml.parse(text, Loader=_Strings):
        mark = event.end_mark
        if not isinstance(event, yaml.ScalarEvent) or event.style or mark is None or mark.line >= len(lines):
            continue
        line = lines[mark.line]
        rest = line[mark.column :]
        if cut.match(rest):
            found = f"{quoted(event.value)}, cut before {quoted(rest.strip())}"
            mended = _in_quotes(line)
            hint = f"write: {mended}" if mended else _HINT
            wanted = "the whole value in quotation marks, comments on lines of their own"
            raise CorpusError(Problem(file, first_line + mark.line, "", "yaml-invalid", found, wanted, hint))


def _in_quotes(line: str) -> str:
    """A line with its value in single quotation marks, if that makes YAML of it and it was none, or cut; else empty."""
    entry = _ENTRY.fullmatch(line.rstrip("\r\t ")) if len(line) <= _LONGEST else None
    if not entry:
        return ""
    value = entry["value"]
    mended = f"{entry['key']}'{value.replace(chr(39), chr(39) * 2)}'"
    try:
        before: Any = yaml.load(line, Loader=_Strings)  # noqa: S506  # strings only, as its name says
    except yaml.YAMLError:
        before = None
    try:
        after = yaml.load(mended, Loader=_Strings)  # noqa: S506
    except yaml.YAMLError:
        return ""
    says = [*after.values()] if isinstance(after, dict) else after
    same = before == after or not isinstance(says, list) or says != [value]
    return "" if same else mended.strip()


def _refuse_traps(text: str, file: str, first_line: int) -> None:
    """Look at the events before anything is built from them."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Strings)):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        trap = None
        if isinstance(event, yaml.AliasEvent):
            trap = f"the alias *{event.anchor}"
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            trap = f"the anchor &{event.anchor}"
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag:
            trap = f"the tag {event.tag}"
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            trap = "a second document" if documents > 1 else None
        if trap:
            wanted, hint = "plain keys, values and lists", "write the value out where it is used"
            raise CorpusError(Problem(file, line, "", "yaml-unsafe", trap, wanted, hint))
        if number > _MOST:
            found, wanted = f"more than {_MOST:,} keys and values", f"at most {_MOST:,}"
            raise CorpusError(Problem(file, line, "", "yaml-invalid", found, wanted, "is it what it says it is?"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            found, wanted = f"nesting over {DEEPEST} deep", "a flat list of fields"
            raise CorpusError(Problem(file, line, "", "yaml-invalid", found, wanted, ""))


def _value(node: yaml.Node, file: str, first_line: int) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, file, first_line) for child in node.value]
    mapping: dict[str, Any] = {}
    for key, child in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else quoted("a list or mapping")
        if not isinstance(key, yaml.ScalarNode) or name in mapping:
            line, path = first_line + key.start_mark.line, f"$.{name}"
            found = f"the key {name} a second time" if name in mapping else "a key that is no word"
            hint = "remove one of the two"
            raise CorpusError(Problem(file, line, path, "yaml-invalid", found, "each key once", hint))
        mapping[name] = _value(child, file, first_line)
    return mapping
