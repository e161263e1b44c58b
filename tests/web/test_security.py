"""Nobody but the reader reads or corrects, and nothing that a corpus says is obeyed.

Many cases stand in public reports of applications of this kind; each test names its own.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import socket
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.web.browse.library import Library
from corpus.web.browse.pages import page
from corpus.web.browse.security import CHANGE_HEADER, HEADERS, LARGEST, Access
from helpers.crawl import crawl
from helpers.hostile import STEERS, forged
from helpers.reading_room import Room, serving

TOKEN = "jeton-de-la-salle"  # noqa: S105  # of this test

OURS = (
    "127.0.0.1:PORT",
    "localhost:PORT",
    "LOCALHOST:PORT",
    "localhost.:PORT",
    "[::1]:PORT",
    "127.0.0.1:9",
    "localhost",
)
"""Hosts as browsers of this machine say them."""
OTHERS = """
rebound.example:PORT 127.0.0.1.rebound.example:PORT localhost.rebound.example xlocalhost 0.0.0.0:PORT localhost..
127.0.0.1:PORT@rebound.example rebound.example:127.0.0.1 192.168.1.7:PORT 127.0.0.1: 127.0.0.1:99999999 127.0.0.1,x
127.1 2130706433 [::ffff:127.0.0.1]:PORT [::1 ::1 [::1]x localhost/ http://localhost
""".split()  # noqa: SIM905  # one on a line is a long list
OUTSIDE = (
    *r"""
../../corpus.toml ../source.yaml /etc/passwd //etc/passwd agence/../../corpus.toml agence/phare/../.. file:///etc/passwd
..\..\corpus.toml C:\windows\win.ini \\server\share agence/phare.txt agence/phare.gold.json agence/ . .. ~root
%2e%2e/%2e%2e/corpus.toml ..%2f..%2fcorpus.toml %252e%252e%252fcorpus.toml %c0%ae%c0%ae/corpus.toml agence/phare?x#y
""".split(),  # noqa: SIM905  # as above
    *("\0", "agence/phare\0", "é" * 5000, "a" * 60_000),
)
"""What no page has in its address: paths out of the corpus, and other things that are no id."""

MARKUP = "\"><script>alert(1)</script><svg onload=alert(2)>' onfocus=alert(3) {{ 7*7 }} {% x %} </textarea><!--"
ENDING = f"=1+1{MARKUP}{STEERS.replace(chr(0), '')}javascript:alert(4)"
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.fixture(scope="module")
def ask(shown: Room) -> Iterator[httpx.Client]:
    """Somebody who asks for pages of it."""
    with httpx.Client(base_url=shown.address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def shared(built_room: Path) -> Iterator[Room]:
    """The same for a network: nobody comes in without a token."""
    access = Access(token=TOKEN, cookie="corpus-1")
    with serving(built_room, built_room / "build" / "preview", access=access) as made:
        yield made


@page
def echo(_request: Request, _library: Library, sent: dict[str, Any]) -> Response:
    """What was sent."""
    return JSONResponse(sent)


@page
def broken(request: Request, _library: Library) -> Response:
    """A page that nobody thought of."""
    if "disk" in request.query_params:
        raise OSError(28, "No space left on device", "/home/odile/corpus")
    raise ZeroDivisionError("secret of /home/odile")


@pytest.fixture(scope="module")
def shown(built_room: Path) -> Iterator[Room]:
    """The application, for tests that change nothing, with two pages of ours."""
    routes = [Route("/echo", echo, methods=["POST"]), Route("/broken", broken)]
    with serving(built_room, built_room / "build" / "preview", routes=routes) as made:
        yield made


def change(room: Room, **headers: str) -> dict[str, str]:
    """The headers of a change as a page of the application sends it; others by name, "" for none."""
    own = {"origin": room.address, CHANGE_HEADER: room.access.change_token, "content-type": "application/json"}
    own |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {name: value for name, value in own.items() if value}


def raw(room: Room, *lines: str) -> bytes:
    """What is answered to these lines, which no library mends."""
    host, _, port = room.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as sending:
        sending.sendall("\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1"))
        return b"".join(iter(lambda: sending.recv(65536), b""))


def test_every_answer_carries_the_same_strict_headers(shown: Room, ask: httpx.Client) -> None:
    """TensorBoard sent pages without nosniff (tensorboard#2730) and with unsafe-inline (tensorboard#5517)."""
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    answers = [
        ask.get(place) for place in ("/article/agence/phare", "/nix", "/static/style.css", "/static/nix", "/static")
    ]
    answers += [ask.get("/", headers={"host": "x.example"}), ask.request("TRACE", "/"), ask.head("/nix")]
    answers += [ask.post("/nix"), ask.post("/nix", headers=change(shown), content="{}")]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], (answer.url, name)
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", OURS)
def test_the_names_of_this_machine_lead_here_whatever_the_port_of_a_tunnel(
    shown: Room, ask: httpx.Client, host: str
) -> None:
    """CUPS takes ``localhost.`` and any case, and so do browsers (quick-lint-js#951)."""
    name = host.replace("PORT", shown.address.rpartition(":")[2])
    assert ask.get("/article/agence/phare", headers={"host": name}).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
def test_another_name_that_leads_here_is_refused(shown: Room, ask: httpx.Client, host: str) -> None:
    """DNS rebinding: the origin is the host, and both are somebody else's (quick-lint-js#951, hermes-webui#3495)."""
    name = host.replace("PORT", shown.address.rpartition(":")[2])
    for answer in (
        ask.get("/article/agence/phare", headers={"host": name}),
        ask.post("/nix", headers=change(shown, host=name, origin=f"http://{name}"), content="{}"),
        ask.post("/nix", headers=change(shown, host=name), content="{}"),  # the right origin alone: uebersicht#488
    ):
        assert answer.status_code == 421, name
        assert "phare" not in answer.text
        assert shown.access.change_token not in answer.text


def test_a_host_is_said_once(shown: Room) -> None:
    port = shown.address.rpartition(":")[2]
    good, bad = f"host: 127.0.0.1:{port}", "host: rebound.example"
    assert raw(shown, "GET /article/agence/phare HTTP/1.1", good).startswith(b"HTTP/1.1 200")
    for lines in ((good, bad), (bad, good), (good, good)):
        assert raw(shown, "GET / HTTP/1.1", *lines).split()[1] in (b"400", b"421")
    assert raw(shown, "GET / HTTP/1.0").split()[1] == b"421"
    assert raw(shown, "GET http://rebound.example/ HTTP/1.1", good).split()[1] == b"404"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"sec_fetch_site": "same-origin"}, 404),
        ({"origin": ""}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1"}, 403),  # another application of this machine, as same-site as a browser knows
        ({"origin": "https://page.example"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({CHANGE_HEADER: ""}, 403),
        ({CHANGE_HEADER: "x"}, 403),
        ({CHANGE_HEADER: "é"}, 403),
        ({"content_type": ""}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "text/plain; application/json"}, 415),  # no preflight asks: mdn/content#11077
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"content_type": "application/json; charset=utf-16"}, 415),
        ({"content_type": "Application/JSON; charset=UTF-8"}, 404),
    ],
)
def test_a_change_comes_from_a_page_of_the_application(
    shown: Room, ask: httpx.Client, headers: dict[str, str], status: int
) -> None:
    """A form of any page reaches what runs here, and JSON need not be called so (joyent/conch-api#248)."""
    sent = {name: value.encode() for name, value in change(shown, **headers).items()}
    answer = ask.post("/nix", headers=sent, content="{}")
    assert answer.status_code == status
    assert answer.text.startswith("page-unknown: " if status == 404 else "request-refused: ")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "X"])
