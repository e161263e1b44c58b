#!/usr/bin/env python3
"""Measures speed and memory against peers, and prints one table: each row a ratio taken in the same run.

Commands that are compared run in turns (ours, peer, ours, peer ...) and the medians count. CPU is user and
system time of the whole process tree, Python's start included; peak memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import bounds
import builds
import exports
import page
import peers
import reading
import releases
from articles import articles, copy_of, corpus_of
from measure import Cost, cost
from rig import ONE_THREAD, Bench, Row, in_turns, shown_cost

from corpus import annotate

ROOT = Path(__file__).resolve().parents[2]
STORIES_JOBS = Path(__file__).with_name("stories_jobs.py")
LAYER_JOBS = Path(__file__).with_name("layer_jobs.py")
DIFF_JOBS = Path(__file__).with_name("diff_jobs.py")
SPEED_ARTICLES = 80
"""Articles of the corpus that layers are timed on inside one process: about 32,000 words."""
SOURCES = ("banc-1", "banc-2", "banc-3", "banc-4")
"""A source is at least one piece of work, so that two workers have some each."""
GROUPED = 2_000_000
"""Articles whose bands are grouped."""
BUILD_ARTICLES = 50
"""Articles in a thousand of --articles that are built with all layers, 1,000 of 20,000: each worker loads a model."""


def validate(bench: Bench) -> list[Row]:
    """Records a second of what a build asks of its rows, a run at a time, against ``jsonschema``."""
    found = bench.own("validate", bench.made("jsonl", bench.articles), str(min(bench.articles, 5000)))
    shown = (f"{found['ours']:,.0f} records/CPU-s", f"{found['peer']:,.0f} records/CPU-s")
    return [Row.judged("validation / jsonschema iter_errors", *shown, found["ratio"], ">= 150")]


def check(bench: Bench) -> list[Row]:
    """Text files checked in a CPU-second, with and without the command's start, against reading them alone."""
    root, one = bench.made("text", bench.articles), bench.made("text", 1)

    def checked(folder: Path) -> Cost:
        return cost(bench.corpus("check", "--root", folder, "--workers", "1"), bench.work / "log")

    whole, start = in_turns(bench.repeat, lambda: checked(root), lambda: checked(one))
    floor = bench.own("files", root)["per_second"]
    rates = (bench.articles / whole.cpu, bench.articles / (whole.cpu - start.cpu))
    peer = f"{floor:,.0f} opened and decoded only"
    return [
        Row(
            "check, text files/CPU-s",
            f"{rates[0]:,.0f}",
            peer,
            rates[0] / floor,
            ">= 3,000 files/CPU-s",
            rates[0] >= 3000,
        ),
        Row(f"the same without its start ({start.cpu:.2f} s)", f"{rates[1]:,.0f}", peer, rates[1] / floor),
    ]


def start(bench: Bench) -> list[Row]:
    """``corpus --help`` against a Python that does nothing."""
    log = bench.work / "log"
    ours, peer = in_turns(
        2 * bench.repeat + 1, lambda: cost(bench.corpus("--help"), log), lambda: cost([bench.python, "-c", ""], log)
    )
    shown = (f"{ours.cpu:.3f} s CPU", f"{peer.cpu:.3f} s CPU")
    return [Row("corpus --help / python -c ''", *shown, ours.cpu / peer.cpu, "< 0.3 s CPU", ours.cpu < 0.3)]


