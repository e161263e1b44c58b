"""TEI of the press: one TEI an article, alone or in a teiCorpus, or one TEI an issue with its articles as divs.

Date and newspaper are those of the source that was encoded (``sourceDesc``), never those of the edition
(``publicationStmt``). Where an issue is cut into articles stands in divs.py, what is text in text.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from corpus.model.article import Draft
from corpus.model.problem import Problem, quoted
from corpus.parse.containers import xml_items
from corpus.parse.containers.xml_items import below, child, children, local, value, visible, words
from corpus.parse.languages import language_of
from corpus.parse.shapes.tei import divs as tei_divs
from corpus.parse.shapes.tei import text as tei_text
from corpus.parse.shapes.tei.divs import WRAPPER
from corpus.parse.versions import instant
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "visible"]

_TEXTS = ("TEI", "TEI.2")
_ROOTS = ("TEI", "TEI.2", "teiCorpus", "teiCorpus.2")
_HEADER = tuple(
    (name, re.compile(rb"<(?:[\w.-]+:)?" + name + rb"[\s>]"), re.compile(rb"</(?:[\w.-]+:)?" + name + rb"\s*>"))
    for name in (b"sourceDesc", b"profileDesc", b"langUsage")
)
"""What is taken from a header: how it begins and ends."""
_YEAR = re.compile(r"(?<!\d)1[5-9]\d\d(?!\d)|(?<!\d)20\d\d(?!\d)")
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_ADDRESS = re.compile(r"https?://[^\s/]\S*\Z")
_STRAY_HINT = "mark it as a div of type article, or as one of another type where it is none"


def seen(content: bytes) -> int:
    """How many articles a TEI file shows: its articles among divs, or its texts; 0 for another file."""
    file = xml_items.begun_file(content)
    if file is None or file.name not in _ROOTS:
        return 0
    texts = list(xml_items.pieces(file.content, _TEXTS, file.start))
    corpus = file.name.startswith("teiCorpus")
    return sum(max(1, len(tei_divs.articles(file.content, piece.start, piece.end, corpus=corpus))) for piece in texts)


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file in order; what is damaged is a problem.

    Raises:
        CorpusError: the file is no XML that can be read.
    """
    begun = xml_items.opened(file)
    if begun.name not in _ROOTS:
        return
    around: tuple[bytes, ...] | None = None
    said = b""
    number = 0
    for piece in xml_items.pieces(begun.content, _TEXTS, begun.start):
        if around is None:
            around = xml_items.ancestors(begun, piece.start)
            said = _header(begun.content[begun.start : piece.start]) if around else b""
        corpus = begun.name.startswith("teiCorpus")
        articles = tei_divs.articles(begun.content, piece.start, piece.end, corpus=corpus)
        if piece.fault:  # of an issue what stands before the damage is whole
            articles = [one for one in articles if one.whole] if len(articles) > 1 else []
        elif len(articles) < 2:
            number += 1
            yield xml_items.part(file, begun, number, piece, around, said)
            continue
        opening = xml_items.start_tag(begun.content, piece.start)
        header = _header(begun.content[piece.start : articles[0].start] if articles else b"") + said
        for article in articles:
            number += 1
            own, cut = xml_items.Piece(article.start, article.start), tei_divs.cut(begun.content, article)
            yield xml_items.part(file, begun, number, own, (*around, opening), header + cut)
        for stray in tei_divs.stray(begun.content, articles):
            yield file.problem("articles-left-over", "", stray, "every text of the file in an article", _STRAY_HINT)
        if piece.fault:
            number += 1
            yield xml_items.damaged(file, number, piece)
    if number and (problem := xml_items.cut_off(file, begun)):
        yield problem


