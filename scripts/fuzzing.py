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
from collections.abc import Iterator
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


def _seeds(shape: str, suffix: str) -> Iterator[bytes]:
    """Files of a shape to begin with: those of the tests, and exports."""
    from helpers.exports import EXPORTS, items

    for file in sorted((TOP / "tests" / "records").rglob(f"*{suffix}")):
        if file.stat().st_size < LONGEST:
            yield file.read_bytes()
    for export in EXPORTS.values():
        if (export.shape, export.suffix) == (shape, suffix):
            content = export.write(items(2))
            yield content if isinstance(content, bytes) else content.encode()
    for file in sorted((TOP / "raw").rglob(f"*{suffix}")):
        if file.stat().st_size < LONGEST:
            yield file.read_bytes()


def _fuzz_one(shape: str, suffix: str, seconds: int) -> None:
    """Fuzz in this process, until a find or for some seconds; atheris ends it."""
    import atheris

    with atheris.instrument_imports(include=["corpus.parse", "corpus.raw", "corpus.annotate.gold"]):
        from helpers.any_bytes import AnyBytes
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, content in enumerate(_seeds(shape, suffix)):
        (seeds / str(number)).write_bytes(content)
    checked = AnyBytes(folder / "corpus", shape, suffix)
    FINDS.mkdir(parents=True, exist_ok=True)
    limits = [f"-timeout={SECONDS_A_FILE}", f"-rss_limit_mb={MEGABYTES}", f"-max_len={LONGEST}"]
    limits += [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/find-"]
    atheris.Setup([sys.argv[0], *limits, str(seeds)], checked.check)
    print(f"{folder}", file=sys.stderr)
    atheris.Fuzz()


def _fuzzed(shape: str, suffix: str, seconds: int) -> tuple[int, Path | None]:
    """Fuzz a format in a process of its own; how many files were tried, and the one that was found, None for none."""
    words = [sys.executable, __file__, "--one", shape, suffix, "--seconds", str(seconds)]
    ended = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    lines = ended.stderr.splitlines()
    folder = next((Path(line) for line in lines if "fuzz-" in line and Path(line).is_dir()), None)
    if folder is None:
        raise RuntimeError(ended.stderr[-2000:])
    finds = sorted(folder.glob("find-*"))
    kept = None
    if finds:
        FINDS.mkdir(parents=True, exist_ok=True)
        kept = FINDS / f"{shape}-{finds[0].name[-12:]}{suffix}"
        shutil.copyfile(finds[0], kept)
        print("\n".join(lines[-25:]))
    shutil.rmtree(folder)
    tried = re.findall(r"number_of_executed_units: (\d+)|^#(\d+)\t", ended.stderr, re.MULTILINE)
    return max((int(one or other) for one, other in tried), default=0), kept


def main() -> int:
    """Fuzz formats one after the other; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", help="shapes, or gold; by default all", metavar="SHAPE")
    parser.add_argument("--seconds", type=int, default=60, help="for each suffix of a shape")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _fuzz_one(*given.one, given.seconds)
        return 0
    found = 0
    for shape, suffix in _targets():
        if given.shapes and shape not in given.shapes:
            continue
        tried, find = _fuzzed(shape, suffix, given.seconds)
        found += find is not None
        print(f"{shape}{suffix}: {tried:,} files tried, {find or 'nothing found'}", flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
