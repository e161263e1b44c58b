"""The command line: each command is one library function, its answer, and an exit code.

0 sound, 1 problems, 2 wrong usage. A command imports only what it needs.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus import __version__
from corpus.problem import CorpusError, Problem, UsageError

if TYPE_CHECKING:
    from corpus.pipeline import Report

Command = TypeVar("Command", bound=Callable[..., None])

_FOLDER = click.Path(path_type=Path)
_SHOWN = 50
"""Problems printed before the rest is only counted; --json and -v print all."""


class _Group(click.Group):
    """Commands in the order in which one needs them, and errors that speak to people."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """Return the names in the order of definition."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn what cannot go on into words and an exit code."""
        gc.set_threshold(50_000)  # rows are many and hold no cycles: to look for some is 3% of a build
        try:
            return super().invoke(ctx)
        except CorpusError as error:
            _print_problems(error.problems, as_json="--json" in sys.argv[1:])
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            click.echo("stopped; what stood there is as it was", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(141)


def _options(*names: str) -> Callable[[Command], Command]:
    """The options that commands share: they mean the same everywhere."""
    known = {
        "root": click.option(
            "--root",
            type=_FOLDER,
            metavar="DIR",
            help="The corpus folder; by default the nearest with a corpus.toml upwards.",
        ),
        "json": click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs."),
        "verbose": click.option("-v", "--verbose", is_flag=True, help="Say more."),
        "workers": click.option(
            "--workers",
            type=click.IntRange(1),
            metavar="N",
            help="Worker processes; by default one for each processor.",
        ),
    }

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = known[name](command)
        return command

    return decorate


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 sound, 1 problems, 2 wrong usage.",
)
@click.version_option(__version__, prog_name="corpus")
def main() -> None:
    """Build annotated press corpora: raw articles in, a validated, versioned Parquet release out."""


@main.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--example", is_flag=True, help="Add a source with one invented article.")
def init(folder: Path, *, example: bool) -> None:
    """Make a new corpus folder, which build accepts at once.

    \b
    Examples:
      corpus init my-corpus
      corpus init my-corpus --example
    """
    from corpus import contribute

    for made in contribute.init(folder, example=example):
        click.echo(f"made {made}")
    click.echo(f"next: add a source (see {folder / 'raw' / 'README.md'}), then: corpus build --root {folder} --out DIR")


