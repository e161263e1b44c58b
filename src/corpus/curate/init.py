"""Makes a corpus folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path, PurePath

from corpus.files.refusals import writing
from corpus.model.problem import Problem, UsageError

_TEMPLATES = ("corpus.toml", "raw/README.md")

_EXAMPLE = ("raw/exemple/source.yaml", "raw/exemple/2024-03-12-une-halle.md")


def init(folder: Path, *, example: bool = False) -> list[Path]:
    """Make a corpus folder that ``build`` accepts at once; the files made, in order.

    ``example`` adds a source with one invented article. Layers are switched on where the extra ``layers`` is
    installed. What exists is left as it is.

    Raises:
        UsageError: the folder holds a corpus already, or is a file.
        CorpusError: the disk refuses.
    """
    if (folder / "corpus.toml").exists():
        hint = f"it is a corpus already: corpus build --root {folder} --out DIR"
        raise UsageError(Problem(str(folder), 0, "", "place-not-free", "a corpus.toml", "a folder without one", hint))
    if folder.exists() and not folder.is_dir():
        raise UsageError(Problem(str(folder), 0, "", "place-not-free", "a file", "a folder, or a name that is free"))
    name = "".join(
        letter if letter.isalnum() and letter.isascii() else "-" for letter in folder.resolve().name.lower()
    ).strip("-")
    templates = files("corpus.curate") / "templates"
    made = []
    for path in (*_TEMPLATES, *(_EXAMPLE if example else ())):
        target = folder / path
        if target.exists():
            continue
        content = templates.joinpath(*PurePath(path).parts).read_text("utf-8")
        content = content.replace("@NAME@", name or "corpus")
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8") as file:  # never through a link that leads nowhere
                file.write(content)
        made.append(target)
    return made