def layers(bench: Bench) -> list[Row]:
    """All layers against stock spaCy: words a CPU-second, start, memory; and two workers against one."""
    root, texts = bench.made("jsonl", SPEED_ARTICLES), bench.work / "texts.json"
    cost([bench.python, LAYER_JOBS, "texts", root, texts], bench.work / "log")
    theirs = bench.spacy or peers.environment(
        bench.peers.with_name(f"{bench.peers.name}-spacy"), peers.SPACY, peers.MODEL
    )
    sides = {"layers": (root, bench.python), "rows": (root, bench.python), "spacy": (texts, theirs)}
    took: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    for _ in range(2 * bench.repeat + 1):
        for name, (given, python) in sides.items():
            took[name].append(bench.answer([LAYER_JOBS, name, given], ONE_THREAD, python))
    middle = {
        name: {unit: statistics.median(one[unit] for one in some) for unit in some[0]} for name, some in took.items()
    }
    ours, whole, peer = middle["layers"], middle["rows"], middle["spacy"]
    rate = {name: f"{one['words'] / one['cpu']:,.0f} words/CPU-s" for name, one in middle.items()}
    name = f"all layers / {peers.MODEL}, {ours['words']:,.0f} words"
    ratio, start, peak = peer["cpu"] / ours["cpu"], ours["start"] / peer["start"], ours["peak"] / peer["peak"]
    starts = (f"{ours['start']:.2f} s CPU", f"{peer['start']:.2f} s CPU")
    peaks = (f"{ours['peak']:.0f} MB", f"{peer['peak']:.0f} MB")
    return [
        Row.judged(name, rate["layers"], rate["spacy"], ratio, ">= 3.5"),
        Row("the same with rows and schemas", rate["rows"], rate["spacy"], peer["cpu"] / whole["cpu"]),
        Row("start, until the first article is annotated", *starts, start, "< 1.2 s CPU", ours["start"] < 1.2),
        Row("peak memory of one process", *peaks, peak, "< 500 MB", ours["peak"] < 500),
        *_two_workers(bench),
    ]


def _two_workers(bench: Bench) -> list[Row]:
    """A build with all layers by two workers and by one: wall time, memory, bytes."""
    count = bench.articles * BUILD_ARTICLES // 1000
    root = corpus_of(bench.work / f"sources-{count}", "jsonl", bench.copy, count, SOURCES)
    one, two = in_turns(
        bench.repeat,
        lambda: bench.build(root, 1, "one", tuple(annotate.LAYERS)),
        lambda: bench.build(root, 2, "two", tuple(annotate.LAYERS)),
    )
    ratio, peak = one.wall / two.wall, max(one.peak, two.peak)
    same = _bytes_of(bench.work / "one") == _bytes_of(bench.work / "two")
    shown = (shown_cost(two), shown_cost(one))
    return [
        Row("build with all layers, 2 workers / 1, wall", *shown, ratio, ">= 1.7", ratio >= 1.7),
        Row("peak memory of a worker with all layers, GB", *shown, peak / 1000, "< 1.5", peak < 1500),
        Row("the same bytes from 2 workers and 1", *shown, float(same), "1", same),
    ]


