"""What commands share: the group, the options that mean the same everywhere, how answers are printed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from corpus import __version__
from corpus.cli.faults import in_words, prepare_streams, write_utf_8
from corpus.model.foreign_text import as_json, printable
from corpus.model.problem import Problem, UsageError, number_of

if TYPE_CHECKING:
    from tqdm import tqdm

    from corpus.build.executors.local import Progress
    from corpus.files.paths import Location

Command = TypeVar("Command", bound=Callable[..., None])

FOLDER = click.Path(path_type=Path)


class _Place(click.ParamType):  # type: ignore[type-arg]  # generic in the latest click only
    """A path of this machine, or an address of a store (s3://bucket/prefix)."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002  # click's own signature
        """Return where it is."""
        from corpus.files.paths import parse_location

        return parse_location(value)


PLACE = _Place()
SHOWN = 50
"""Problems that are printed; the others are counted. --json and -v print all."""


class _Group(click.Group):
    """Commands in the order in which they were added, and errors that speak to people."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """Return the names in the order in which they were added."""
        return list(self.commands)

    def main(self, *given: Any, **named: Any) -> Any:
        """Run with streams that take whatever is printed."""
        prepare_streams()
        with in_words(_show, lambda: _UNCHANGED):  # what click prints itself
            return super().main(*given, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn what cannot go on into words and an exit code."""
        ctx.color = colour_wanted(os.environ)
        gc.set_threshold(50_000)  # rows are many and hold no cycles: to look for some is 3% of a build
        with in_words(_show, lambda: _stopped(ctx)):
            return super().invoke(ctx)


def _show(problems: Sequence[Problem]) -> None:
    """Print what a command ends with."""
    print_problems(problems, as_json="--json" in sys.argv[1:])


class Styled(NamedTuple):
    """A part of a line with a colour, bold or dim."""

    text: str
    fg: str | None = None
    bold: bool | None = None
    dim: bool | None = None


def say(*parts: str | Styled, err: bool = False) -> None:
    """Print a line. Whatever a part holds, the line stays one, and no character but those of styles steers a terminal.

    A record, a release or an argument that somebody else made may stand in it as it is; it is no command of a GitHub
    workflow either, which are lines that begin with two colons.
    """
    line = "".join(map(_shown, parts))
    click.echo(line.replace("::", r"\x3a:", 1) if line.lstrip().startswith("::") else line, err=err)


def _shown(part: str | Styled) -> str:
    if isinstance(part, str):
        return printable(part)
    text, fg, bold, dim = part
    return click.style(printable(text), fg=fg, bold=bold, dim=dim)


_OUT = "corpus.out"
_UNCHANGED = "stopped; what stood there is as it was"


def can_resume(out: Location) -> None:
    """Note that a build into ``out`` goes on from where it was stopped; who stops it is told so."""
    click.get_current_context().meta[_OUT] = out


def _stopped(ctx: click.Context) -> str:
    """What somebody who stops a command is told."""
    out = ctx.meta.get(_OUT)
    if out is None:
        return _UNCHANGED
    partial = out.with_name(out.name + ".partial")
    if isinstance(partial, Path) and not partial.is_dir():  # it had not begun yet
        return _UNCHANGED
    return f"{_UNCHANGED}; {partial} holds what was finished: the same command goes on from there"


def colour_wanted(environment: Mapping[str, str]) -> bool | None:
    """Whether the environment wants colour in what is printed; None where it does not say, so that terminals get it.

    NO_COLOR (https://no-color.org) wins over CLICOLOR_FORCE, and that over CLICOLOR.

    >>> colour_wanted({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}), colour_wanted({"CLICOLOR": "0"}), colour_wanted({})
    (False, False, None)
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return False if environment.get("CLICOLOR") == "0" else None


def layer_names(_context: click.Context, _option: click.Parameter, given: str | None) -> list[str] | None:
    """The layers that --layers names, ``none`` for none of them; None where it is not given."""
    return None if given is None else [name for name in given.split(",") if name and name != "none"]


def _for_programs(_context: click.Context, _option: click.Parameter, wanted: bool) -> bool:  # noqa: FBT001  # click's own signature
    """Whether an answer in JSON is wanted, which is UTF-8 everywhere."""
    if wanted:
        write_utf_8()
    return wanted


_SHARED = {
    "root": click.option(
        "--root",
        type=PLACE,
        metavar="DIR",
        help="The corpus folder; by default the nearest with a corpus.toml upwards.",
    ),
    "json": click.option(
        "--json", "as_json", is_flag=True, callback=_for_programs, help="Answer in JSON, for programs."
    ),
    "verbose": click.option("-v", "--verbose", is_flag=True, help="Say more."),
    "workers": click.option(
        "--workers",
        type=click.IntRange(1),
        metavar="N",
        help="Worker processes; by default one for each processor.",
    ),
    "layers": click.option(
        "--layers",
        metavar="none|NAME,...",
        callback=layer_names,
        help="Annotation layers to run; by default those of corpus.toml. With none there is no table reuse.",
    ),
    "trust": click.option(
        "--trust",
        multiple=True,
        type=FOLDER,
        metavar="KEY",
        envvar="CORPUS_TRUST",
        help="A public key (PEM), a folder of them, or a fingerprint: only what one of them signed is accepted.",
    ),
}
"""The options that commands share: they mean the same everywhere."""


def options(*names: str) -> Callable[[Command], Command]:
    """The options that commands share: they mean the same everywhere."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _executors(command) if name == "executor" else _SHARED[name](command)
        return command

    return decorate


def layers_option(what: str) -> Callable[[Command], Command]:
    """The option --layers of a command that runs none, and what it means there."""
    return click.option("--layers", metavar="NAME,...", callback=layer_names, help=what)


def _executors(command: Command) -> Command:
    """Where work runs, as the one word that the library takes: ``local``, ``dask``, or where a scheduler is."""

    @wraps(command)
    def decided(*given: Any, executor: str, dask_address: str | None, **named: Any) -> None:
        if dask_address and executor != "dask":
            raise click.UsageError("--dask-address goes with --executor dask")
        command(*given, executor=dask_address or executor, **named)

    address = click.option(
        "--dask-address",
        metavar="ADDRESS",
        help="A running scheduler: tcp://host:port, or its scheduler file; without one a cluster is started here.",
    )
    where = click.option(
        "--executor",
        type=click.Choice(["local", "dask"]),
        default="local",
        help="Where work runs: processes of this machine (the default), or a Dask cluster.",
    )
    return cast("Command", where(address(decided)))


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 sound, 1 problems, 2 wrong usage.",
)
@click.version_option(__version__, prog_name="corpus")
def main() -> None:
    """Build annotated press corpora: raw articles in, a validated, versioned Parquet release out."""
    # before Arrow is imported here or in a worker: what its own pools keep of freed memory is a third of a build's peak
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def root_of(given: Location | None) -> Location:
    """The corpus folder to work on."""
    if given is not None:
        return given
    from corpus.raw.config import find_root

    return find_root(Path.cwd())


