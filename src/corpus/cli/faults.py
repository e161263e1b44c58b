"""What the outer world does to a command, in words and an exit code.

A terminal knows few letters, a disk is full, nobody reads a pipe any more, a folder is gone, a person stops the work.
No command has to think of any of this: the group of them all runs each inside of ``in_words``.
"""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from corpus.model.foreign_text import printable
from corpus.model.problem import CorpusError, Problem, UsageError, first_line

TRACEBACK = "CORPUS_TRACEBACK"
"""The environment variable that asks for where an error came from as well."""

_WORSE_BLOCK = str.maketrans("█", "#")


def prepare_streams() -> None:
    """Have letters that the output does not know shown as escapes, and closed streams lead nowhere."""
    codecs.register_error("corpus", _escaped)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            descriptor = os.open(os.devnull, os.O_RDWR)  # the lowest that is free: no file that is opened later gets it
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # for as long as the process runs
        elif number and isinstance(stream, io.TextIOWrapper):
            with suppress(OSError):  # it asks where a file is at, which a pipe cannot say
                stream.reconfigure(errors="corpus")


def write_utf_8() -> None:
    """Have the output be UTF-8 whatever the terminal is: JSON and gold files are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        with suppress(OSError):
            sys.stdout.reconfigure(encoding="utf-8", errors="corpus")


def to_output(write: Callable[[TextIO], None]) -> None:
    """Have something written to the output, which nobody may read any more: ``in_words`` tells that from files."""
    write(sys.stdout)
    sys.stdout.flush()


def _escaped(error: UnicodeError) -> tuple[str | bytes, int]:
    r"""Characters that an encoding does not have, as ``\u2019`` shows them; the bars of a chart as ``#``."""
    if isinstance(error, UnicodeEncodeError):
        with suppress(UnicodeEncodeError):
            plain = error.object[error.start : error.end].translate(_WORSE_BLOCK)
            return plain.encode(error.encoding), error.end
    return codecs.backslashreplace_errors(error)


@contextmanager
def in_words(show: Callable[[Sequence[Problem]], None], stopped: Callable[[], str]) -> Iterator[None]:
    """Turn whatever ends a command into words and an exit code: ``show`` prints problems, ``stopped`` says what stays.

    Raises:
        SystemExit: 1 for problems, 2 for wrong usage, 130 where somebody stopped it, 141 where nobody reads any more.
    """
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = printable(error.message)
        raise
    except (click.exceptions.Exit, click.Abort):
        raise
    except CorpusError as error:
        problems, code = list(error.problems), 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        _say(lambda: click.echo(printable(stopped()), err=True))
        raise SystemExit(130) from None  # as shells say of what SIGINT ended; click's own 1 would mean problems
    except OSError as error:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        output_gone = any(frame.f_code in (click.echo.__code__, to_output.__code__) for frame in frames)
        wrong_usage = any(isinstance(frame.f_locals.get("self"), click.UsageError) for frame in frames)
        if output_gone:
            _lead_nowhere(sys.stdout)
        if output_gone and isinstance(error, BrokenPipeError):
            raise SystemExit(141) from None
        problems, code = [_problem_of(error, output_gone=output_gone)], 2 if wrong_usage else 1
        if output_gone:
            show = _to_error_stream
    except MemoryError:
        wanted, hint = "memory for the work", "give it more memory, or fewer workers: --workers 1"
        problems, code = [Problem("", 0, "", "system-refused", "no memory left", wanted, hint)], 1
    except Exception as error:  # noqa: BLE001  # the last place where anything can be said
        problems, code = [unexpected(error)], 1
    else:
        return
    _say(lambda: show(problems))
    _flush(sys.stdout)
    raise SystemExit(code)


@contextmanager
def unwound() -> Iterator[None]:
    """Have the block end as after Ctrl-C where somebody ends the process or closes its terminal; what it made goes.

    Raises:
        SystemExit: 128 and the number of the signal, as shells say it.
    """

    def stop(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in ends if signal.getsignal(one) != signal.SIG_IGN}  # nohup
    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def unexpected(error: Exception) -> Problem:
    """What is said of an error that nobody thought of; under ``TRACEBACK`` it is printed where it came from."""
    if os.environ.get(TRACEBACK):
        click.echo("\n".join(map(printable, "".join(traceback.format_exception(error)).splitlines())), err=True)
    found, wanted = f"{type(error).__name__}: {first_line(error)}", "a command that comes to its end"
    hint = f"please report it, with what the same command says under {TRACEBACK}=1"
    return Problem("corpus", 0, "", "internal-error", found, wanted, hint)


def _problem_of(error: OSError, *, output_gone: bool) -> Problem:
    """What a system said, to the person who can mend it."""
    found = error.strerror or first_line(error)
    place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    wanted, hint = "a system that gives what the command needs", "mend its permissions, free the disk, or go elsewhere"
    if output_gone:
        place, wanted, hint = "the output", "an output that can be written", "send it to a file on a disk with room"
    else:
        try:
            os.getcwd()  # noqa: PTH109  # as a question: is there one?
        except OSError:
            place, found = ".", f"{found}: the folder that you are in is gone"
            wanted, hint = "a folder that is there", "go to another folder (cd), and run it again"
    return Problem(place, 0, "", "system-refused", found, wanted, hint)


def _flush(stream: TextIO) -> None:
    """Write what waits in a stream, if it can be written: else Python ends with an exit code of its own."""
    try:
        stream.flush()
    except (OSError, ValueError):
        _lead_nowhere(stream)


def _lead_nowhere(stream: TextIO) -> None:
    """Have what still waits in a stream that cannot be written go nowhere when the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _to_error_stream(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def _say(words: Callable[[], None]) -> None:
    """Print, if there is anybody to read it."""
    try:
        words()
    except (OSError, ValueError):
        _lead_nowhere(sys.stderr)
