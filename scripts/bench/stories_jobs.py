"""Near-duplicates found by us and by others in the same file; prints one JSON object where there is an answer.

Usage: stories_jobs.py make RAW_DIR COUNT FILE   (generated articles as JSON lines, a fifth of them copies with changes)
       stories_jobs.py ours FILE OUT             (signatures, candidates, exact check: pairs into OUT)
       stories_jobs.py rensa FILE OUT            (RMinHash 120, 20 bands of 6)
       stories_jobs.py datatrove FILE OUT        (its MinHash pipeline as it comes for French, 20 buckets of 6)
       stories_jobs.py judge FILE OUT ...        (recall of planted pairs of .8 or more, pairs linked below .6)
       stories_jobs.py groups COUNT              (CPU and wall seconds of grouping the bands of so many articles)
       stories_jobs.py leaks FILE                (CPU seconds of the leak report, shingles at hand; pairs)
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory

_COPIES = 5
_MOST_CHANGED = 0.3
_WORD = re.compile(r"\w+")


def make(raw: Path, count: int, file: Path) -> None:
    """Generated articles; every fifth is an earlier one with up to 30% of its words taken from another."""
    from articles import articles, copy_of

    draw = random.Random(7)
    texts: list[str] = []
    planted: list[tuple[int, int]] = []
    for number, article in enumerate(articles(copy_of(raw), count)):
        text = f"{article['title']}\n{article['text']}"
        if number % _COPIES == _COPIES - 1:
            source = draw.randrange(number)
            words, others = texts[source].split(" "), text.split(" ")
            places = draw.randint(1, 3)
            length = int(len(words) * draw.random() * _MOST_CHANGED / places)
            for _ in range(places):
                at = draw.randrange(len(words) - length)
                words[at : at + length] = others[at : at + length]
            text = " ".join(words)
            planted.append((source, number))
        texts.append(text)
    with file.open("w", encoding="utf-8") as sink:
        for number, text in enumerate(texts):
            sink.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    file.with_suffix(".pairs").write_text(json.dumps(planted), "utf-8")


def texts_of(file: Path) -> list[str]:
    """The texts of the file, in order."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def ours(file: Path, out: Path) -> None:
    """What the package does, shingles of candidates read anew."""
    import numpy as np

    from corpus.dedup.minhash import signatures_of
    from corpus.dedup.shingles import shingles
    from corpus.dedup.stories import alike as near

    texts = texts_of(file)
    with TemporaryDirectory() as folder:
        some = (texts[at : at + 1000] for at in range(0, len(texts), 1000))
        found = near(some, np.ones(len(texts), bool), Path(folder))
    alike: dict[int, list[int]] = {}
    heads: dict[int, int] = {}
    for number, words in enumerate(signatures_of(shingles(texts)).text_hash.tolist()):
        alike.setdefault(heads.setdefault(words, number) if words else number, []).append(number)
    pairs = [pair for numbers in alike.values() for pair in combinations(numbers, 2)]
    for one, other in zip(found.first.tolist(), found.second.tolist(), strict=True):
        pairs += [tuple(sorted(pair)) for pair in product(alike[one], alike[other])]
    out.write_text(json.dumps(pairs), "utf-8")


def rensa(file: Path, out: Path) -> None:
    """The same by rensa, without an exact check."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.7, num_perm=120, num_bands=20)
    pairs = []
    for number, text in enumerate(texts_of(file)):
        words = text.casefold().split()
        one = RMinHash(num_perm=120, seed=1)
        one.update([" ".join(words[place : place + 3]) for place in range(len(words) - 2)])
        pairs += [(other, number) for other in index.query(one)]
        index.insert(number, one)
    out.write_text(json.dumps(pairs), "utf-8")


def datatrove(file: Path, out: Path) -> None:
    """The same by datatrove, its words parted by spaCy as it does for French; pairs are those that share a bucket."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature, minhash
    from datatrove.pipeline.readers import JsonlReader

    config = minhash.MinhashConfig(n_grams=3, num_buckets=20, hashes_per_bucket=6)
    work = out.with_suffix(".datatrove")
    steps = (
        [
            JsonlReader(str(file.parent), glob_pattern=file.name, text_key="text", id_key="id"),
            MinhashDedupSignature(str(work / "signatures"), config=config, language="fr"),
        ],
        [MinhashDedupBuckets(str(work / "signatures"), str(work / "buckets"), config=config)],
        [MinhashDedupCluster(str(work / "buckets"), str(work / "removed"), config=config)],
    )
    for number, step in enumerate(steps):
        tasks = config.num_buckets if number == 1 else 1
        LocalPipelineExecutor(step, tasks=tasks, workers=1, logging_dir=str(work / f"logs-{number}")).run()
    pairs: list[tuple[int, ...]] = []
    for bucket in sorted((work / "buckets").rglob("*.dups")):
        content = bucket.read_bytes()
        numbers = [int.from_bytes(content[at : at + 4], "little") for at in range(0, len(content), 4)]
        pairs += [tuple(sorted(numbers[at + 1 : at + 4 : 2])) for at in range(0, len(numbers), 4)]
    out.write_text(json.dumps(sorted(set(pairs))), "utf-8")