def folder_of(given: Location | None) -> Path:
    """The corpus folder to work on, where it has to be one of this machine.

    Raises:
        UsageError: rule ``root-elsewhere``, it is an address.
    """
    root = root_of(given)
    if isinstance(root, Path):
        return root
    wanted, hint = "a corpus folder on this machine", "fetch it (aws s3 sync), change it here, and send it back"
    raise UsageError(Problem(str(root), 0, "", "root-elsewhere", "an address", wanted, hint))


def passphrase_of() -> Callable[[str], str] | None:
    """What asks a person for the passphrase of a key; None where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda file: str(click.prompt(f"passphrase of {file}", hide_input=True, err=True))


def workers_of(given: int | None) -> int:
    """How many worker processes to use."""
    from corpus.build.executors.local import cores

    return given or cores()


class _Bar:
    """A progress bar, which is removed once all is done."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Show how far work is."""
        from tqdm import tqdm

        if done == total:
            self.close()
            return
        if self._bar is None:
            self._bar = tqdm(desc=what, total=total, unit="", leave=False, miniters=1, dynamic_ncols=True)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Remove it."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


def progress() -> Progress:
    """What shows how far work is: a bar on the error stream of a terminal, elsewhere nothing."""
    if not sys.stderr.isatty():
        from corpus.build.executors.local import quiet

        return quiet
    bar = _Bar()
    click.get_current_context().call_on_close(bar.close)
    return bar


def print_problems(problems: Sequence[Problem], *, as_json: bool = False, verbose: bool = False) -> None:
    """Problems on the error stream, or as JSON lines on the output."""
    if as_json:
        print_json({"problems": problems})
        return
    shown = problems if verbose else problems[:SHOWN]
    for problem in shown:
        first, *rest = str(problem).split("\n")
        say(Styled(first, fg="red", bold=True), err=True)
        for line in rest:
            say(line, err=True)
    if len(shown) < len(problems):
        more = number_of(len(problems) - len(shown), "more problem")
        say(f"... and {more}: -v or --json prints all", err=True)


def print_json(answer: Any) -> None:
    """The answer for programs."""
    click.echo(as_json(answer, indent=2, default=_as_json))


def _as_json(value: Any) -> Any:
    """A value that is no JSON: a problem as its object, a path or a day as a string."""
    return value.as_json() if hasattr(value, "as_json") else str(value)
