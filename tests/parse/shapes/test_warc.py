"""WARC files: pages of a crawl as records, whatever stands between them or is broken."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import corpus
from corpus.build.report import Report
from corpus.raw import config, jsonl, warc
from corpus.raw.layout import LARGEST
from corpus.raw.warc_records import Damaged, PlainFile

pytest.importorskip("trafilatura")
pytest.importorskip("fastwarc")

HTML = (("Content-Type", "text/html; charset=utf-8"),)


def page(title: str, paragraphs: tuple[str, ...], date: str = "2023-05-04", head: str = "") -> str:
    """A page of an invented newspaper."""
    day = f'<meta property="article:published_time" content="{date}T08:00:00+02:00">' if date else ""
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<html lang="fr"><head>{head}<title>{title}</title>{day}</head><body><nav><a href="/">Accueil</a></nav>'
        f"<article><h1>{title}</h1>{text}</article></body></html>"
    )


def record(
    url: str,
    body: bytes,
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = HTML,
    kind: str = "response",
    form: str = "gz",
    **more: str,
) -> bytes:
    """One WARC record as ISO 28500 describes it, a gzip member of its own where ``form`` is gz."""
    if kind == "response":
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
        body = "\r\n".join(lines).encode() + body
    fields = {"WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{zlib.crc32(body):08x}-0000-4000-8000-000000000000>"}
    fields |= {"WARC-Date": "2023-05-06T10:00:00Z", **({"WARC-Target-URI": url} if url else {})}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    fields |= {"Content-Type": f"application/http; msgtype={kind}", "Content-Length": str(len(body))}
    head = "\r\n".join(["WARC/1.0", *(f"{name}: {value}" for name, value in fields.items()), "", ""])
    whole = head.encode() + body + b"\r\n\r\n"
    return gzip.compress(whole, mtime=0) if form == "gz" else whole


@pytest.fixture
def crawl(
    tmp_path: Path,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
) -> Callable[..., tuple[Report, list[dict[str, object]]]]:
    """What becomes of a crawl file: the report of a build and the rows of its articles."""

    def build(content: bytes, more: str = "", name: str = "crawl.warc.gz") -> tuple[Report, list[dict[str, object]]]:
        files = {"raw/toile/source.yaml": source_yaml("warc") + more, f"raw/toile/2019/{name}": content}
        home = make_corpus(tmp_path / "home", files)
        report = corpus.build(home, tmp_path / "out")
        rows = [row for file in (tmp_path / "out/data/articles").glob("*") for row in pq.read_table(file).to_pylist()]
        return report, sorted(rows, key=lambda row: int(row["raw_path"].partition("#L")[2] or 0))

    return build


def address(number: int, host: str = "www.ponant.example") -> str:
    return f"https://{host}/articles/{number}.html"


def test_a_crawl_is_fed_as_it_is(
    crawl: Callable[..., tuple[Report, list[dict[str, object]]]],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> None:
    def article(number: int, **more: str) -> bytes:
        return page(title(number), body(number), **more).encode()

    records = [
        record("", b"", kind="warcinfo"),
        record(address(1), b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(address(1), article(1)),
        record(address(2), article(2), "404 Not Found"),
        record(address(3), b"%PDF-1.4", headers=(("Content-Type", "application/pdf"),)),
        record(address(4, "autre.example"), article(4)),
        record(address(5, "blogs.lande.example"), article(5)),
        record(address(6), b"<html><body><a href='/'>Accueil</a></body></html>"),
        record(address(7), article(7, date="")),
        record(address(1), article(1)),
        record(address(8), article(8), WARC_Truncated="length"),
    ]
    hosts = "hosts:\n  ponant.example: {}\n  lande.example: {licence: LicenseRef-presse, redistribution: annotations}\n"
    report, rows = crawl(b"".join(records), hosts)
    assert [row["url"] for row in rows] == [address(1)]
    [row] = rows
    offset = len(records[0] + records[1])
    assert row["raw_path"] == f"raw/toile/2019/crawl.warc.gz#L{offset}"
    assert row["date"] == "2023-05-04T08:00:00+02:00"
    assert str(row["id"]).startswith("toile/")
    starts = [sum(map(len, records[:number])) for number in range(len(records))]
    assert {(one.line, problem.rule) for one in report.rejected for problem in one.problems} == {
        (starts[7], "article-empty"),
        (starts[8], "date-missing"),
        (starts[9], "id-duplicate"),
        (starts[10], "archive-damaged"),
    }
    assert report.total("published") == 2
    assert report.left_out == {
        "answers that are no HTML": 1,
        "answers with status 404": 1,
        "pages of other hosts": 1,
        "request records": 1,
        "warcinfo records": 1,
    }
    assert json.loads(json.dumps(report.left_out))


def test_the_day_of_the_crawl_is_the_date_only_where_the_source_says_so(
    crawl: Callable[..., tuple[Report, list[dict[str, object]]]],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> None:
    content = record(address(1), page(title(1), body(1), date="").encode())
    report, rows = crawl(content, "undated: crawl\n")
    assert not report.problems
    assert [row["date"] for row in rows] == ["2023-05-06"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTPS://www.ponant.example/a", "https://www.ponant.example/a"),
        ("<https://www.ponant.example/un pont\u00a0neuf>", "https://www.ponant.example/un%20pont%C2%A0neuf"),
        ("https://www.ponant.example/a\tb\x7f", "https://www.ponant.example/a%09b%7F"),
        ("\tHTTP://www.ponant.example/", "http://www.ponant.example/"),
        ("ftp://www.ponant.example/", None),
    ],
)
def test_an_address_that_a_crawler_wrote_carelessly_is_one_as_the_schemas_have_it(
    crawl: Callable[..., tuple[Report, list[dict[str, object]]]],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
    written: str,
    read: str | None,
) -> None:
    _, rows = crawl(
        record(address(1), page(title(1), body(1)).encode()) + record(written, page(title(2), body(2)).encode())
    )
    assert [row["url"] for row in rows if row["title"] == title(2)] == ([read] if read else [])


@pytest.mark.parametrize("form", ["gz", "plain"])
def test_characters_come_as_the_server_or_the_page_says(
    crawl: Callable[..., tuple[Report, list[dict[str, object]]]],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
    form: str,
) -> None:
    def bare(kind: str) -> tuple[tuple[str, str], ...]:
        return (("Content-Type", kind),)

    one, two, three, five, six = (page(title(n), body(n)) for n in (1, 2, 3, 5, 6))
    stated = page(title(4), body(4), head='<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">')
    chunked = b"".join(
        b"%x\r\n%s\r\n" % (len(five[i : i + 50].encode()), five[i : i + 50].encode()) for i in range(0, len(five), 50)
    )
    zipped = (*HTML, ("Content-Encoding", "gzip"))
    records = [
        record(address(1), one.replace("’", "'").encode("latin-1"), headers=bare("text/html; charset=ISO-8859-1")),
        record(address(2), two.encode("cp1252"), headers=bare("text/html; charset=iso-8859-1")),
        record(address(3), three.encode("utf-16"), headers=bare("text/html")),
        record(address(4), stated.replace("’", "'").encode("iso-8859-15"), headers=bare("text/html")),
        record(address(5), chunked + b"0\r\n\r\n", headers=(*HTML, ("Transfer-Encoding", "chunked"))),
        record(address(6), gzip.compress(six.encode()), headers=zipped),
        record(address(7), page(title(7), body(7)).encode(), headers=zipped),  # as Common Crawl keeps it
    ]
    if form == "plain":
        records = [gzip.decompress(one) for one in records]
    report, rows = crawl(b"".join(records), name="crawl.warc.gz" if form == "gz" else "crawl.warc")
    assert not report.rejected
    expected = [title(number).replace("’", "'") for number in range(1, 8)]
    assert [str(row["title"]).replace("’", "'") for row in rows] == expected
    assert all("é" in str(row["text"]) and "�" not in str(row["text"]) for row in rows)


@pytest.mark.parametrize("form", ["gz", "plain"])
def test_a_damaged_record_is_named_by_its_place_and_the_others_are_taken(
    crawl: Callable[..., tuple[Report, list[dict[str, object]]]],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
    form: str,
) -> None:
    def pages_of(*numbers: int) -> list[bytes]:
        return [record(address(n), page(title(n), body(n)).encode(), form=form) for n in numbers]

    one, two, three, four, five = pages_of(1, 2, 3, 4, 5)
    broken = bytearray(two)
    if form == "gz":
        broken[len(broken) // 2] ^= 0x55
    else:
        broken = bytearray(two.replace(b"WARC/1.0", b"KRAW/1.0").replace(b"WARC/1.1", b"KRAW/1.1"))
    bad_chunk = record(address(9), b"zz\r\nabc", headers=(*HTML, ("Transfer-Encoding", "chunked")), form=form)
    short_page = gzip.compress(page(title(6), body(6)).encode())[:-30]
    short_zip = record(address(6), short_page, headers=(*HTML, ("Content-Encoding", "gzip")), form=form)
    content = one + bytes(broken) + three + bad_chunk + short_zip + four + five[:-200]
    report, rows = crawl(content, name="crawl.warc.gz" if form == "gz" else "crawl.warc")
    assert [row["url"] for row in rows] == [address(n) for n in (1, 3, 4)]
    places = [0, len(one)]
    bad = len(one) + len(two) + len(three)
    wanted = [len(one), bad, bad + len(bad_chunk), len(content) - len(five) + 200]
    assert [one.line for one in report.rejected] == wanted, places
    assert {problem.rule for one in report.rejected for problem in one.problems} == {"archive-damaged"}
    assert all("at byte" in problem.found for one in report.rejected for problem in one.problems)


def _stating(one: bytes, length: Callable[[int], int]) -> bytes:
    """A record that says another length than it has."""
    return re.sub(rb"(?<=\r\nContent-Length: )\d+", lambda found: b"%d" % length(int(found[0])), one, count=1)


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize(
    ("own", "others", "more"),
    [
        (1, 1, 0),
        (1, 2, 0),
        (1, 1, -40),
        (1, 0, 9),
        (0, 0, 20 * 2**20),
        (0, 0, 10**12),
        (0.5, 0, 0),
        (1, 0, -1),
        (0, 0, 0),
    ],
)
def test_a_wrong_length_costs_no_other_record(
    tmp_path: Path,
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
    own: float,
    others: int,
    more: int,
    place: int,
) -> None:
    records = [record(address(n), page(title(n), body(n)).encode(), form="plain") for n in range(5)]
    behind = others * len(records[place + 1])
    records[place] = _stating(records[place], lambda length: int(own * length) + behind + more)
    file = tmp_path / "crawl.warc"
    file.write_bytes(b"".join(records))
    found = list(warc.pages(file, LARGEST, ()))
    assert [one.url for one in found if isinstance(one, warc.Page)] == [address(n) for n in range(5) if n != place]
    assert [one.offset for one in found if isinstance(one, Damaged)] == [sum(map(len, records[:place]))]
    size = file.stat().st_size
    for cut in range(100, size, 97):
        parts = [one for start, end in ((0, cut), (cut, -1)) for one in warc.pages(file, LARGEST, (), start, end)]
        assert parts == found


def test_a_page_that_shows_or_holds_a_warc_file_stays_whole(tmp_path: Path, title: Callable[[int], str]) -> None:
    shown = "\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 30\r\n\r\nvoici\r\n\r\n"
    held = b"".join(record(address(n), b"<p>non</p>", form="plain") for n in (7, 8))
    with_length = (*HTML, ("Content-Length", str(len(held))))
    records = [
        record(address(1), page(title(1), (shown, shown)).encode(), form="plain"),
        record(address(2), held, headers=with_length, form="plain"),
        record(address(3), page(title(3), ("Fin.",)).encode(), form="plain"),
    ]
    file = tmp_path / "crawl.warc"
    file.write_bytes(b"".join(records))
    assert [getattr(one, "url", "") for one in warc.pages(file, LARGEST, ())] == [address(n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "unit",
    [
        b"WARC/1.0\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 9000000\r\n\r\na\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 90000\r\n\r\n",
    ],
)
def test_bytes_that_are_read_grow_with_the_file(unit: bytes) -> None:
    class Counted(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            self.given += len(content)
            return content

    content = unit * (2**20 // len(unit))
    stream = Counted(content)
    assert sum(1 for _ in PlainFile(stream, LARGEST).records(0)) == 2**20 // len(unit)
    assert stream.given < 40 * len(content)


def test_any_cut_into_parts_gives_the_same_records(
    tmp_path: Path, title: Callable[[int], str], body: Callable[[int], tuple[str, ...]]
) -> None:
    records = [record(address(n), page(title(n), body(n)).encode()) for n in range(30)]
    records[7] = records[7][:-40]
    records[12] = gzip.compress(b"rien de tel")
    records[20:21] = [gzip.compress(b"ni ceci"), b"\x00" * 700, records[20]]
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(b"".join(records))
    size = file.stat().st_size
    whole = list(warc.pages(file, LARGEST, ()))
    assert len(whole) == 32
    for seed in range(60):
        cuts = [0, *sorted(random.Random(seed).sample(range(1, size), 6)), -1]
        parts = [one for start, end in pairwise(cuts) for one in warc.pages(file, LARGEST, (), start, end)]
        assert parts == whole


def test_no_bytes_break_the_walk(
    tmp_path: Path, title: Callable[[int], str], body: Callable[[int], tuple[str, ...]]
) -> None:
    for form in ("gz", "plain"):
        good = b"".join(record(address(n), page(title(n), body(n)).encode(), form=form) for n in range(6))
        file = tmp_path / ("x.warc.gz" if form == "gz" else "x.warc")
        for seed in range(60):
            lots = random.Random(seed)
            content = bytearray(good)
            for _ in range(lots.randrange(1, 6)):
                place = lots.randrange(len(content))
                content[place : place + lots.randrange(3)] = lots.randbytes(lots.randrange(4))
            file.write_bytes(content[: lots.randrange(len(content))] if seed % 3 == 0 else content)
            found = list(warc.pages(file, LARGEST, ()))
            assert len(found) <= 12
        file.write_bytes(b"\x1f\x8b\x08" * 5000)
        assert all(isinstance(one, warc.Damaged) for one in warc.pages(file, LARGEST, ()))
    bomb = tmp_path / "bombe.warc.gz"
    bomb.write_bytes(
        gzip.compress(b"WARC/1.0\r\n" + b" " * (LARGEST * 4)) + record(address(1), page(title(1), body(1)).encode())
    )
    first, second = warc.pages(bomb, LARGEST, ())
    assert isinstance(first, warc.Damaged)
    assert first.absurd
    assert isinstance(second, warc.Page)


def test_hosts_are_checked_as_settings(
    tmp_path: Path, make_corpus: Callable[..., Path], source_yaml: Callable[..., str]
) -> None:
    more = "hosts:\n  lande.example: {licence: Inconnue-1}\n"
    home = make_corpus(tmp_path, {"raw/toile/source.yaml": source_yaml("warc") + more})
    with pytest.raises(Exception, match="licence-unknown"):
        config.read_source(home / "raw/toile", home)


def test_a_zstd_file_of_several_frames_is_read_through(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    frame = zstandard.ZstdCompressor().compress
    skipped = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"  # a frame for somebody else, as the format allows
    file = tmp_path / "x.jsonl.zst"
    file.write_bytes(frame(b'{"a":1}\n{"b"') + frame(b":2}\n") + skipped + frame(b'{"c":3}\n'))
    assert list(jsonl.lines(file, 1000)) == [b'{"a":1}\n', b'{"b":2}\n', b'{"c":3}\n']
