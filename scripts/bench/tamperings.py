"""Every tampering of ``tests/helpers/tamperings.py`` on a release with a file of every kind: found, named, or missed.

python scripts/bench/tamperings.py [EVERY]    # one of EVERY; of all four thousand without it, about half an hour
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
from helpers.tamperings import tamperings


def main() -> None:
    """Print what was found of each file, and each change of which verify says nothing."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    counts: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as place:
        made = whole_release.make(Path(place))
        for tampering in tamperings(made["2.0.0"])[::every]:
            folder = Path(place) / "spoilt"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(made["2.0.0"], folder)
            tampering.apply(folder)
            try:
                found = bool(verify(folder, previous=made["1.0.0"]).problems)
            except CorpusError:
                found = True
            counts[tampering.file.split("/", 1)[0], "found" if found else "not found"] += 1
            if not found:
                print(f"{tampering.file}: {tampering.what}")
    for (file, what), count in sorted(counts.items()):
        print(f"{file}: {count:,} {what}")


if __name__ == "__main__":
    main()
