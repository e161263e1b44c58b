"""Every tampering of ``tests/helpers/tamperings.py`` on a release with a file of every kind: found, named, or missed.

python scripts/bench/tamperings.py [EVERY [FIRST]]    # one of EVERY; of all four thousand without it, half an hour
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from corpus.model.problem import CorpusError
from corpus.verify.verify import verify
from helpers import whole_release
from helpers.tamperings import Tampering, named, tamperings


def main() -> None:
    """Print what was found of each file, and each change of which verify says nothing."""
    every, first = (*map(int, sys.argv[1:]), *(1, 0)[len(sys.argv) - 1 :])
    counts: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as place:
        made = whole_release.make(Path(place))
        for tampering in tamperings(made["2.0.0"])[first::every]:
            folder = Path(place) / "spoilt"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(made["2.0.0"], folder)
            tampering.apply(folder)
            what = _verdict(folder, made, tampering)
            counts[tampering.file.split("/", 1)[0], what] += 1
            if what == "missed":
                print(f"{tampering.file}: {tampering.what}", flush=True)
    for (file, what), count in sorted(counts.items()):
        print(f"{file}: {count:,} {what}")


def _verdict(folder: Path, made: dict[str, Path], tampering: Tampering) -> str:
    """What verify says of a tampered copy of 2.0.0."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    if len(files) == sum(file.is_file() for file in made["2.0.0"].rglob("*")) and all(
        (made["2.0.0"] / (name := file.relative_to(folder))).is_file()
        and file.read_bytes() == (made["2.0.0"] / name).read_bytes()
        for file in files
    ):
        return "left as it was"
    try:
        verdict = verify(folder, previous=made["1.0.0"])
    except CorpusError:
        return "found"
    if verdict.problems:
        return "found"
    return "named" if named(tampering, verdict.unproved) else "missed"


if __name__ == "__main__":
    main()
