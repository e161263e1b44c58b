"""How many errors of the layers are found when articles are corrected in the order of ``corpus queue``; a table.

The articles of this repository with gold are built without it, and put in order; what the layers get wrong in each is
counted against the gold. Beside the queue: random order (mean of 200), the least certain span first, the lowest mean
confidence first, the most expected errors first (confidence alone, without distance), and the best order there is.
``--reprints`` has a third of the articles three times and counts each error once: what copies do to an order.
``--articles N`` measures how long the queue takes in a release of so many articles, which repeats the rows of these.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import corpus
from corpus.annotate.errors import errors
from corpus.annotate.gold import GOLD_LAYERS
from corpus.curate import evaluate, queue
from corpus.files.deletion import temporary_folder
from corpus.model.table_names import key_of
from corpus.raw.layout import GOLD
from corpus.release.read.reader import Release, open_release

ROOT = Path(__file__).resolve().parents[2]
SHARES = (0.1, 0.2, 0.3, 0.5)
DRAWS = 200
COPIES = 3
AT_ONCE = 20


def main() -> None:
    """Print how many of the errors stand in the first articles of each order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reprints", action="store_true", help="with copies of a third of the articles")
    parser.add_argument("--split", help="only articles of this part of the gold")
    parser.add_argument("--articles", type=int, help="measure how long so many articles take instead")
    given = parser.parse_args()
    cases = evaluate.run(evaluate.cases_of_corpus(ROOT, given.split), GOLD_LAYERS)
    wrong = Counter((one.article, one.layer) for one in errors(cases))
    known = {case.article.id for case in cases}
    with temporary_folder() as folder:
        shutil.copytree(ROOT / "raw", folder / "raw", ignore=shutil.ignore_patterns(f"*{GOLD}"))
        shutil.copy(ROOT / "corpus.toml", folder)
        copied = _reprint(folder, sorted(known)) if given.reprints else {}
        corpus.build(folder, folder / "preview")
        if given.articles:
            _measure(_repeated(folder / "preview", given.articles))
            return
        release = open_release(folder / "preview")
        print(f"{'layer':<11} {'order':<22} " + " ".join(f"{share:>6.0%}" for share in SHARES) + "   area")
        for layer in queue.LAYERS:
            pool = queue.Pool.of(release, layer)
            texts = [copied.get(one, one) for one in pool.ids.to_pylist()]
            left_out = {number for number, text in enumerate(texts) if text not in known}
            counts = np.array([wrong[text, layer] for text in texts])
            _print(layer, pool, left_out, texts, counts)


def _print(layer: str, pool: queue.Pool, left_out: set[int], texts: Sequence[str], counts: np.ndarray) -> None:
    """The line of each order of the articles of a pool."""
    among = [number for number in range(len(pool)) if number not in left_out]
    mean = np.array([pool.expected[number] / max(1, pool.doubtful(number, 0)[0]) for number in range(len(pool))])
    worst = np.array([max((one.doubt for one in pool.doubtful(number)[1]), default=0) for number in range(len(pool))])

    def by(score: np.ndarray) -> list[int]:
        return sorted(among, key=lambda number: (-score[number], number))

    waiting = [one.number for one in queue.queue(pool, left_out, len(pool))]
    queued = [*waiting, *(number for number in among if number not in set(waiting))]
    draws = [np.random.default_rng(seed).permutation(among) for seed in range(DRAWS)]
    orders: dict[str, Callable[[], list[Sequence[int]]]] = {
        "random": lambda: list(draws),
        "least certain span": lambda: [by(worst)],
        "mean confidence": lambda: [by(mean)],
        "expected errors": lambda: [by(pool.expected)],
        "queue": lambda: [queued],
        "best there is": lambda: [sorted(by(counts), key=lambda number: number != texts.index(texts[number]))],
    }
    for name, made in orders.items():
        curves = np.mean([_curve(order, texts, counts) for order in made()], axis=0)
        at = [curves[int(np.ceil(len(curves) * share)) - 1] for share in SHARES]
        print(f"{layer:<11} {name:<22} " + " ".join(f"{found:>6.3f}" for found in at) + f" {curves.mean():>6.3f}")


def _curve(order: Sequence[int], texts: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """The share of all errors that were found after each article; those of a copy are no new ones."""
    seen: set[str] = set()
    found = []
    for number in order:
        found.append(0 if texts[number] in seen else counts[number])
        seen.add(texts[number])
    return np.cumsum(found) / sum(found)


def _repeated(preview: Path, count: int) -> Release:
    """The release with its tables so often that it has at least so many articles, each time under other ids."""
    release = open_release(preview)
    times = -(-count // release.manifest["counts"]["published"])
    for table in ("articles", *queue.LAYERS):
        for entry in release.tables(table):
            file = preview / entry["path"]
            rows, key = pq.read_table(file), key_of(table)
            at = rows.column_names.index(key)
            with pq.ParquetWriter(file, rows.schema, compression="zstd") as sink:
                for first in range(0, times, AT_ONCE):
                    numbers = range(first, min(times, first + AT_ONCE))
                    ids = [pc.binary_join_element_wise(rows[key], f"{number:05}", "-") for number in numbers]
                    again = [rows.set_column(at, rows.schema.field(at), one) for one in ids]
                    sink.write_table(pa.concat_tables(again).combine_chunks())
            entry["bytes"] = file.stat().st_size
    return release


def _measure(release: Release) -> None:
    """Print how long reading a pool and putting it in order take, the best of three."""
    for layer in queue.LAYERS:
        seconds = []
        for _ in range(3):
            begun = time.perf_counter(), time.process_time()
            pool = queue.Pool.of(release, layer)
            read = time.perf_counter()
            queue.queue(pool, set(range(0, len(pool), 100)), 50)
            seconds.append((time.perf_counter() - begun[0], read - begun[0], time.process_time() - begun[1]))
        whole, reading, cpu = min(seconds)
        size = f"{len(pool):>8,} articles {len(pool.rows.article):>10,} rows"
        print(f"{layer:<11} {size} {whole:.2f} s, {reading:.2f} of reading, {cpu:.2f} CPU")


def _reprint(folder: Path, known: Sequence[str]) -> dict[str, str]:
    """Put copies beside every third article that is a file; the id of each copy with that of the article."""
    files = [(one, file) for one in known for file in (folder / "raw").glob(f"{one}.*")]
    copied = {}
    for identity, file in files[::3]:
        source, key = identity.split("/")
        for number in range(1, COPIES):
            place = folder / "raw" / source / f"{key}-reprint-{number}{file.suffix}"
            place.write_text(f"{file.read_text('utf-8').rstrip()}\n\nÉdition {number}.\n", "utf-8")  # no exact copy
            copied[f"{source}/{place.stem}"] = identity
    return copied


if __name__ == "__main__":
    main()
