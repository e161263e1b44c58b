"""Exports of press databases, tables and newsrooms: articles read in a CPU-second, and memory for 100 MB."""

from __future__ import annotations

import shutil
import sys
from itertools import islice
from pathlib import Path

import peers
from articles import articles
from rig import Bench, Row

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from helpers.exports import AUTHORS, EXPORTS, PUBLICATIONS, Item

PEER_JOBS = Path(__file__).with_name("export_peers.py")
_FAST = ("csv", "xlsx", "json")
_LARGE = 100 * 10**6
_FIELDS = "fields: {Titre: title, Date de parution: date, Journal: publication, Auteur: authors, Rubrique: section, "
_YAML = {
    "csv": _FIELDS + "Page: page, Texte: text, Lien: url}\n",
    "xlsx": _FIELDS + "Page: page, Texte: text, Lien: url}\n",
    "json": "fields: {maintext: text, date_publish: date}\nleft_out: {source_domain: not needed}\n",
}


def _items(bench: Bench, count: int) -> list[Item]:
    """The generated articles of all rows (408 words each), with what an export says of them."""
    made = []
    for number, one in enumerate(islice(articles(bench.copy, count), count)):
        paragraphs = tuple(block for block in one["text"].split("\n\n") if block)
        day, publication, author = one["date"], PUBLICATIONS[number % 3], AUTHORS[number % 4]
        made.append(Item(number, one["title"], day, publication, author, "Locale", str(number % 40 + 1), paragraphs))
    return made


def _corpus(bench: Bench, name: str, given: list[Item], folder: str) -> tuple[Path, Path]:
    """A corpus folder with one export of a format, and the export."""
    root = bench.work / folder
    source, how = root / "raw" / "banc", EXPORTS[name]
    shutil.rmtree(root, ignore_errors=True)
    source.mkdir(parents=True)
    (root / "corpus.toml").write_text('name = "banc"\n', "utf-8")
    head = "name: Banc\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\n"
    (source / "source.yaml").write_text(f"{head}shape: {how.shape}\n{_YAML.get(name, '')}", "utf-8")
    file = source / f"export{how.suffix}"
    file.write_bytes(how.write(given))
    return root, file


def exports(bench: Bench) -> list[Row]:
    """Articles of an export read and checked in a CPU-second, against what its container alone costs a library."""
    python = peers.environment(bench.peers.with_name(f"{bench.peers.name}-exports"), peers.EXPORTS)
    count = min(bench.articles, 2000)
    given = _items(bench, count)
    rows = []
    for name in EXPORTS:
        if name == "nitf":  # one article a file
            continue
        root, file = _corpus(bench, name, given, f"exports-{name}")
        ours = bench.own("parse", root)
        if ours["articles"] != count:
            raise RuntimeError(f"{name}: {ours['articles']} of {count} generated articles were read")
        peer = bench.answer([PEER_JOBS, name, file], {}, python)
        least = 3000 if name in _FAST else 300
        shown = (f"{ours['per_second']:,.0f} articles/CPU-s", f"{count / peer['cpu']:,.0f} by {peer['library']}")
        ratio = ours["per_second"] * peer["cpu"] / count
        rows.append(Row(f"{name}, {count:,} articles", *shown, ratio, f">= {least:,}", ours["per_second"] >= least))
    return rows + [_large(bench, name, given) for name in ("europresse", "csv")]


def _large(bench: Bench, name: str, given: list[Item]) -> Row:
    """The largest process of a build of an export of 100 MB."""
    size = len(EXPORTS[name].write(given))
    many = [
        Item(number, f"{one.title} ({number})", one.date, one.publication, one.author, one.section, one.page, blocks)
        for number in range(len(given) * _LARGE // size)
        for one in [given[number % len(given)]]
        for blocks in [(f"Le numéro {number} du jour.", *one.paragraphs)]
    ]
    root, _ = _corpus(bench, name, many, f"large-{name}")
    cost = bench.build(root, release="large")
    shutil.rmtree(root)
    shown = (f"{cost.peak:.0f} MB, {cost.cpu:.1f} s CPU", f"{_LARGE / 1e6:.0f} MB on disk")
    what = f"build of one {name} export, {len(many):,} articles, peak memory / its size"
    return Row(what, *shown, cost.peak * 1e6 / _LARGE, "< 600 MB", cost.peak < 600)