def _header(content: bytes) -> bytes:
    """What a header says of the source and of the language, as a header of its own."""
    found: dict[bytes, bytes] = {}
    for name, begin, end in _HEADER:
        if (first := begin.search(content)) and (last := end.search(content, first.end())):
            found[name] = content[first.start() : last.end()]
    if b"profileDesc" in found:
        found.pop(b"langUsage", None)  # is in it
    return b"<teiHeader>" + b"".join(found.values()) + b"</teiHeader>" if found else b""


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an article says.

    Raises:
        CorpusError: it is no XML; it has no title or no text; its dates contradict each other.
    """
    root = xml_items.tree(content, record)
    text = root if local(root) in _TEXTS else next(below(root, *_TEXTS), root)
    cut = next(below(text, WRAPPER), None)
    article = _article(text) if cut is None else cut
    headers = [*children(text, "teiHeader"), *(children(root, "teiHeader") if root is not text else ())]
    sources = [one for header in headers for one in below(header, "sourceDesc")]
    whole = cut is None
    reading = tei_text.read(article)
    title = reading.title or (_title(headers, sources) if whole else "")
    near = (*list(article)[:1], article, *article.iterancestors())
    around = [value(one, "lang") for one in near if local(one) != "head"]
    declared = {value(one, "ident") for header in headers for one in below(header, "language")}
    divisions = (one for one in (() if cut is None else cut.iterancestors()) if local(one) in tei_divs.DIVS)
    sections = (words(child(one, "head")) for one in divisions)
    if not title or not any(block.role not in ("dateline", "caption") for block in reading.blocks):
        what = f"{quoted(title)}, without text" if title else "an article without a head"
        if not title and reading.blocks:
            what += f": {quoted(reading.blocks[0].text)}"
        raise record.error("article-empty", "" if title else "$.title", what, "a head and a text", "")
    return Draft(
        title=title,
        blocks=tuple(reading.blocks),
        key=_key(headers, article, whole=whole),
        date=_date(text, headers, sources, record),
        authors=tuple(dict.fromkeys(reading.authors)) or (_authors(headers, sources) if whole else ()),
        url=_url(sources) if whole else None,
        language=language_of(*around, *(declared if len(declared) == 1 else ())),
        publication=_publication(sources),
        section=next(filter(None, sections), None),
        page=_page(sources, text, whole=whole),
    )


def _article(text: Element) -> Element:
    """The one article of a text: its div of that type, else its body."""
    body = child(text, "text/body")
    if body is None:
        body = next(below(text, "body"), text)
    articles = [one for one in below(body, *tei_divs.DIVS) if tei_divs.is_article(value(one, "type"))]
    outer = [one for one in articles if not any(above in articles for above in one.iterancestors())]
    return outer[0] if len(outer) == 1 else body


def _title(headers: list[Element], sources: list[Element]) -> str:
    """The title of the article in the source, else that of the file."""
    for one in sources:
        for title in below(one, "title"):
            if value(title, "level") == "a" and words(title):
                return words(title)
    for header in headers[:1]:
        titles = list(children(child(header, "fileDesc/titleStmt"), "title"))
        main = [one for one in titles if value(one, "type") in ("", "main")]
        if said := words(next(iter(main or titles), None)):
            return said
    return ""


def _date(text: Element, headers: list[Element], sources: list[Element], record: Record) -> str | None:
    """The date of the source; else that of the title page, of the article's head, or of when it was written."""
    dates = [date for one in sources for date in below(one, "date", "origDate")]
    dates += [date for one in below(text, "docDate") for date in (one, *below(one, "date"))]
    dates += [date for one in below(text, "dateline") for date in below(one, "date")]
    dates += [date for header in headers for one in below(header, "creation") for date in below(one, "date")]
    first = next((date for one in dates if (date := _one_date(one, record))), None)
    # the volume's year may stand before the day
    refined = (when for one in dates if first and (when := value(one, "when")).startswith(f"{first}-"))
    return next(refined, first)


def _one_date(date: Element, record: Record) -> str:
    said = words(date)
    when = next((value(date, name) for name in ("when", "when-iso", "when-custom", "value") if value(date, name)), "")
    if not when:
        bounds = [next((value(date, name) for name in names if value(date, name)), "")
                  for names in (("from", "from-iso", "notBefore"), ("to", "to-iso", "notAfter"))]  # fmt: skip
        if all(bounds):
            when = bounds[0] if bounds[0] == bounds[1] else "/".join(bounds)
    years = _YEAR.findall(said)
    other_day = _ISO.fullmatch(said) and not (when.startswith(said) or said.startswith(when))
    if when and ((years and when[:4] not in years) or other_day):
        found = f"{when} in the attribute, {quoted(said)} in words"
        raise record.error("date-invalid", "$.date", found, "one date", "correct the one that is wrong")
    return instant(when) if when else said


def _publication(sources: list[Element]) -> str | None:
    """The title of the newspaper: that of a journal, of a monograph, of the source; else its publisher."""
    titles = [(value(one, "level"), words(one)) for source in sources for one in below(source, "title") if words(one)]
    for level in ("j", "s", "m", ""):
        if found := next((said for kind, said in titles if kind == level), ""):
            return found
    return next((said for source in sources for one in below(source, "publisher") if (said := words(one))), None)


def _authors(headers: list[Element], sources: list[Element]) -> tuple[str, ...]:
    found = [words(one) for source in sources for one in below(child(source, "biblStruct/analytic"), "author")]
    if not any(found):
        titles = (child(header, "fileDesc/titleStmt") for header in headers[:1])
        found = [words(one) for title in titles for one in children(title, "author")]
    return tuple(one for one in found if one)


def _url(sources: list[Element]) -> str | None:
    links = (one for source in sources for one in below(source, "ref", "ptr", "idno"))
    return next((said for one in links if _ADDRESS.match(said := value(one, "target") or words(one))), None)


def _key(headers: list[Element], article: Element, *, whole: bool) -> str | None:
    """The number of the file where its header gives one, with the id of the article in an issue."""
    number = next((said for header in headers[:1] for one in below(child(header, "fileDesc/publicationStmt"), "idno")
                   if (said := words(one))), "")  # fmt: skip
    own = value(next(iter(article), None) if local(article) == WRAPPER else article, "id")
    if not number:
        return None
    return number if whole else f"{number}#{own}" if own else None


def _page(sources: list[Element], text: Element, *, whole: bool) -> str | None:
    """The page in the source; of an article of an issue that of the last page break before it."""
    if not whole:
        return value(child(text, "text/pb"), "n") or None
    for one in (scope for source in sources for scope in below(source, "biblScope")):
        if value(one, "unit") in ("page", "pages", "pp", "p") or value(one, "type") in ("page", "pages", "pp"):
            pages = dict.fromkeys(filter(None, (value(one, "from"), value(one, "to"))))
            return words(one) or "-".join(pages) or None
    return None
