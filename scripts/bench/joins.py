"""The joins of stories and leaks over synthetic articles, and what memory each process needs.

Usage: joins.py COUNT FOLDER [WORKERS] [BYTES]

Makes the shingles and signatures of COUNT articles of some 45 words in FOLDER. Every thousandth is a near-duplicate of
an earlier one, every other thousandth holds one whole. Then it finds candidates, stories and leaks with WORKERS
processes, each of which (this one too) may have BYTES of data of its own, and compares the pairs with those planted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

_PIECE = 100_000
_SHINGLES = 43
_EVERY = 1000


def made(folder: Path, number: int, count: int) -> None:
    """The shingles and signatures of a stretch of articles; nothing is made where they are there."""
    from corpus.dedup.minhash import signatures_of
    from corpus.dedup.shingles import Shingles, mixed
    from corpus.dedup.spill import write_shingles, write_signatures

    file = folder / f"{number:05}.bin"
    if file.exists():
        return
    start, end = number * _PIECE, min((number + 1) * _PIECE, count)
    own = np.arange(start * 128, end * 128, dtype=np.uint64).reshape(-1, 128)[:, :_SHINGLES]
    sets = mixed(own.copy())
    lengths = np.full(end - start, _SHINGLES)
    texts = [sets[at] for at in range(end - start)]
    for one, other, holds in planted(start, end):
        source = mixed(np.arange(one * 128, one * 128 + _SHINGLES, dtype=np.uint64))
        place = other - start
        texts[place] = np.concatenate([source, texts[place]]) if holds else texts[place].copy()
        if not holds:
            texts[place][: _SHINGLES - 4] = source[: _SHINGLES - 4]
        lengths[place] = len(texts[place])
    found = Shingles(np.concatenate(texts), np.cumsum(lengths))
    write_signatures(folder / f"{number:05}.npy", signatures_of(found))
    write_shingles(file, found)


def planted(start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Of the articles from ``start`` to ``end``: the source, the one that has most of it, whether it holds it whole."""
    for other in range(start, end):
        if other % _EVERY in (7, 507) and other > _EVERY:
            source = other * 0x9E3779B97F4A7C15 % 2**64 % (other - 1)
            if source % _EVERY not in (7, 507):
                yield source, other, other % _EVERY == 507


def limit(most: int) -> None:
    """Let this process have no more data of its own."""
    if most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def peak(_: int = 0) -> tuple[int, float, float]:
    """This process, and the most memory that it had: all, and what is mapped from no file now (MB)."""
    import os

    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return os.getpid(), int(status["VmHWM"].split()[0]) / 1024, int(status["RssAnon"].split()[0]) / 1024


def main(count: int, folder: Path, workers: int, most: int) -> dict[str, object]:
    """The figures."""
    from corpus.dedup.candidates import LINKED, Signed, copies
    from corpus.dedup.leaks import leak_report
    from corpus.dedup.overlaps import Overlaps
    from corpus.dedup.partitioned import Workers
    from corpus.dedup.spill import Piece, SpilledShingles, read_signatures
    from corpus.dedup.stories import links, near_duplicates

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows").mkdir(exist_ok=True)
    numbers = range(-(-count // _PIECE))
    limit(most)
    figures: dict[str, object] = {"articles": count}
    with ProcessPoolExecutor(workers, initializer=limit, initargs=(most,)) as pool:
        list(pool.map(partial(made, folder, count=count), numbers))
        joining = Workers(pool.map, folder / "rows")
        owners = [np.arange(at * _PIECE, min((at + 1) * _PIECE, count), dtype=np.uint32) for at in numbers]
        sets = SpilledShingles(
            [Piece(folder / f"{at:05}.bin", one) for at, one in zip(numbers, owners, strict=True)], count
        )
        words = np.concatenate([read_signatures(folder / f"{at:05}.npy").text_hash.copy() for at in numbers])

        def timed(name: str, began: float) -> None:
            figures[f"{name}, seconds"] = round(time.perf_counter() - began, 1)
            print(name, figures[f"{name}, seconds"], "s", [round(one[1]) for one in peaks(pool, workers)], flush=True)

        began = time.perf_counter()
        again = copies(joining, words)
        timed("same words", began)
        began = time.perf_counter()
        everything = np.ones(_PIECE, bool)
        signed = [
            Signed(
                partial(read_signatures, folder / f"{at:05}.npy"), one, everything[: len(one)], everything[: len(one)]
            )
            for at, one in zip(numbers, owners, strict=True)
        ]
        near = near_duplicates(joining, signed, sets)
        timed("near-duplicates", began)
        began = time.perf_counter()
        groups = np.arange(count, dtype=np.uint32)
        linked = links(near, Overlaps(joining, sets, sampled=True), again, groups)
        timed("stories, of a sample", began)
        began = time.perf_counter()
        splits = (np.arange(count) * 7 % 10 // 8).astype(np.int8)
        report = leak_report(Overlaps(joining, sets), splits)
        timed("leaks", began)
        found = set(zip(linked.first.tolist(), linked.second.tolist(), strict=True))
        wanted = {(one, other) for one, other, _ in planted(0, count)}
        leaking = {pair for pair in wanted if splits[pair[0]] != splits[pair[1]]}
        reported = set(zip(report.leaks.first.tolist(), report.leaks.second.tolist(), strict=True))
        figures |= {
            "planted": len(wanted),
            "planted and linked": len(found & wanted),
            "linked": len(found),
            "below the least similarity": int(np.count_nonzero((linked.similarity < LINKED) & ~linked.held)),
            "planted across splits": len(leaking),
            "of them reported": len(reported & leaking),
            "reported": len(reported),
            "peak of each process, MB": {pid: [round(whole), round(own)] for pid, whole, own in peaks(pool, workers)},
        }
    return figures


def peaks(pool: ProcessPoolExecutor, workers: int) -> list[tuple[int, float, float]]:
    """The memory of each worker, and of this process, which is the last."""
    return [*sorted(set(pool.map(peak, range(16 * workers)))), peak()]


if __name__ == "__main__":
    many, where, *more = sys.argv[1:]
    print(json.dumps(main(int(many), Path(where), int((*more, "2")[0]), int((*more, "2", "0")[1])), indent=2))