def _bytes_of(release: Path) -> dict[str, str]:
    files = sorted(file for file in release.rglob("*") if file.is_file())
    return {str(file.relative_to(release)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def stories(bench: Bench) -> list[Row]:
    """Near-duplicates against rensa (and datatrove with --slow), with recall; group-by of bands; the leak report."""
    file, log = bench.work / f"stories-{bench.articles}.jsonl", bench.work / "log"
    if not file.exists():
        cost([bench.python, STORIES_JOBS, "make", ROOT / "raw", str(bench.articles), file], log)
    theirs = peers.environment(bench.peers.with_name(f"{bench.peers.name}-stories"), peers.STORIES)
    pythons = {"ours": bench.python, "rensa": theirs}
    out = {name: bench.work / f"{name}.json" for name in (*pythons, "datatrove")}

    def job(name: str, python: Path) -> Callable[[], Cost]:
        return lambda: cost([python, STORIES_JOBS, name, file, out[name]], log, ONE_THREAD)

    ours, peer = in_turns(bench.repeat, *[job(name, python) for name, python in pythons.items()])
    found = {"rensa": (peer, 1.2)}
    if bench.slow:
        found["datatrove"] = (job("datatrove", theirs)(), 0.03)
    judged = bench.answer([STORIES_JOBS, "judge", file, out["ours"], *[out[name] for name in found]], {})
    said = {
        name: f"{one['recall']:.4f} of {one['planted']:,} found, {one['false']:,} of {one['pairs']:,} below .6"
        for name, one in judged.items()
    }
    rows = []
    for name, (cpu, target) in found.items():
        ratio, recall = ours.cpu / cpu.cpu, judged["ours"]["recall"]
        what = f"near-duplicates of {bench.articles:,} / {name}"
        rows.append(Row(f"{what}, CPU", shown_cost(ours), shown_cost(cpu), ratio, f"<= {target}", ratio <= target))
        sound = recall >= 0.98 and not judged["ours"]["false"]
        ratio = recall / judged[name]["recall"]
        rows.append(Row(f"{what}, recall from .8", said["ours"], said[name], ratio, ">= .98, none below .6", sound))
    grouped = bench.answer([STORIES_JOBS, "groups", str(GROUPED)], ONE_THREAD)
    shown = (f"{grouped['cpu']:.2f} s CPU, {grouped['wall']:.2f} s wall", f"{grouped['rows']:,} bands")
    few = (f"{grouped['ten']:.2f} s CPU", f"{grouped['cpu']:.2f} s CPU, all new")
    leaks = bench.answer([STORIES_JOBS, "leaks", file], ONE_THREAD)
    exact = (f"{leaks['cpu']:.2f} s CPU", f"{leaks['pairs_checked']:,} pairs, {leaks['pairs_compared']:,} in full")
    return [
        *rows,
        Row(f"group-by of {GROUPED:,} articles' bands, s", *shown, grouped["wall"], "< 10", grouped["wall"] < 10),
        Row(f"the same, 10 of {GROUPED:,} new", *few, grouped["ten"] / grouped["cpu"]),
        Row(
            f"leak report of {bench.articles:,}, us a thousand pairs",
            *exact,
            leaks["cpu"] / leaks["pairs_checked"] * 1e9,
        ),
    ]


def withdrawn(bench: Bench) -> list[Row]:
    """Withdrawn texts with a tenth of other words, others that are refused, and what the comparison costs a build."""
    file, jobs = bench.work / f"withdrawn-{bench.articles}.jsonl", Path(__file__).with_name("withdrawn_jobs.py")
    if not file.exists():
        made = articles(bench.copy, min(bench.articles, 2000))
        file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), "utf-8")
    found = bench.answer([jobs, "measure", file], ONE_THREAD)
    rows = []
    for name, recall in found["recall"].items():
        asked = (">= .99", recall >= 0.99) if "less, and" not in name else ()  # of 40 words two thirds may be left
        rows.append(Row(f"withdrawn text known again, {name}", f"{recall:.4f}", "all of them", recall, *asked))
    false = len(found["refused"])
    shown = (f"{false:,} of {found['pairs']:,} pairs", f"{found['near_duplicates']:,} near-duplicates")
    rows.append(Row("other texts refused", *shown, false, "0", false == 0))
    for count in (1, 10, 300):
        took = bench.answer([jobs, "cost", file, str(count)], ONE_THREAD)["microseconds"]
        rows.append(Row(f"compared with {count} withdrawn texts, us an article", f"{took:.1f}", "", took))
    return rows


def reuse(bench: Bench) -> list[Row]:
    """Passages planted in other articles: F1, and what finding them adds to a build with a layer that costs little."""
    root, jobs = bench.work / f"reuse-{bench.articles}", Path(__file__).with_name("reuse_jobs.py")
    without = root.with_name(f"{root.name}-without")
    if not without.exists():
        cost([bench.python, jobs, "make", ROOT / "raw", str(bench.articles), root], bench.work / "log")
        shutil.copytree(root, without)
        settings = (without / "corpus.toml").read_text("utf-8")
        (without / "corpus.toml").write_text(f"reuse = false\n{settings}", "utf-8")
    ours, peer = in_turns(
        bench.repeat,
        lambda: bench.build(root, release="reuse-with", layers=["quality"]),
        lambda: bench.build(without, release="reuse-without", layers=["quality"]),
    )
    found = bench.answer([jobs, "judge", root, bench.work / "reuse-with"], {})
    said = f"{found['found']:,} pairs, {found['precision']:.4f} of them planted"
    rows = [
        Row(f"passages of 40 to 200 words, {kind}, F1", said, f"{found['planted']:,} planted", f1, ">= .95", f1 >= 0.95)
        for kind, f1 in found["f1"].items()
    ]
    more = (ours.cpu - peer.cpu) / bench.articles * 1000
    name = f"what they add to a build of {bench.articles:,}, ms of CPU an article"
    return [*rows, Row(name, shown_cost(ours), shown_cost(peer), more, "<= 0.1", more <= 0.1)]


