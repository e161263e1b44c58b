"""Looks for files that break the parser of a shape, or the reader of gold, guided by the code that each file reaches.

A find is a file that makes an exception nobody foresaw, an article that is not sound, or takes too long. It is written
to tests/records/fuzzed/, where ``tests/parse/test_fuzzed.py`` reads it from then on. Needs the extra ``fuzz``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from corpus.raw.layout import SHAPES

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))

FINDS = TOP / "tests" / "records" / "fuzzed"
SECONDS_A_FILE = 10
MEGABYTES = 2000
LONGEST = 20_000


def _targets() -> list[tuple[str, str]]:
    """Every shape with each of its suffixes that tells formats apart, and gold."""
    return [(shape, suffix) for shape, one in SHAPES.items() for suffix in one.suffixes] + [("gold", ".gold.json")]


def _fuzz_one(shape: str, suffix: str, seconds: int) -> None:
    """Fuzz in this process, until a find or for some seconds; atheris ends it."""
    import atheris

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"{folder}", file=sys.stderr)
    begun = folder / "seeds"
    begun.mkdir()
    with atheris.instrument_imports(include=["corpus.parse", "corpus.raw", "corpus.annotate.gold"]):
        from fuzz_files import mutated, seeds
        from helpers.any_bytes import AnyBytes

        checked = AnyBytes(folder / "corpus", shape, suffix)
        for number, content in enumerate(seeds(shape, suffix, checked.article)):
            if len(content) < LONGEST:
                checked.check(content)  # here, since a parser's modules are imported when a file needs them
                (begun / str(number)).write_bytes(content)
    FINDS.mkdir(parents=True, exist_ok=True)
    limits = [f"-timeout={SECONDS_A_FILE}", f"-rss_limit_mb={MEGABYTES}", f"-max_len={LONGEST}", "-len_control=0"]
    limits += [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/find-"]
    atheris.Setup([sys.argv[0], *limits, str(begun)], checked.check, custom_mutator=mutated)
    atheris.Fuzz()


def _fuzzed(shape: str, suffix: str, seconds: int) -> tuple[str, Path | None]:
    """Fuzz a format in a process of its own; what was tried, in words, and the file that was found, None for none."""
    words = [sys.executable, __file__, "--one", shape, suffix, "--seconds", str(seconds)]
    ended = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    lines = ended.stderr.splitlines()
    folder = next((Path(line) for line in lines if "fuzz-" in line and Path(line).is_dir()), None)
    steps = re.findall(r"^#(\d+)\t.*? cov: (\d+)", ended.stderr, re.MULTILINE)
    finds = sorted(folder.glob("find-*")) if folder else []
    if folder is None or not (steps or finds):
        raise RuntimeError(ended.stderr[-2000:])
    kept = None
    if finds:
        FINDS.mkdir(parents=True, exist_ok=True)
        kept = FINDS / f"{shape}-{finds[0].name[-12:]}{suffix}"
        shutil.copyfile(finds[0], kept)
        print("\n".join(lines[-25:]))
    shutil.rmtree(folder)
    (_, first), (tried, last) = (steps or [("0", "0")])[0], (steps or [("0", "0")])[-1]
    return f"{int(tried):,} files tried, {first} to {last} places of the code reached", kept


def main() -> int:
    """Fuzz formats one after the other; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "shapes",
        nargs="*",
        help="shapes, gold, or one format of a shape, as nexis.docx; by default all",
        metavar="SHAPE",
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each suffix of a shape")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _fuzz_one(*given.one, given.seconds)
        return 0
    found = 0
    for shape, suffix in _targets():
        if given.shapes and not {shape, shape + suffix} & {*given.shapes}:
            continue
        tried, find = _fuzzed(shape, suffix, given.seconds)
        found += find is not None
        print(f"{shape}{suffix}: {tried}, {find or 'nothing found'}", flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