def test_other_methods_are_refused_and_no_preflight_is_granted(shown: Room, ask: httpx.Client, method: str) -> None:
    asked = {"origin": "https://page.example", "access-control-request-method": "POST"}
    answer = raw(
        shown, f"{method} / HTTP/1.1", f"host: {urlsplit(shown.address).netloc}", *map(": ".join, asked.items())
    )
    assert answer.split()[1] == b"405"
    assert b"allow: GET, HEAD, POST" in answer
    assert b"access-control" not in answer.lower()


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        *(("none", "navigate", "document", 200), ("same-origin", "no-cors", "image", 200)),
        *(("cross-site", "navigate", "document", 200), ("same-site", "navigate", "document", 200)),
        *(("cross-site", "navigate", "iframe", 403), ("cross-site", "navigate", "object", 403)),
        *(("cross-site", "no-cors", "script", 403), ("same-site", "cors", "empty", 403), ("cross-site", "", "", 403)),
    ],
)
def test_another_site_may_link_here_and_load_nothing(
    ask: httpx.Client, site: str, mode: str, dest: str, status: int
) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert ask.get("/article/agence/phare", headers=headers).status_code == status


NO_OBJECTS = [
    *(b"", b"{", b"[]", b"1", b"null", b'"x"', b"\xff{}", b"{} {}", b"{'a': 1}", b"\xef\xbb\xbf{}", b'{"a": NaN}'),
    *(b'{"a": "\\ud800"}', b'{"a": "\xed\xa0\x80"}', b'{"a":' * 5000, b"[" * 200_000 + b"]" * 200_000),
]


