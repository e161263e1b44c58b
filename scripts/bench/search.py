"""Searching a release of invented words, against DuckDB and polars-corpus on the same files; prints a table.

Usage: search.py [TOKENS ...]        (1,000,000 and 10,000,000 if none are given)
       search.py job NAME RELEASE    (one measurement, as JSON; imports are left out)

Each measurement is a process of its own with one thread, the files in the page cache: CPU seconds from the release on
the disk to the first 25 lines, peak memory of the process, hits. polars-corpus is measured where it is installed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from helpers import token_release

QUERY = '[lemma="déclaré"] [upos="DET"]? [upos="NOUN"]'
QUERIES = {
    "query": QUERY,
    "words": "déclaré de la",
    "regex": '[word="dé.*" & upos="VERB"] []{0,3} [lemma="[bc].*on"] within s',
    "common": '[upos="NOUN"]+',
    "catastrophic": '([upos="NOUN"] | [upos="NOUN"])* [word="zzz"]',
}
_ARTICLE, _SENTENCE, _GROUP, _VOCABULARY = 500, 20, 2000, 50_000
About: TypeAlias = Callable[[int], dict[str, Any]]
More: TypeAlias = Mapping[str, Callable[[str, int], list[dict[str, Any]]]]
_NONE: More = {}
_UPOS = ("NOUN", "VERB", "DET", "ADP", "ADJ", "PROPN", "PUNCT", "PRON")


def made(
    folder: Path, count: int, vocabulary: int = _VOCABULARY, about: About = lambda _: {}, more: More = _NONE
) -> Path:
    """A release of so many tokens, words drawn by Zipf's law.

    ``about`` gives what else the row of an article says, by its number, and ``more`` further tables, of which it has
    the rows of some articles.
    """
    draw = np.random.default_rng(1)
    parts = [one + other for one in "bcdfglmnprstv" for other in ("a", "e", "i", "o", "u", "é", "on")]
    words = np.array(["".join(draw.choice(parts, 2 + number % 3)) for number in range(vocabulary)], object)
    words[:8] = ["de", "la", ",", "l’", ".", "«", "»", "déclaré"]
    lemmas = np.where(np.arange(vocabulary) < 100, np.arange(vocabulary), np.arange(vocabulary) // 3 * 3)
    tags = draw.integers(0, len(_UPOS), vocabulary)
    chance = 1 / np.arange(1, vocabulary + 1)
    groups: dict[str, list[pa.Table]] = {name: [] for name in ("articles", "sentences", *more)}
    articles = count // _ARTICLE
    for begin in range(0, articles, _GROUP):
        numbers = range(begin, min(articles, begin + _GROUP))
        drawn = draw.choice(vocabulary, (len(numbers), _ARTICLE), p=chance / chance.sum())
        ids = [f"source-{number % 7}/{number:07}" for number in numbers]
        texts = [" ".join(words[row]) for row in drawn]
        groups["articles"].append(_articles(ids, texts, about))
        for name, rows in more.items():
            given = [row for one, number in zip(ids, numbers, strict=True) for row in rows(one, number)]
            groups[name].append(token_release.table(name, given))
        columns = {"tokens": words[drawn], "lemmas": words[lemmas[drawn]], "upos": np.array(_UPOS, object)[tags[drawn]]}
        lengths = np.array(list(map(len, words)))[drawn]
        starts = np.cumsum(lengths + 1, axis=1) - lengths - 1
        columns |= {"token_starts": starts, "token_ends": starts + lengths}
        groups["sentences"].append(_sentences(ids, columns))
    return token_release.write(folder, groups)


def _articles(ids: list[str], texts: list[str], about: About) -> pa.Table:
    rows = []
    for identity, text in zip(ids, texts, strict=True):
        number = int(identity[-7:])
        day = date(2010 + number % 14, 1 + number % 12, 1 + number % 28).isoformat()
        said = {"publication": f"Journal {number % 50}", "date": day} | about(number)
        rows.append(token_release.article(identity, text, **said))
    return token_release.table("articles", rows)


def _sentences(ids: list[str], columns: dict[str, np.ndarray]) -> pa.Table:
    per = _ARTICLE // _SENTENCE
    count = len(ids) * per
    ends = pa.array(np.arange(count + 1) * _SENTENCE, pa.int32())
    given: dict[str, pa.Array] = {"article": pa.array(np.repeat(np.array(ids, object), per))}
    given["index"] = pa.array(np.tile(np.arange(per), len(ids)))
    given["start"] = pa.array(columns["token_starts"].reshape(-1, _SENTENCE)[:, 0])
    given["end"] = pa.array(columns["token_ends"].reshape(-1, _SENTENCE)[:, -1])
    empty = token_release.table("sentences", [])
    for name, values in columns.items():
        kind = empty.schema.field(name).type
        given[name] = pa.ListArray.from_arrays(ends, pa.array(values.ravel(), kind.value_type))
    none = [
        pa.array([[]] * count, field.type) if pa.types.is_list(field.type) else pa.nulls(count, field.type)
        for field in empty.schema
    ]
    arrays = [
        given[field.name].cast(field.type) if field.name in given else other
        for field, other in zip(empty.schema, none, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=empty.schema)


def ours(query: str) -> Callable[[Path], int]:
    """Our search, from the disk to 25 lines."""
    from corpus.explore.hits import search
    from corpus.explore.tokens import Tokens

    def job(release: Path) -> int:
        hits = search(Tokens.of(str(release)), QUERIES[query])
        hits.slice(0, 25).lines()
        return len(hits)

    return job


def page(release: Path) -> int:
    """The next query of somebody who keeps the tokens, with a sorted page and two facets."""
    from corpus.explore.hits import search
    from corpus.explore.tokens import Tokens

    tokens = Tokens.of(str(release))
    search(tokens, '[word="a" & lemma="a" & upos="X"]').lines()
    search(tokens, "zzz zzz").ordered(["right"]).lines()
    _reset()
    hits = search(tokens, QUERY)
    hits.ordered(["right"]).slice(0, 25).lines()
    hits.counts("publication")
    hits.counts("month")
    return len(hits)


def duckdb(release: Path) -> int:
    """The same hits counted in SQL: tokens of an article in a row, and the two that follow each."""
    import duckdb as peer

    with peer.connect(config={"threads": "1"}) as connection:
        found = connection.sql(
            f"""with tokens as (
                select article, index, unnest(lemmas) as lemma, unnest(upos) as upos, unnest(token_starts) as place
                from '{release}/data/sentences/*.parquet'
            ), following as (
                select lemma, lead(upos) over next as one, lead(upos, 2) over next as two
                from tokens window next as (partition by article order by place)
            ) select count(*) from following
            where lemma = 'déclaré' and (one = 'NOUN' or (one = 'DET' and two = 'NOUN'))"""  # noqa: S608
        ).fetchall()
    return int(found[0][0])


def polars_corpus(release: Path) -> int:
    """The same query as polars-corpus answers it."""
    import polars as pl
    import polars_corpus as plc

    columns = pl.scan_parquet(f"{release}/data/sentences/*.parquet").select("article", "lemmas", "upos")
    frame = columns.explode("lemmas", "upos").rename({"lemmas": "lemma", "article": "file_id"}).collect()
    return len(plc.search_cqp(frame, QUERY))


JOBS: dict[str, Callable[[Path], int]] = {"page": page, "DuckDB": duckdb, "polars-corpus": polars_corpus}

_BEGAN = [0.0]


def _reset() -> None:
    _BEGAN[0] = time.process_time()


def _job(name: str, release: Path) -> dict[str, Any]:
    job = JOBS[name] if name in JOBS else ours(name)
    if name == "polars-corpus":
        import polars_corpus as plc
    elif name == "DuckDB":
        import duckdb as plc  # noqa: F401
    _reset()
    hits = job(release)
    cpu = time.process_time() - _BEGAN[0]
    return {"hits": hits, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


def main() -> None:
    """Measure, five times each, and print the medians."""
    if sys.argv[1:2] == ["job"]:
        print(json.dumps(_job(sys.argv[2], Path(sys.argv[3]))))
        return
    if sys.argv[1:2] == ["make"]:  # a process of its own: peak memory is that of the parent too
        made(Path(sys.argv[3]), int(sys.argv[2]))
        return
    names = [*QUERIES, *(name for name in JOBS if name != "polars-corpus" or find_spec("polars_corpus"))]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "ARROW_IO_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        for count in map(int, sys.argv[1:] or ("1000000", "10000000")):
            release = Path(folder, str(count))
            subprocess.run([sys.executable, __file__, "make", str(count), str(release)], check=True)
            print(f"\n{count:,} tokens\n{'':<14} {'hits':>9} {'s of CPU':>9} {'MB':>7}")
            for name in names:
                words = [sys.executable, __file__, "job", name, str(release)]
                answers = [
                    json.loads(subprocess.run(words, check=True, capture_output=True, env=os.environ | threads).stdout)
                    for _ in range(5)
                ]
                hits, cpu, peak = (sorted(one[key] for one in answers)[2] for key in ("hits", "cpu", "peak"))
                print(f"{name:<14} {hits:>9,} {cpu:>9.3f} {peak:>7,.0f}")


if __name__ == "__main__":
    main()
