"""Commands of those who collect and keep a corpus: its folder, its records, a text put back."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import (
    FOLDER,
    SHOWN,
    folder_of,
    options,
    print_json,
    print_problems,
    progress,
    root_of,
    say,
    workers_of,
)
from corpus.cli.person import withdraw_person
from corpus.model.problem import Problem, number_of, quoted

if TYPE_CHECKING:
    from corpus.curate.add import NewSource, Proposal
    from corpus.curate.withdraw import Related
    from corpus.files.paths import Location


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--example", is_flag=True, help="Add a source with one invented article.")
def init(folder: Path, *, example: bool) -> None:
    """Make a new corpus folder, which build accepts at once.

    \b
    Examples:
      corpus init my-corpus
      corpus init my-corpus --example
    """
    from corpus.curate.init import init

    for made in init(folder, example=example):
        say(f"made {made}")
    build_it = shlex.join(["corpus", "build", "--root", str(folder), "--out", str(folder / "build" / "preview")])
    add_files = shlex.join(["corpus", "add", "FILES", "--new-source", "NAME", "--root", str(folder)])
    say(f"next: {'' if example else f'{add_files}, then: '}{build_it}")


@click.command()
@click.argument("given", type=FOLDER, nargs=-1, required=True, metavar="FILE...")
@click.option("--source", metavar="S", help="The source to file them in: a folder of raw/.")
@click.option("--new-source", metavar="NAME", help="Make a source of this name from what the files are.")
@click.option("--language", metavar="CODE", help="For a new source: its language, ISO 639 (fr).")
@click.option("--licence", metavar="ID", help="For a new source: an SPDX id, or LicenseRef-<name>.")
@click.option(
    "--redistribution",
    type=click.Choice(["full", "annotations", "none"]),
    help="For a new source: what a release may hold of it.",
)
@click.option("--publisher", metavar="NAME", help="For a new source: who publishes it.")
@click.option("--shape", metavar="SHAPE", help="For a new source: of files of several shapes, take those of this one.")
@click.option("--yes", is_flag=True, help="File them without being asked.")
@click.option(
    "--encoding", metavar="NAME", help="File them as UTF-8: they are in this encoding, or were wrongly read so."
)
@click.option("--by", metavar="NAME", help="Who contributes them; the next release says so.")
@click.option("--dry-run", is_flag=True, help="Check, and say where they would be filed.")
@options("root", "json")
def add(
    given: tuple[Path, ...],
    source: str | None,
    new_source: str | None,
    by: str | None,
    encoding: str | None,
    shape: str | None,
    root: Location | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **said: str | None,
) -> None:
    """File records in a source, under names that stay. FILE may be a folder, or an export of many articles.

    Files that are named are refused all if one has a problem, and the command that adds the others is said; of an
    export, and of a folder, what is sound is filed, and the rest is said.

    \b
    Examples:
      corpus add dispatch.txt --source agence-hexa --by "Prénom Nom"
      corpus add europresse/ --new-source presse
      corpus add export.csv --new-source tri --language fr --licence LicenseRef-x --redistribution none --yes
    """
    from corpus.curate import add as adding

    if (source is None) == (new_source is None):
        raise click.UsageError("give --source S, or --new-source NAME for files of a source that is not there yet")
    folder = folder_of(root)
    if source is not None:
        addition = adding.add(folder, given, source, by=by, encoding=encoding or "", dry_run=dry_run)
        described: dict[str, object] = {}
    else:
        proposal = adding.propose(folder, given, _new_source(new_source or "", said), encoding or "", shape or "")
        described = {"source_yaml": dict(proposal.settings), "proofs": proposal.proofs}
        if not as_json:
            _print_proposal(proposal)
        if not (yes or dry_run) and not _confirmed():
            sys.exit(1)
        addition = adding.add_new(folder, proposal, by=by, dry_run=dry_run)
    filed = [{"file": str(file), "as": target.relative_to(folder).as_posix()} for file, target in addition.filed]
    if as_json:
        found = {"problems": addition.problems, "warnings": addition.warnings, "articles": addition.articles}
        print_json({"filed": filed, "kept_back": addition.kept_back, "dry_run": dry_run, **found, **described})
    else:
        print_problems(addition.problems, verbose=True)
        for warning in addition.warnings:
            say(f"warning: {warning}")
        for one in filed[:SHOWN]:
            say(f"{'would file' if dry_run else 'filed'} {one['file']} as {one['as']}")
        if len(filed) > SHOWN:
            say(f"... and {number_of(len(filed) - SHOWN, 'file')} more")
        if filed:
            say(f"{number_of(addition.articles, 'sound article')}; {number_of(len(addition.problems), 'problem')}")
        elif addition.kept_back:
            files = number_of(len(addition.kept_back), "sound file")
            options = {"--source": source, "--root": root, "--by": by, "--encoding": encoding}
            told = [str(word) for option, value in options.items() if value for word in (option, value)]
            say(f"none is filed, since others have problems; to add the {files} without these:")
            say(f"  {shlex.join(['corpus', 'add', *map(str, addition.kept_back), *told])}")
    sys.exit(1 if addition.problems else 0)


def _new_source(name: str, said: dict[str, str | None]) -> NewSource:
    """What a person says of a new source; what the options do not say is asked on a terminal, and never assumed."""
    from corpus.curate.add import NewSource

    needed = {
        "language": "Language of the articles (ISO 639, such as fr)",
        "licence": "Licence (an SPDX id such as CC-BY-4.0, or LicenseRef-<name> for other terms)",
        "redistribution": "What may be passed on: full (text and annotations), annotations (no words), or none",
    }
    missing = [option for option in needed if not said[option]]
    if missing and not sys.stdin.isatty():
        raise click.UsageError(f"a new source also needs {' and '.join(f'--{option}' for option in missing)}")
    choices = {"redistribution": click.Choice(["full", "annotations", "none"])}
    for option in missing:
        said[option] = click.prompt(needed[option], type=choices.get(option))
    given = {option: str(said.pop(option)) for option in needed}
    return NewSource(name, **given, more={key: value for key, value in said.items() if value})


def _print_proposal(proposal: Proposal) -> None:
    """The source.yaml that would be written, how many articles that reads, and three of them as proof."""
    say(f"raw/{proposal.source.id}/source.yaml:")
    for line in proposal.source_yaml.rstrip("\n").split("\n"):
        say(f"    {line}")
    count = sum(len(one.articles) for one in proposal.contributions)
    files = number_of(len(proposal.contributions), "file")
    say(f"reads {number_of(count, 'sound article')} from {files}" + (", such as:" if count else ""))
    for title, date, publication in proposal.proofs:
        say(f"    {date}  {title}" + (f"  ({publication})" if publication else ""))
    for shape, number in proposal.others.items():
        of = f"of the shape {shape}" if shape else "of no shape that is known"
        say(f"passes over {number_of(number, 'file')} {of}")


def _confirmed() -> bool:
    """Whether the person at the terminal says yes; without a terminal --yes has to."""
    if not sys.stdin.isatty():
        raise click.UsageError("add --yes to file them, or --dry-run to see what would be filed")
    return click.confirm("File them so?")


@click.command()
@click.argument("paths", type=FOLDER, nargs=-1, metavar="[PATH...]")
@click.option("--github", is_flag=True, help="Print problems as annotations of a GitHub workflow.")
@options("root", "workers", "json", "verbose")
def check(
    paths: tuple[Path, ...], root: Location | None, workers: int | None, *, github: bool, as_json: bool, verbose: bool
) -> None:
    """Say everything that is wrong with the raw records. PATH names some of them; nothing is written.

    \b
    Examples:
      corpus check
      corpus check raw/gazette-du-ponant --json
    """
    from corpus.curate.check import check

    report = check(root_of(root), paths, workers_of(workers), progress())
    problems = report.problems
    if as_json:
        print_json({"counts": report.counts, "problems": problems})
    elif github:
        for problem in problems:
            click.echo(_as_annotation(problem))
    else:
        print_problems(problems, verbose=verbose)
    if not as_json:
        of = report.total("rejected")
        records, found = number_of(report.total("raw"), "raw record"), number_of(len(problems), "problem")
        say(f"{records}: {f'{found} in {of:,} of them' if problems else 'sound'}")
    sys.exit(1 if problems else 0)


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


@click.command()
@click.argument("identity", metavar="ID", required=False)
@click.option("--person", metavar="NAME", help="Instead of ID: whatever corpus person NAME lists as certain.")
@click.option("--list", "listed", type=FOLDER, metavar="FILE", help="With --person: what this reviewed list holds.")
@click.option("--yes", is_flag=True, help="With --person: do it without being asked.")
@click.option(
    "--reason",
    type=click.Choice(["rights-holder", "person", "legal", "error"]),
    help="Who or what asks for it.",
)
@click.option("--date", metavar="DAY", help="The day of the withdrawal (ISO 8601).")
@click.option("--release", "releases", multiple=True, metavar="X.Y.Z", help="A version known to hold it; repeatable.")
@click.option(
    "--from",
    "given",
    multiple=True,
    metavar="RELEASE",
    help="Remember what it was in this release (a folder, hub:, s3://), where raw/ has it no more; repeatable.",
)
@click.option(
    "--story",
    type=click.Choice(["withdraw", "keep"]),
    help="What becomes of the records that say the same; without it each is asked about.",
)
@click.option("--keep", multiple=True, metavar="ID", help="A record that stays although it says the same; repeatable.")
@click.option("--delete-raw", is_flag=True, help="Remove the raw record and its gold file as well.")
@options("root", "json")
def withdraw(
    identity: str | None,
    reason: str | None,
    date: str | None,
    releases: tuple[str, ...],
    given: tuple[str, ...],
    story: str | None,
    keep: tuple[str, ...],
    root: Location | None,
    *,
    person: str | None,
    listed: Path | None,
    yes: bool,
    delete_raw: bool,
    as_json: bool,
) -> None:
    """Take a record out for good. The next release is without it, and its id and content never come back.

    Records that say what it says (a copy under another title, a passage of it) are listed, and asked about one by one.
    A run that was stopped is finished by the same command.

    \b
    Examples:
      corpus withdraw agence-hexa/2022-02-14-edc2b5dceb74 --reason person --date 2026-11-22
      corpus withdraw agence-hexa/2022-02-14-edc2b5dceb74 --reason person --date 2026-11-22 --from releases/1.0.0
      corpus withdraw --person "Apolline Fabregoulier" --reason person --date 2026-11-22 --yes
    """
    from corpus.curate.withdraw import Others, withdraw

    if (identity is None) == (person is None):
        raise click.UsageError("give ID, or --person NAME")
    if person is not None:
        if date is None or releases or story or keep or delete_raw:
            raise click.UsageError("--person goes with --date, --reason, --from, --list, --yes and --root only")
        withdraw_person(folder_of(root), person, reason or "person", date, given, listed, yes=yes, as_json=as_json)
        return
    if identity is None or listed or yes:
        raise click.UsageError("--list and --yes go with --person")
    if story is None and sys.stdin.isatty() and not as_json:
        others = Others(_ask_about, keep)
    else:
        others = Others(lambda _: story or "", keep)
    done = withdraw(
        folder_of(root), identity, reason or "", date or "", releases, delete_raw=delete_raw, given=given, others=others
    )
    if as_json:
        more = [one.as_entry() for one in done.others]
        print_json({**done.tombstone.as_entry(), "raw_path": done.raw_path, "deleted": done.deleted, "others": more})
        return
    say(f"withdrawn: {identity} ({done.tombstone.reason}, {done.tombstone.date})")
    for one in done.others:
        say(f"withdrawn with it: {one.id}")
    for path in done.deleted:
        say(f"removed {path}")
    texts = number_of(len(done.tombstone.texts), "text")
    say(f"raw/withdrawn.jsonl remembers {texts} of it, as keyed hashes and sealed sketches")
    if exact := sum(not one.sketch for one in done.tombstone.texts):
        say(f"of {exact:,} no sketch, for a masked release has no words: with one word changed it is not known again")
    if not given:
        say("it knows what raw/ has; where releases held other texts of it: the same with --from RELEASE")
    if not done.deleted and done.raw_path:
        say(f"its raw record is still at {done.raw_path}; it is left out of every build from now on")
    say("next: corpus release, corpus publish --purge-withdrawn for the versions that hold it")


def _ask_about(related: Related) -> str:
    """What a person says of a record that says what another one says that is withdrawn."""
    how = f"{related.share:.0%} of the same words in a row" if related.share else "other words"
    story = f", one story with it in {related.release}" if related.release else ""
    say(f"{related.id} {quoted(related.title)}: {how}{story} ({related.raw_path or 'not in raw/'})")
    choice = click.Choice(["withdraw", "keep", "stop"])
    answer: str = click.prompt("withdraw it as well, keep it, or stop", type=choice)
    return "" if answer == "stop" else answer


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option(
    "--raw",
    "given",
    type=FOLDER,
    required=True,
    metavar="DIR",
    help="The raw records: a corpus folder, its raw/, or a source.",
)
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="Where to write the tables with text.")
@click.option("--key", type=FOLDER, metavar="FILE", help="The key of the corpus; by default raw/corpus.key of DIR.")
@click.option("--no-layers", is_flag=True, help="Run no model: lemmas, names and keywords are left empty.")
@options("json", "verbose")
def rehydrate(
    release: str, given: Path, out: Path, key: Path | None, *, no_layers: bool, as_json: bool, verbose: bool
) -> None:
    """Put the text back into masked tables, from your raw records. Each is proved by hash, with the key of the corpus.

    \b
    Examples:
      corpus rehydrate hub:org/name@1.0.0 --raw my-corpus --out with-text
      corpus rehydrate releases/1.0.0 --raw raw/revue-tangente --out with-text --no-layers
    """
    from corpus.curate.rehydrate.rehydrate import rehydrate

    found = rehydrate(release, given, out, layers=not no_layers, key=key)
    if as_json:
        counts = {"records": found.records, "restored": found.restored}
        print_json({**counts, "missing": found.missing, "problems": found.problems, "out": out})
    else:
        print_problems(found.problems, verbose=verbose)
        for identity in found.missing:
            say(f"missing: {identity}", err=True)
        say(f"{found.restored:,} of {number_of(found.records, 'record')} with text again: {out}")
        say("do not publish it: its sources do not allow their text to be passed on")
    sys.exit(0 if found.whole else 1)
