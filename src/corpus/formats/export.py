"""Writes a release, or a part of it, in the format of another tool: the whole of what was asked for, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from corpus.files.deletion import temporary_folder
from corpus.files.refusals import writing
from corpus.formats import FORMATS, READ_ONLY, format_of
from corpus.formats.document import Documents, layers_of
from corpus.formats.format import Export, Format
from corpus.model.problem import Problem, UsageError, number_of, quoted
from corpus.model.table_names import masked_name
from corpus.release.read.reader import Release, open_release
from corpus.release.read.where import articles_where

ABOUT = "EXPORT.md"
"""The page beside the files: what they are of, under which licences, and what they do not hold."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: ``counts`` of articles and of rows of each table, ``files`` relative to the folder.

    ``masked`` articles were left out, since their text may not be passed on. ``leaves_out`` is what the format cannot
    carry, ``remarks`` what a person should know of these files.
    """

    counts: dict[str, int]
    masked: int
    files: list[str]
    leaves_out: tuple[str, ...]
    remarks: tuple[str, ...]


def export(
    where: str | Path,
    to: str,
    out: Path,
    *,
    split: str | None = None,
    condition: str | None = None,
    layers: Sequence[str] | None = None,
    excel_fr: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> Exported:
    """Write the articles of a release whose text may be passed on into a new folder ``out``, as the format ``to``.

    ``condition`` chooses articles (``articles_where``), ``layers`` are all of the release where they are None. The
    folder appears whole or not at all.

    Raises:
        UsageError: no such release, format, split or layer; the packages that the format needs are not installed;
            ``out`` is there already; no article is chosen.
        CorpusError: a file of the release is damaged, the disk refuses.
    """
    if to not in FORMATS:
        raise UsageError(Problem("--to", 0, "", "format-unknown", quoted(to), f"one of {', '.join(FORMATS)}", ""))
    form = format_of(to)
    if form.write is None:
        wanted = f"one of {', '.join(name for name in FORMATS if name not in READ_ONLY)}"
        raise UsageError(Problem("--to", 0, "", "format-unknown", f"{to}, which is only read", wanted, ""))
    require_extra(form.extra, form.name)
    release = open_release(where)
    _refuse_taken(out)
    wanted_layers = _layers(release, layers)
    if split is not None and split not in (known := _splits(release)):
        wanted = f"one of {', '.join(known)}"
        raise UsageError(Problem("--split", 0, "", "split-unknown", quoted(split), wanted, ""))
    chosen: set[str] | None = None
    if condition is not None:
        chosen = set(articles_where(release, condition, split=split)["id"].to_pylist())
    total = _articles(release, "articles", split) if chosen is None else len(chosen)
    masked = _masked(release, split, condition)
    if not total:
        raise _nothing(release, masked)
    given = Documents(
        release, wanted_layers, split, chosen, lambda number: progress(f"exporting to {to}", number, total)
    )
    chosen_by = [f"split {split}"] if split else []
    chosen_by += [f"articles where `{condition}`"] if condition else []
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with writing(out), temporary_folder(f".{out.name}-", out.parent) as above:
        folder = above / "export"
        folder.mkdir()
        manifest = release.manifest
        job = Export(folder, manifest["name"], release.version, wanted_layers, excel_fr)
        form.write(given, job)
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        (folder / ABOUT).write_text(_about(form, given, masked, chosen_by, job.remarks), "utf-8")
        _refuse_taken(out)
        folder.rename(out)
    return Exported(given.counts, masked, [*files, ABOUT], form.leaves_out, tuple(job.remarks))


def require_extra(extra: str, what: str) -> None:
    """Stop where the packages of an extra, "" for none, are not installed that something needs.

    Raises:
        UsageError: rule ``extra-missing``.
    """
    for name in packages_of(extra):
        try:
            version(name)
        except PackageNotFoundError:
            hint = f"pip install 'annotated-corpus[{extra}]'"
            wanted = f"the extra {extra}, which {what} needs"
            raise UsageError(Problem(name, 0, "", "extra-missing", "not installed", wanted, hint)) from None


def packages_of(extra: str) -> list[str]:
    """The packages that an extra of this package installs, none for ""."""
    if not extra:
        return []
    from packaging.requirements import Requirement

    named = [Requirement(one) for one in requires("annotated-corpus") or []]
    return [one.name for one in named if one.marker is not None and one.marker.evaluate({"extra": extra})]


def _refuse_taken(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        hint = "give --out another folder, or move away what is there"
        raise UsageError(
            Problem(str(out), 0, "", "place-not-free", "something there", "a free name for a folder", hint)
        )


def _layers(release: Release, wanted: Sequence[str] | None) -> tuple[str, ...]:
    known = layers_of(release)
    if wanted is None:
        return known
    if unknown := [name for name in wanted if name not in known]:
        found, there = quoted(unknown[0]), f"one of {', '.join(known)}"
        raise UsageError(Problem("--layers", 0, "", "layer-unknown", found, there, ""))
    return tuple(name for name in known if name in wanted)


def _splits(release: Release) -> list[str]:
    tables = release.manifest["tables"]
    return list(
        dict.fromkeys(name for table in ("articles", masked_name("articles")) for name in tables.get(table, ()))
    )


def _articles(release: Release, table: str, split: str | None) -> int:
    rows: dict[str, int] = release.manifest["tables"].get(table, {})
    return sum(count for name, count in rows.items() if split in (None, name))


def _masked(release: Release, split: str | None, condition: str | None) -> int:
    """How many articles whose text may not be passed on would have been chosen, as far as their columns tell."""
    table = masked_name("articles")
    if condition is None:
        return _articles(release, table, split)
    try:
        return len(articles_where(release, condition, split=split, table=table)["id"])
    except UsageError:  # the condition asks for the text
        return 0


def _nothing(release: Release, masked: int) -> UsageError:
    found = "no article is chosen"
    hint = "ask for another split or another condition; corpus stats says what the release holds"
    if masked:
        found += f" but {number_of(masked, 'article')} whose text may not be passed on"
        hint = "corpus rehydrate puts the text back from raw files that you hold"
    return UsageError(Problem(release.where, 0, "", "export-empty", found, "articles to write", hint))


def _about(form: Format, given: Documents, masked: int, chosen_by: Sequence[str], remarks: Sequence[str]) -> str:
    """The page about the files, which says what their reader could not know from them."""
    of = f"{given.release.manifest['name']} {given.release.version}"
    chosen = f" ({'; '.join(chosen_by)})" if chosen_by else ""
    lines = [f"# {of}", "", f"Written by `corpus export --to {form.name}`, for {form.tools}{chosen}.", ""]
    lines += [f"- {name}: {count:,}" for name, count in given.counts.items()]
    if masked:
        lines.append(f"- left out, since the text may not be passed on: {number_of(masked, 'article')}")
    if form.leaves_out:
        lines += ["", f"This format does not carry: {', '.join(form.leaves_out)}."]
    lines += ["", *remarks] if remarks else []
    lines += ["", "Licences of the sources, which hold for these files too:", ""]
    lines += [f"- {source}: {licence}" for source, licence in sorted(given.licences.items())]
    return "\n".join(lines) + "\n"
