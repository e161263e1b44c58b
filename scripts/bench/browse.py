"""How long the pages of `corpus browse` that find articles and words take to make, over invented articles; a table.

Usage: browse.py [--articles N] [--release FOLDER]    (100,000 articles of 500 tokens, made anew if no folder is named)

Each page is asked for through the application, without a network: wall time until the first byte of the answer and
until the last, of the median of seven askings behind the first one, which reads what is not in memory yet and stands in
a column of its own. A new query is one that was never asked before, so that no answer to it is kept. Run it with
OMP_NUM_THREADS=1 on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import search as generated
from starlette.applications import Starlette

_TOKENS, _VOCABULARY = 500, 300_000
_TOPICS = ("politique", "économie", "sport", "culture", "justice", "santé", "société", "météo")
_ASKED = 7
_TARGET = 0.3
_WORDS = ("cebe", "coga", "déba", "fepa", "lobi", "mita", "noro", "ponlo")
_HOST = "127.0.0.1:1"

PAGES = {
    "list": "/articles",
    "list, two facets": "/articles?publication=Journal 7&year=2015",
    "list, three facets, by title": "/articles?topic=sport&source=source-3&split=test&sort=title",
    "list, a speaker": "/articles?speaker=Ferrand 17",
    "full text, a frequent word": "/articles?text=déclaré",
    "full text, two words and a facet": "/articles?text=bobe l'bace&topic=sport",
    "concordance, 470,000 hits, by right context": "/search?q=déclaré&sort=right",
    "concordance, 1,900,000 hits, by right context": "/search?q=la&sort=right",
    "concordance, three tokens, by left context": '/search?q=[lemma="déclaré"] [upos="DET"]? [upos="NOUN"]&sort=left',
    "concordance, a facet, by date": "/search?q=déclaré&sort=date&topic=sport",
    "concordance, page 900": "/search?q=déclaré&sort=right&page=900",
    "articles as CSV, first byte": "/articles.csv",
    "concordance as CSV, first byte": "/search.csv?q=déclaré&sort=right",
}
NEW = {
    "a new word in full text": [f"/articles?text={one}" for one in _WORDS],
    "a new query": [f"/search?q={one}&sort=right" for one in _WORDS],
    "a new query of many hits": [f"/search?q={one[:2]}*&sort=right" for one in _WORDS],
}


class Asked(NamedTuple):
    """What an answer was: seconds to its first byte and to its last, those of CPU, its status and length."""

    first: float
    last: float
    cpu: float
    status: int
    length: int


def made(folder: Path, articles: int) -> Path:
    """A release of invented articles with topics, sections, and speakers who say something in them."""

    def about(number: int) -> dict[str, Any]:
        topics = [
            {"code": f"medtop:{at}", "label": _TOPICS[at], "score": 0.5} for at in sorted({number % 8, number // 8 % 8})
        ]
        title = f"Article {number * 7919 % articles:07} : {_TOPICS[number % 8]} et {_TOPICS[number // 3 % 8]}"
        split = ("train", "train", "train", "validation", "test")[number % 5]
        gold = ["entities"] if number % 500 == 0 else []
        section = f"Rubrique {number % 12}"
        return {"topics": topics, "title": title, "split": split, "gold": gold, "section": section, "word_count": 450}

    def said(identity: str, number: int) -> list[dict[str, Any]]:
        return [
            {
                "article": identity,
                "index": at,
                "fragments": [{"start": 100 + 300 * at, "end": 250 + 300 * at}],
                "speaker_name": f"Ferrand {(number * 31 + at * 17) ** 2 % 20_011}",
            }
            for at in range(number % 4)
        ]

    return generated.made(folder, articles * _TOKENS, _VOCABULARY, about, {"quotations": said})


async def ask(application: Starlette, address: str) -> Asked:
    """Ask the application for a page, as its server would."""
    path, _, query = address.partition("?")
    encoded = "&".join("=".join(map(_quoted, one.split("=", 1))) for one in query.split("&")) if query else ""
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": encoded.encode(), "root_path": ""}
    scope |= {"headers": [(b"host", _HOST.encode())], "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2)}
    began, first, length, status, used = time.perf_counter(), 0.0, 0, 0, time.process_time()
    gone, sent = asyncio.Event(), iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (empty := next(sent, None)) is not None:
            return empty
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal first, length, status
        status = message.get("status", status)
        if body := message.get("body"):
            first = first or time.perf_counter() - began
            length += len(body)
            if ".csv" in path:
                gone.set()  # of a download the first bytes are enough

    await application(scope, receive, send)  # type: ignore[arg-type]  # Starlette has narrower types for messages
    return Asked(first, time.perf_counter() - began, time.process_time() - used, status, length)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def memory() -> float:
    """The megabytes that this process holds now."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Measure and print the table; exit with 1 where a page takes longer than it should."""
    from corpus.web.browse.app import application
    from corpus.web.browse.library import Shelf
    from corpus.web.browse.security import Access

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--release", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        release = given.release or Path(folder, "release")
        if not release.exists():
            made(release, given.articles)
        shelf = Shelf(str(release), None)
        app = application(shelf, Access(), "fr")
        began, reading = time.perf_counter(), shelf.prepare()
        cold = [asyncio.run(ask(app, one)).last for one in ("/articles", "/search?q=babe", "/articles?text=babe")]
        print(
            "while the release is being read: list, concordance, full text:",
            *(f"{one:.1f} s" for one in cold),
            flush=True,
        )
        reading.join()
        print(f"all is read after {time.perf_counter() - began:.0f} s; memory: {memory():,.0f} MB", flush=True)
        print(f"{'':<46} {'first':>7} {'then':>7} {'CPU':>7} {'kB':>7}")
        slow = [name for name, addresses in (PAGES | NEW).items() if not _measured(app, name, addresses)]
        print(f"memory: {memory():,.0f} MB")
    if slow:
        sys.exit(f"over {_TARGET * 1000:.0f} ms: {', '.join(slow)}")


def _measured(app: Starlette, name: str, addresses: str | list[str]) -> bool:
    """Print a line; whether the page is as fast as it should be."""
    asked = [addresses] * (1 + _ASKED) if isinstance(addresses, str) else addresses
    answers = [asyncio.run(ask(app, one)) for one in asked]
    if wrong := [one for one in answers if one.status != 200]:
        sys.exit(f"{name}: {wrong[0]}")
    is_csv = ".csv" in asked[0]
    times = [one.first if is_csv else one.last for one in answers]
    then = statistics.median(times[1:] if isinstance(addresses, str) else times)
    cpu = statistics.median([one.cpu for one in answers][isinstance(addresses, str) :])
    shown = (f"{one * 1000:>4.0f} ms" for one in (times[0], then, cpu))
    print(f"{name:<46}", *shown, f"{answers[-1].length / 1000:>7.1f}", flush=True)
    return then < _TARGET


if __name__ == "__main__":
    main()