@pytest.mark.parametrize("sent", NO_OBJECTS, ids=lambda one: repr(one[:12]))
def test_what_is_no_object_of_json_is_refused_in_words(shown: Room, sent: bytes) -> None:
    """Deep nesting is a RecursionError for Python's own reader, and was a 500 (technocore-chat#130)."""
    answer = httpx.post(f"{shown.address}/echo", headers=change(shown), content=sent, timeout=60)
    assert answer.status_code == 400
    assert answer.text.startswith("request-refused: ")
    assert len(answer.text) < 200


def test_a_change_has_a_megabyte_at_most(shown: Room, ask: httpx.Client) -> None:
    def sent(size: int) -> bytes:
        return b'{"a":"' + b"a" * (size - 8) + b'"}'

    assert ask.post("/echo", headers=change(shown), content=sent(LARGEST)).json() == json.loads(sent(LARGEST))
    for content in (sent(LARGEST + 1), iter([sent(LARGEST), b" "]), b" " * 3 * LARGEST):
        answer = ask.post("/echo", headers=change(shown), content=content)
        assert answer.status_code == 413
        assert "1,048,576" in answer.text
    head = ["POST /echo HTTP/1.1", f"host: {urlsplit(shown.address).netloc}", *map(": ".join, change(shown).items())]
    for length in ("-1", "9" * 30, "x"):
        assert raw(shown, *head, f"content-length: {length}").split()[1:2] in ([b"400"], [])