def judge(file: Path, *found: Path) -> dict[str, dict[str, float]]:
    r"""For each answer its recall, and its false pairs; words are what ``\w+`` finds, whoever found the pairs."""
    texts = texts_of(file)
    sets: dict[int, set[tuple[str, ...]]] = {}

    def set_of(number: int) -> set[tuple[str, ...]]:
        if number not in sets:
            words = _WORD.findall(texts[number].casefold())
            sets[number] = set(zip(words, words[1:], words[2:], strict=False))
        return sets[number]

    def similarity(one: int, other: int) -> float:
        return len(set_of(one) & set_of(other)) / len(set_of(one) | set_of(other))

    planted = [tuple(pair) for pair in json.loads(file.with_suffix(".pairs").read_text("utf-8"))]
    high = {pair for pair in planted if similarity(*pair) >= 0.8}
    answer = {}
    for name in found:
        pairs = {tuple(pair) for pair in json.loads(name.read_text("utf-8"))}
        false = sum(similarity(*pair) < 0.6 for pair in pairs)
        recall = len(high & pairs) / len(high)
        answer[name.stem] = {"planted": len(high), "recall": recall, "pairs": len(pairs), "false": false}
    return answer


def groups(count: int) -> dict[str, float]:
    """The group-by of random bands, a tenth of the articles agreeing with another in two of five bands."""
    import numpy as np

    from corpus.dedup.candidates import Signed, joined_candidates
    from corpus.dedup.minhash import BANDS, BITS, Signatures
    from corpus.dedup.partitioned import Workers

    draw = np.random.default_rng(1)
    bands = draw.integers(0, 2**BITS, (count, BANDS), dtype=np.uint64)
    copies, sources = draw.integers(0, count, (2, count // 10))
    for band in range(BANDS):
        some = draw.random(len(copies)) < 0.4
        bands[copies[some], band] = bands[sources[some], band]
    given = Signatures(draw.integers(1, 2**63, count, dtype=np.uint64), bands)
    began, wall = time.process_time(), time.perf_counter()
    everything, owners = np.ones(count, bool), np.arange(count, dtype=np.uint32)

    def pairs(arrivals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with TemporaryDirectory() as folder:
            workers = Workers(map, Path(folder))
            return joined_candidates(workers, [Signed(lambda: given, owners, arrivals, everything)], count)

    first, _ = pairs(everything)
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    few = np.arange(count) >= count - 10
    began = time.process_time()
    pairs(few)
    return {"cpu": cpu, "wall": wall, "pairs": len(first), "rows": bands.size, "ten": time.process_time() - began}


def leaks(file: Path) -> dict[str, object]:
    """The leak report over random splits, as if no article had joined a story: planted copies leak."""
    import numpy as np

    from corpus.dedup.leaks import leak_report
    from corpus.dedup.overlaps import Overlaps
    from corpus.dedup.partitioned import Workers
    from corpus.dedup.shingles import shingles
    from corpus.dedup.spill import Piece, SpilledShingles, write_shingles

    texts = texts_of(file)
    splits = np.random.default_rng(1).choice(3, len(texts), p=[0.8, 0.1, 0.1]).astype(np.int8)
    with TemporaryDirectory() as folder:
        pieces = []
        for at in range(0, len(texts), 1000):
            pieces.append(Piece(Path(folder) / f"{at}.bin", np.arange(at, min(at + 1000, len(texts)), dtype=np.uint32)))
            write_shingles(Path(folder) / f"{at}.bin", shingles(texts[at : at + 1000]))
        began = time.process_time()
        overlaps = Overlaps(Workers(map, Path(folder)), SpilledShingles(pieces, len(texts)))
        found = leak_report(overlaps, splits)
        return {"cpu": time.process_time() - began, **found.as_json()}


JOBS: dict[str, Callable[..., object]] = {"ours": ours, "rensa": rensa, "datatrove": datatrove}

if __name__ == "__main__":
    job, *rest = sys.argv[1:]
    if job == "make":
        make(Path(rest[0]), int(rest[1]), Path(rest[2]))
    elif job in JOBS:
        JOBS[job](*map(Path, rest))
    elif job == "groups":
        print(json.dumps(groups(int(rest[0]))))
    else:
        print(json.dumps({"judge": judge, "leaks": leaks}[job](*map(Path, rest))))