def diff(bench: Bench) -> list[Row]:
    """``corpus diff`` of releases of articles against decoding both; fifty times --articles, 1,000,000 of 20,000."""
    count = 50 * bench.articles
    folders = {way: bench.work / f"diff-{way}-{count}" for way in ("base", "changed", "appended")}
    for way, folder in folders.items():
        if not (folder / "MANIFEST.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            cost([bench.python, DIFF_JOBS, "make", folder, str(count), way], bench.work / "log")

    def job(name: str, way: str, *options: str) -> Callable[[], Cost]:
        words = [bench.python, DIFF_JOBS, name, folders["base"], folders[way], *options]
        return lambda: cost(words, bench.work / "log")

    cases = (
        ("1 row in 100 changed, --stat", "changed", "--stat"),
        ("1 row in 100 changed, --json with values", "changed", "--json"),
        ("10 rows appended", "appended", "--stat"),
        ("the same release", "base", "--stat"),
    )
    rows = []
    for name, way, option in cases:
        ours, peer = in_turns(bench.repeat, job("diff", way, option), job("decode", way))
        shown = (shown_cost(ours), f"{shown_cost(peer)}, decoding both")
        rows.append(Row(f"diff {count:,} x 2: {name}, wall", *shown, ours.wall / peer.wall))
    return rows


BENCHES = (
    *(builds.build, builds.workers, builds.memory, builds.scaling, builds.stages, builds.million),
    *(validate, check, start, reading.read, reading.load, reading.first, exports.exports),
    *(layers, stories, reuse, withdrawn, diff, bounds.bounds),
)


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    met = {None: "", True: "yes", False: "NO"}
    cells = [("what", "ours", "peer", "ratio", "target", "met"), ("---",) * 6]
    cells += [(row.name, row.ours, row.peer, f"{row.ratio:.2f}", row.target, met[row.met]) for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(6)]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells)


def _rows_of(job: Callable[[Bench], list[releases.Line]]) -> Callable[[Bench], list[Row]]:
    return lambda bench: [Row(*line) for line in job(bench)]


def main() -> int:
    """Measure what is asked for; 1 where a target is missed."""
    names = {bench.__name__: bench for bench in BENCHES} | {name: _rows_of(job) for name, job in releases.JOBS.items()}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument(
        "--articles",
        type=int,
        default=20_000,
        metavar="N",
        help="20,000; memory also takes 10 N, scaling N / 20, N / 2 and 5 N",
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds of what runs in turns (3)")
    parser.add_argument(
        "--slow", action="store_true", help="also what takes many minutes: datatrove's MinHash, 1,000,000 articles"
    )
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep generated articles here (a temporary folder)")
    parser.add_argument(
        "--peers", type=Path, default=ROOT / ".venv-bench", metavar="DIR", help="the peers' environment"
    )
    parser.add_argument("--spacy", type=Path, metavar="FILE", help=f"a Python with spaCy and {peers.MODEL}")
    parser.add_argument("--python", type=Path, metavar="FILE", help="a Python with corpus (.venv of this repository)")
    parser.add_argument("--readme", metavar="DAY", help="also write the whole table into README.md, with this day")
    given = parser.parse_args()
    if given.readme and given.only:
        parser.error("--readme wants the whole table: leave out --only")
    ours = ROOT / ".venv" / "bin" / "python"
    python = (given.python or (ours if ours.exists() else Path(sys.executable))).absolute()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        work = (given.work or Path(temporary)).absolute()
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(
            *(python, given.peers.absolute(), work, copy_of(ROOT / "raw"), given.articles, given.repeat, given.slow),
            given.spacy and given.spacy.absolute(),
        )
        # As installers do for whatever they put into an environment: an editable package has no bytecode before it
        # runs, and never has any where PYTHONDONTWRITEBYTECODE is set.
        compileall.compile_dir(Path(annotate.__file__).parents[1], quiet=1)
        rows: list[Row] = []
        # bytes comes last: it reads releases here, and a process inherits the peak memory of the one that starts it
        for name in sorted(given.only or names, key="bytes".__eq__):
            print(f"measuring {name}", file=sys.stderr)
            rows += names[name](bench)
    if given.readme:
        page.write(table(rows), given.articles, given.readme)
    print(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) if given.json else table(rows))
    missed = [f"{row.name}: {row.ratio:.2f}, not {row.target}" for row in rows if row.met is False]
    met = sum(row.met is True for row in rows)
    print(f"targets: {met} met, {len(missed)} missed", *missed, sep="\n  ", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