def test_errors_are_pages_of_ours_and_tell_no_secret(
    shown: Room, ask: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    """Jupyter wrote the token of a page that failed into its log (jupyter_server#1681)."""
    place = "/broken?token=jeton"
    for path, status, rule in (
        ("/nix", 404, "page-unknown"),
        ("/article/agence/nobody", 404, "id-unknown"),
        ("/static/nix.js", 404, "page-unknown"),
        ("/echo", 405, "request-refused"),
        (place, 500, "internal-error"),
        ("/broken?disk=1", 500, "system-refused"),
    ):
        answer = ask.get(path, headers={"accept-language": "fr", "referer": f"{shown.address}/?token=jeton"})
        assert answer.status_code == status
        shown_page = html.fromstring(answer.text)
        assert shown_page.get("lang") == "fr"
        assert shown_page.findtext(".//div/p/small/code") == rule
        assert "Traceback" not in answer.text
        assert "odile" not in answer.text
    said = capfd.readouterr().err
    assert said.count("ZeroDivisionError: ") == 1
    assert "jeton" not in said


@pytest.mark.parametrize("first", ["article", "correct", "settle", "static", ""])
def test_no_path_leads_out_of_the_corpus(shown: Room, first: str) -> None:
    """MLflow served any file, then any whose path was encoded (mlflow#7166, mlflow#10650); Starlette absolute ones on
    Windows, and failed at NUL (starlette#981, starlette#3139); Streamlit asked other machines (streamlit#16146).
    """
    for path in OUTSIDE:
        for named in (quote(path, safe=""), re.sub(r"[^!-~]|[?#]", lambda one: quote(one[0]), path)):
            answer = raw(shown, f"GET /{first}/{named} HTTP/1.1", f"host: {urlsplit(shown.address).netloc}")
            assert answer.split()[1] in (b"404", b"400"), (path, answer[:300])
            for words in (b"root:", b"[splits]", b"publisher"):
                assert words not in answer, path


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40).map(str.strip))
@settings(max_examples=15)
def test_no_header_of_anybody_breaks_a_page(ask: httpx.Client, text: str) -> None:
    headers = {name: text.encode("latin-1") for name in ("accept-language", "cookie", "accept", "referer", "range")}
    answer = ask.get("/article/agence/phare", headers=headers)
    assert answer.status_code in (200, 206)


def test_nobody_comes_in_without_the_token_and_nothing_shows_before(shared: Room) -> None:
    """Jupyter's page for those who are not in had its token in a link (notebook#2666)."""
    for asked in ({}, {"cookies": {"corpus-1": "x"}}, {"params": {"token": "x"}}, {"params": {"token": TOKEN[:-1]}}):
        for place in ("/", "/article/agence/phare", "/static/style.css", "/nix", "/articles.csv"):
            answer = httpx.get(shared.address + place, **asked, timeout=60)
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers
            for secret in (TOKEN, shared.access.change_token, "phare rouvre", "essai"):
                assert secret not in answer.text
    assert httpx.post(f"{shared.address}/nix", headers=change(shared), content="{}", timeout=60).status_code == 403
    inside = {"corpus-1": TOKEN}
    assert httpx.get(f"{shared.address}/article/agence/phare", cookies=inside, timeout=60).status_code == 200
    assert (
        httpx.get(f"{shared.address}/nix", cookies=inside, headers={"host": "rebound.example"}, timeout=60).status_code
        == 421
    )
    assert (
        httpx.get(f"{shared.address}/nix", cookies=inside, headers={"host": "192.168.1.7:1"}, timeout=60).status_code
        == 404
    )
    assert (
        httpx.get(f"{shared.address}/nix", cookies=inside, headers={"host": "[fe80::1]"}, timeout=60).status_code == 404
    )


@pytest.mark.parametrize(
    ("place", "leads"),
    [
        ("/?token=T", "/"),
        ("/article/a%2Fb?x=1&token=T&x=2&y=", "/article/a%2Fb?x=1&x=2&y="),
        ("//rebound.example/?token=T", "/rebound.example/"),
        ("/\\rebound.example/?token=T", "/rebound.example/"),
        ("///\\/rebound.example?token=T", "/rebound.example"),
        ("/%0d%0aset-cookie:x?token=T&u=%0d%0ax", "/%0d%0aset-cookie:x?u=%0D%0Ax"),
        ("/;url=http://rebound.example?token=T", "/;url=http://rebound.example"),
        ("http://rebound.example/?token=T", "/http://rebound.example/"),
    ],
)
def test_the_token_is_changed_for_a_cookie_and_the_address_leads_to_no_other_host(
    shared: Room, place: str, leads: str
) -> None:
    """An address of Jupyter led elsewhere, with its token (CVE-2023-39968, advisory-database#4576)."""
    host = f"host: {urlsplit(shared.address).netloc}"
    answer = raw(shared, f"GET {place.replace('=T', f'={TOKEN}')} HTTP/1.1", host).split(b"\r\n\r\n")[0]
    head = httpx.Headers([tuple(line.split(b": ", 1)) for line in answer.split(b"\r\n")[1:]])
    # no Secure: a browser keeps such a cookie over https only, and this is none (ldap-manager#678)
    assert head.get_list("set-cookie") == [f"corpus-1={TOKEN}; HttpOnly; Path=/; SameSite=strict"]
    assert head["refresh"] == f"0; url={leads}"


