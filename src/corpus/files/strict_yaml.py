"""YAML without its traps: every scalar is a string, and nothing points anywhere.

Anchors, aliases and tags are refused (a few bytes of them can ask for gigabytes or for
code), and so are repeated keys, of which a reader would silently keep one.
"""

from __future__ import annotations

from typing import Any

import yaml

from corpus.model.problem import CorpusError, Problem, quoted

_DEEPEST = 12


class _Strings(yaml.CBaseLoader):
    """The loader without types: ``2023-03``, ``no`` and ``1.0`` stay the words they are."""


def read_yaml(text: str, file: str, first_line: int = 1) -> Any:
    """The mapping, list or string that a YAML text says, all scalars as strings.

    ``first_line`` is the line of ``file`` on which ``text`` begins, for the problems.

    Raises:
        CorpusError: rule ``yaml-invalid`` (not YAML, a repeated key, nested over 12 deep)
            or ``yaml-unsafe`` (an anchor, an alias, a tag, several documents).
    """
    try:
        _refuse_traps(text, file, first_line)
        node = yaml.compose(text, Loader=_Strings)
        return None if node is None else _value(node, file, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        found = str(error.problem or error.context or "unreadable YAML")
        hint = 'put values with ": " or "#" in quotation marks; indent with spaces, not tabs'
        raise CorpusError(Problem(file, line, "", "yaml-invalid", found, "YAML", hint)) from None
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        found = str(error).splitlines()[0] if str(error) else "unreadable YAML"
        raise CorpusError(Problem(file, first_line, "", "yaml-invalid", found, "YAML", "")) from None


def _refuse_traps(text: str, file: str, first_line: int) -> None:
    """Look at the events before anything is built from them."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Strings):
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
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            found, wanted = f"nesting over {_DEEPEST} deep", "a flat list of fields"
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