@main.command()
@click.argument("given", type=_FOLDER, nargs=-1, required=True, metavar="FILE...")
@click.option("--source", required=True, metavar="S", help="The source to file them in: a folder of raw/.")
@click.option("--dry-run", is_flag=True, help="Check, and say where they would be filed.")
@_options("root", "json")
def add(given: tuple[Path, ...], source: str, root: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Check records and file them in a source under a name that stays; refused as a whole if one has a problem.

    \b
    Examples:
      corpus add dispatch.txt --source agence-hexa
      corpus add *.md --source gazette-du-ponant --dry-run
    """
    from corpus import contribute

    here = _root(root)
    addition = contribute.add(here, given, source, dry_run=dry_run)
    if as_json:
        _print_json(
            {
                "filed": [
                    {"file": str(file), "as": target.relative_to(here).as_posix()} for file, target in addition.filed
                ],
                "dry_run": dry_run,
                "problems": [problem.as_json() for problem in addition.problems],
            }
        )
    else:
        _print_problems(addition.problems, verbose=True)
        for file, target in addition.filed:
            click.echo(f"{'would file' if dry_run else 'filed'} {file} as {target.relative_to(here).as_posix()}")
    sys.exit(1 if addition.problems else 0)


@main.command()
@click.argument("paths", type=_FOLDER, nargs=-1, metavar="[PATH...]")
@click.option("--github", is_flag=True, help="Print problems as annotations of a GitHub workflow.")
@_options("root", "workers", "json", "verbose")
def check(
    paths: tuple[Path, ...], root: Path | None, workers: int | None, *, github: bool, as_json: bool, verbose: bool
) -> None:
    """Say everything that is wrong with the raw records, or with those under PATH; nothing is written.

    \b
    Examples:
      corpus check
      corpus check raw/gazette-du-ponant --json
    """
    from corpus import pipeline

    report = pipeline.check(_root(root), paths, _workers(workers), _progress)
    problems = report.problems
    if as_json:
        _print_json({"counts": report.counts, "problems": [problem.as_json() for problem in problems]})
    elif github:
        for problem in problems:
            click.echo(_as_annotation(problem))
    else:
        _print_problems(problems, verbose=verbose)
    if not as_json:
        records = f"{report.total('raw'):,} raw records"
        click.echo(
            f"{records}: {len(problems):,} problems in {len(report.rejected):,} of them"
            if problems
            else f"{records}: sound"
        )
    sys.exit(1 if problems else 0)


@main.command()
@click.option("--out", required=True, type=_FOLDER, metavar="DIR", help="Where the release folder shall be.")
@click.option("--allow-rejects", is_flag=True, help="Exit with 0 although records were rejected.")
@click.option(
    "--rejects", type=_FOLDER, metavar="FILE", help="Where rejected records are listed; by default DIR.rejects.jsonl."
)
@click.option("--layers", metavar="none|NAME,...", help="Annotation layers to run; by default those of corpus.toml.")
@_options("root", "workers", "json", "verbose")
def build(
    out: Path,
    root: Path | None,
    rejects: Path | None,
    layers: str | None,
    workers: int | None,
    *,
    allow_rejects: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Build a preview release: tables as Parquet, a manifest and a card, whole or not at all.

    \b
    Examples:
      corpus build --out build/preview
      corpus build --root my-corpus --out preview --workers 4 --allow-rejects
    """
    from corpus import pipeline

    chosen = None if layers is None else _names(layers, ())
    report = pipeline.build(_root(root), out, _workers(workers), _progress, chosen)
    listed = rejects or out.with_name(out.name + ".rejects.jsonl")
    pipeline.write_rejects(report, listed)
    if as_json:
        _print_json(
            {
                "out": str(out),
                "rejects": str(listed) if report.rejected else None,
                "counts": report.counts,
                "tables": (report.manifest or {})["tables"],
                "problems": [problem.as_json() for problem in report.problems],
            }
        )
    else:
        _print_problems(report.problems, verbose=verbose)
        _print_summary(report, out, listed)
    sys.exit(1 if report.rejected and not allow_rejects else 0)


def _print_summary(report: Report, out: Path, listed: Path) -> None:
    """Where the release is, what became of every raw record, and how to load it."""
    width = max(map(len, report.counts), default=6)
    click.echo(f"{'source'.ljust(width)}  {'raw':>9}  published   withheld   rejected")
    total = {kind: report.total(kind) for kind in ("raw", "published", "withheld", "rejected")}
    for source, counts in [*report.counts.items(), ("all", total)]:
        columns = (f"{counts[kind]:>9,}" for kind in ("raw", "published", "withheld", "rejected"))
        click.echo("  ".join((source.ljust(width), *columns)))
    if report.rejected:
        click.echo(f"rejected records and their problems: {listed}")
    tables = (report.manifest or {})["tables"]
    click.echo(f"release: {out}" + ("" if tables else " (no articles yet: add records under raw/)"))
    longest = max(map(len, tables), default=0)
    for table, splits in tables.items():
        click.echo(f"  {table.ljust(longest)}  " + ", ".join(f"{split} {rows:,}" for split, rows in splits.items()))
    if tables:
        name = "articles" if "articles" in tables else next(iter(tables))
        click.echo("load it:")
        click.echo("  from datasets import load_dataset")
        click.echo(f'  articles = load_dataset("{out}", "{name}")')


@main.command()
@click.argument("identity", metavar="ID")
@click.option("--gold", is_flag=True, help="Print a gold file, filled in by the program, for a person to correct.")
@click.option("--layers", metavar="none|NAME,...", help="Annotation layers to run; by default those of corpus.toml.")
@_options("root", "json")
def show(identity: str, layers: str | None, root: Path | None, *, gold: bool, as_json: bool) -> None:
    """Show an article as the corpus sees it: metadata, provenance, roles, and what the layers find in it.

    \b
    Examples:
      corpus show agence-hexa/2022-02-14-edc2b5dceb74
      corpus show agence-hexa/2022-02-14-edc2b5dceb74 --gold > raw/agence-hexa/2022-02-14-edc2b5dceb74.gold.json
    """
    from dataclasses import replace

    from corpus import gold as golds
    from corpus import show as view
    from corpus.settings import read_settings

    here = _root(root)
    found = view.find(here, identity)
    chosen = _names(layers, golds.LAYERS if gold else read_settings(here).layers)
    row, annotations = view.annotations_of(here, found, chosen, with_gold=not gold)
    if gold:
        click.echo(golds.dump(golds.prefilled(found.article, annotations, "your name")), nl=False)
    elif as_json:
        _print_json(view.as_json(replace(found, row=row), annotations))
    else:
        click.echo(view.as_text(replace(found, row=row), annotations))


def _names(given: str | None, otherwise: Sequence[str]) -> list[str]:
    """The layers that --layers names, ``none`` for none of them."""
    return list(otherwise) if given is None else [name for name in given.split(",") if name and name != "none"]


@main.command()
@click.option(
    "--gold", type=_FOLDER, metavar="PATH", help="Gold files with their texts, instead of the corpus's own gold."
)
@click.option("--layers", metavar="NAME,...", help="Layers to judge; by default all that a person can annotate.")
@_options("root", "json")
def evaluate(gold: Path | None, layers: str | None, root: Path | None, *, as_json: bool) -> None:
    """Measure the layers against what people annotated: precision, recall and F1 by layer and type.

    \b
    Examples:
      corpus evaluate
      corpus evaluate --gold ../gold --layers times
    """
    from corpus import evaluate as judge
    from corpus.gold import LAYERS
    from corpus.scores import as_text, scores
    from corpus.settings import Settings, read_settings

    chosen = _names(layers, LAYERS)
    if gold is not None:
        cases = judge.run(judge.cases_of_files(gold), chosen, Settings(root=gold, name="gold", title="gold"))
    else:
        here = _root(root)
        cases = judge.run(judge.cases_of_corpus(here), chosen, read_settings(here))
    found = scores(cases)
    if as_json:
        _print_json({"articles": len(cases), "scores": [score.as_json() for score in found]})
    else:
        click.echo(as_text(found))
        click.echo(f"{len(cases)} articles that a person annotated")


@main.command()
@click.argument("release", type=_FOLDER, required=False, metavar="[RELEASE]")
@_options("root", "workers", "json")
def stats(release: Path | None, root: Path | None, workers: int | None, *, as_json: bool) -> None:
    """Count the articles of a release folder, or of the raw corpus: sources, years, splits, lengths.

    \b
    Examples:
      corpus stats
      corpus stats build/preview --json
    """
    from corpus import stats as counting

    if release is not None:
        found = counting.of_release(release)
    else:
        from corpus import pipeline

        found = counting.stats(pipeline.rows(_root(root), counting.COLUMNS, _workers(workers), _progress))
    if as_json:
        _print_json(found.as_json())
    else:
        click.echo(counting.as_text(found))


def _root(given: Path | None) -> Path:
    """The corpus folder to work on."""
    if given is not None:
        return given
    from corpus.settings import find_root

    return find_root(Path.cwd())


def _workers(given: int | None) -> int:
    from corpus.execute import cores

    return given or cores()


def _progress(given: Iterable[Any], total: int | None, what: str) -> Iterable[Any]:
    """A bar on the error stream of a terminal, where work takes over two seconds."""
    if not sys.stderr.isatty():
        return given
    from tqdm import tqdm

    return tqdm(given, desc=what, total=total, delay=2, unit="part", leave=False)


def _print_problems(problems: Sequence[Problem], *, as_json: bool = False, verbose: bool = False) -> None:
    """Problems on the error stream, or as JSON lines on the output."""
    if as_json:
        _print_json({"problems": [problem.as_json() for problem in problems]})
        return
    shown = problems if verbose else problems[:_SHOWN]
    for problem in shown:
        first, _, rest = str(problem).partition("\n")
        click.echo(f"{click.style(first, fg='red', bold=True)}\n{rest}", err=True)
    if len(shown) < len(problems):
        click.echo(f"... and {len(problems) - len(shown):,} more problems: -v or --json prints all", err=True)


def _as_annotation(problem: Problem) -> str:
    """A problem as GitHub's workflow command, which shows it beside the line."""
    message = f"{problem.path + ': ' if problem.path else ''}found {problem.found}; wanted {problem.wanted}"
    if problem.hint:
        message += f"; try: {problem.hint}"

    def escape(text: str, *more: str) -> str:
        for letter in ("%", "\r", "\n", *more):
            text = text.replace(letter, f"%{ord(letter):02X}")
        return text

    line = f",line={problem.line}" if problem.line else ""
    return (
        f"::error file={escape(problem.file, ':', ',')}{line},title={escape(problem.rule, ':', ',')}::{escape(message)}"
    )


def _print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