def test_secrets_are_long_and_drawn_anew() -> None:
    one, other = (Access.of_network({"salle"}, 1) for _ in range(2))
    assert len({one.token, other.token, one.change_token, other.change_token}) == 4
    assert min(map(len, (one.token, one.change_token))) >= 32


def test_the_secret_of_a_page_stands_in_no_address(every_page: dict[str, httpx.Response]) -> None:
    """A form of Datasette put its token into the address that one shares (datasette#918)."""
    holders = set()
    for answer in every_page.values():
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = html.fromstring(answer.text)
            [secret] = found.xpath("//meta[@name='change-token']/@content")
            holders |= {one.getparent().tag for one in found.xpath("//@*") if secret and secret in one}
    assert holders == {"meta"}


@pytest.fixture(scope="module")
def hostile(built_room: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The application over a release that somebody made who means harm, ids and all."""
    kept = ("language", "date", "date_earliest", "date_latest", "kind", "type", "status", "value", "raw_path")
    release = forged(built_room / "build" / "preview", tmp_path_factory.mktemp("forged") / "1", ENDING, kept)
    with serving(built_room, release) as made:
        yield made


@pytest.mark.parametrize("which", ["own", "hostile"])
def test_whatever_a_corpus_says_every_page_shows_it_and_runs_nothing(
    which: str, every_page: dict[str, httpx.Response], hostile: Room
) -> None:
    """A notebook whose file name was a tag ran it (jupyterhub#2316)."""
    found: Iterable[tuple[str, httpx.Response]] = every_page.items()
    if which == "hostile":
        with httpx.Client(base_url=hostile.address, timeout=60) as client:
            found = list(crawl(client.get, hostile.address))
    for address, answer in found:
        assert answer.status_code < 500, (address, answer.text)
        if answer.headers.get("content-type", "").startswith("text/html"):
            harmless(address, answer.text)
        elif "for=excel" in address:  # the CSV for programs has each text as it is
            cells = [cell for row in csv.reader(StringIO(answer.text), delimiter=";") for cell in row]
            assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-(?!\d)", cell)], address


def harmless(address: str, text: str) -> None:
    """Nothing on the page runs, loads or leads anywhere but what the application puts there."""
    found = html.fromstring(text)
    assert not found.xpath("//style | //iframe | //object | //embed | //base | //meta[@http-equiv]"), address
    for script in found.iter("script"):
        assert script.get("src", "").startswith("/static/"), address
        assert not script.text, address
    for one in found.iter():
        if not isinstance(one.tag, str):
            continue
        for name, value in one.attrib.items():
            assert not name.startswith("on"), (address, name)
            assert name != "style", address
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                outside = re.match(r"https?://", value)
                assert re.match(r"/(?![/\\])|#|\?", value) or outside, (address, value)
                if outside:
                    assert one.tag == "a", (address, value)
                    assert "noreferrer" in one.get("rel", ""), (address, value)
        stands_alone = one.tag in ("title", "desc", "text", "option", "th", "td", "dt", "dd")
        for words in (one.text, *(child.tail for child in one)):
            if words and BIDI & set(words) and not stands_alone:
                isolated = one.xpath("ancestor-or-self::bdi | ancestor-or-self::*[@dir='auto' or @data-start]")
                assert isolated, (address, one.tag, words[:80])


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What lies beside the corpus folder and is no part of it."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "phare.gold.json").write_text(json.dumps({"annotator": "Secret"}), "utf-8")
    return place


def signs(room: Room, identity: str = "agence/phare") -> httpx.Response:
    """What is answered to somebody who signs for the times of an article."""
    cookies = {"annotator": quote("Léa Roux")}
    with httpx.Client(base_url=room.address, cookies=cookies, timeout=60) as client:
        drafts = html.fromstring(client.get(f"/correct/{identity}").text).xpath("//@data-draft")
        sent = {"layer": "times", "do": "sign", "revision": json.loads(drafts[0])["revision"] if drafts else ""}
        return client.post(f"/correct/{identity}", headers=change(room), json=sent)


def files_around(room: Room) -> dict[Path, bytes]:
    """All files of the corpus folder and beside it, but for those of the release."""
    return {
        file: file.read_bytes() for file in room.root.parent.rglob("*") if file.is_file() and "build" not in file.parts
    }


def forge_path(release: Path, place: str) -> None:
    """Have the release say that the record of an article lies somewhere else."""
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    for entry in manifest["files"]:
        file = release / entry["path"]
        if entry["path"].startswith("data/articles/"):
            table = pq.read_table(file)
            paths = pc.if_else(pc.equal(table["id"], "agence/phare"), place, table["raw_path"].cast(pa.string()))
            pq.write_table(table.set_column(table.column_names.index("raw_path"), "raw_path", paths), file)
        content = file.read_bytes()
        entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")


def test_gold_that_a_link_leads_out_of_the_corpus_is_neither_read_nor_written(room: Room, outside: Path) -> None:
    before = (outside / "phare.gold.json").read_bytes()
    for place in (outside / "phare.gold.json", outside / "new.gold.json", Path("/etc/passwd")):
        link = room.root / "raw/agence/phare.gold.json"
        link.unlink(missing_ok=True)
        link.symlink_to(place)
        for page_of in ("article", "correct", "settle"):
            answer = httpx.get(f"{room.address}/{page_of}/agence/phare", timeout=60)
            assert answer.status_code < 500
            assert "Secret" not in answer.text
            assert "root:" not in answer.text
        assert signs(room).status_code < 500
    assert [file.name for file in outside.iterdir()] == ["phare.gold.json"]
    assert (outside / "phare.gold.json").read_bytes() == before


def test_a_record_that_a_link_leads_out_of_its_source_is_none(room: Room, outside: Path) -> None:
    record = room.root / "raw/agence/phare.txt"
    (outside / "phare.txt").write_bytes(record.read_bytes() + b"\nSecret\n")
    record.unlink()
    record.symlink_to(outside / "phare.txt")
    for address in ("article/agence/phare/raw", "correct/agence/phare", "article/agence/phare"):
        answer = httpx.get(f"{room.address}/{address}", timeout=60)
        assert answer.status_code < 500
        assert "Secret" not in answer.text
    assert httpx.get(f"{room.address}/article/agence/phare/raw", timeout=60).status_code >= 400


def test_a_release_of_somebody_else_leads_no_correction_out_of_the_corpus(room: Room, outside: Path) -> None:
    record = (room.root / "raw/agence/phare.txt").read_bytes()
    (outside / "phare.txt").write_bytes(record)
    assert signs(room).json()["problems"] == []  # what the others are compared with
    (room.root / "raw/agence/phare.gold.json").unlink()
    before, beside = files_around(room), str(outside / "phare.txt")
    for place in ("../../outside/phare.txt", beside, "raw/../../outside/phare.txt", "raw/agence/n-00.txt"):
        forge_path(room.release, place)
        with serving(room.root, room.release) as again:
            assert signs(again).status_code < 500
        written = files_around(room)
        written.pop(room.root / "raw/agence/phare.gold.json", None)  # where the article itself is, whatever is said
        assert written == before
