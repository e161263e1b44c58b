"""Europresse: exports of HTML with up to 1000 documents, in the layouts of every year.

The classes of Europresse say what is what (runs.py); where they do not, the place does: the author stands
between the title and the text, and in the layout to about 2013 before the first ``<p>``. Left out by name: the rubric
and the line over the title (they repeat the section), what ``LABELS`` and ``MARKS`` (runs.py) call so,
the names of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.model.article import Block, Draft
from corpus.model.problem import Problem, quoted
from corpus.parse.containers.html_blocks import tree_of, visible
from corpus.parse.containers.whole_text import as_utf8, in_utf8
from corpus.parse.shapes.europresse.header import has_date, header_of, number_of, publication_of
from corpus.parse.shapes.europresse.runs import LABELS, Run, label_of, runs_of
from corpus.parse.shapes.europresse.split import split
from corpus.raw.config import Source
from corpus.raw.encodings import stated
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "visible"]
_OWN_KINDS = ("caption", "credit", "box")
_OVER = ("publication", "header", "subsection")
"""Marks of the line over the title."""
_END = re.compile(  # of a document in the older layout: its number, or who exported it
    r"(?:Numéro de document|Document number|Doc\.)\s*:"
    r"|(?:Ce certificat est|Certificat émis|This certificate is|Certificate issued)\b"
    r"|(?:Date d['’]émission|Issue date)\s*:|news\s?·\s?\d{8}\s?·",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright\b)?.{0,120}\b(?:tous droits\b.{0,60}\bréservés|all rights\b.{0,40} reserved)\b.*"
    r"|(?:copyright\s*)?(?:©|\(c\))\s*\(?\d{4}\b[^\n]{0,200}"
    r"|(?:Le présent document est protégé|This (?:material|document) is protected)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SIZE = re.compile(r"^(?:Taille|Size)\s*:\s*\w+,\s*\d+\s+(?:mots|words)$", re.IGNORECASE | re.MULTILINE)
"""Stands in a list of subjects and kinds that a program gave, in the older layout."""
_SAYS = re.compile(r"\w")
_LONGEST_LINE = 20
_MOST_RIGHTS = 400
_APPEARED = re.compile(r"(?:Cet article est paru dans|This article (?:was published|appeared) in)\b", re.IGNORECASE)
_LONGEST_NAME = 24
_NOT_HELD = re.compile(
    r"(?:Ce document référence un lien|This document (?:references|refers to) a)\b.{0,80}", re.IGNORECASE
)
_SEE = re.compile(r"(?:Voir|Lire) l['’]article|(?:View|See|Read) (?:the )?article", re.IGNORECASE)
_RELATED = re.compile(r"[»>→•\s]*(?:à\s+)?(?:lire|voir|écouter|relire|revoir)\s+(?:aussi|également)\b", re.IGNORECASE)
_LINK = 4
"""A paragraph of so many words that is one link leads to another article."""
_SEAM = re.compile(r"(?:(?<!\s)\s++)?\[Additional Text\]\s*:?\s*", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:Textes?|Reportage|Entretien|Interview|Propos|Photos? et textes?)?\s*(?:recueillis?\s+)?"
    r"(?:par|by)\s*:?\s+[^\W\d_].*"
    r"|De (?:notre|nos) (?:envoy|correspond)\w+.*|(?:Texte|Auteur|Author)s?\s*:\s*.*",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = r"[A-ZÀ-Þ][\w’'.-]*+(?:\s++[A-ZÀ-Þ][\w’'.-]*+){1,4}"
_OPENING_SIGNATURE = re.compile(
    rf"(?:(?:Propos|Entretien|Texte)\w*\s+(?:recueillis?\s+)?)?(?:[Pp]ar|PAR)\s+{_NAMES}(?:(?:,|\s+et)\s+{_NAMES}){{0,3}}"
)
_HIDDEN_ADDRESS = re.compile(r"(?:(?<![\s,;(])[\s,;(]++)?\[email.protected\]\)?", re.IGNORECASE)
_MARK_OPENS = re.compile(r"(?<=[’'(\[«“\-/])(<mark\b[^<>]*>)[ \t\r\n]+", re.IGNORECASE)
_MARK_CLOSES = re.compile(r"(?<![ \t\r\n])[ \t\r\n]++(</mark\s*>)(?=[’',.)\]\-/…])", re.IGNORECASE)
# <b><p>…</p></b>: libxml2 closes the <b> where the <p> opens. Not possessive: before Python 3.11.5 a possessive group
# with a choice in it matched wrongly (gh-106052).
_AROUND_PARAGRAPHS = re.compile(
    r"(?P<open><(?P<tag>b|strong|em|font)\b[^<>]*>)\s*(?P<inside>(?:<p\b[^>]*>(?:(?!</?p\b).)*</p>\s*)+)</(?P=tag)>",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(  # « &lt;i&gt;La Vigie&lt;/i&gt; »: tags that a newspaper's own system had escaped before
    r"&lt;(?P<tag>i|b|u|q|s|em|strong|small|sup|sub|span|cite|font|a)(?P<more>\s[^<>]{0,500}?)?&gt;"
    r"(?P<inside>(?:(?!&lt;/?(?P=tag)\b)[^<>]){0,2000}?)&lt;/(?P=tag)&gt;|&lt;(?P<line>br)\s?/?&gt;",
    re.IGNORECASE,
)
_TWICE = re.compile(r"&amp;(?P<name>#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(<p\b[^>]*>)(.*?)(</p>)", re.IGNORECASE | re.DOTALL)
_LONG_SIGNATURE = 14
_LONGEST_PERSON = 5
_HEADING = 14
"""Bold paragraphs of at most so many words head what follows."""


def seen(content: bytes) -> int:
    """How many documents a file shows: those that begin in it, or their numbers where these are more."""
    try:
        return split(as_utf8(content)).seen
    except UnicodeDecodeError:
        return 0


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The documents of a file in order, each with the characters from its first tag to its last.

    Raises:
        CorpusError: rule ``encoding-unreadable``, of a file of UTF-16 that is damaged.
    """
    content = in_utf8(file)
    charset = "utf-8" if content is not file.content else file.charset or next(iter(stated(content)), "")
    spans, count = split(content)
    for number, (start, end) in enumerate(spans, 1):
        yield file.part(number, content[start:end], start, charset)
    if count > len(spans):
        found = f"{count:,} articles can be seen, {len(spans):,} were read"
        hint = "export them again: the marks of where an article begins are damaged"
        yield file.problem("articles-left-over", "", found, "every article of the file read", hint)


@dataclass(slots=True)
class _Reading:
    """What has been read of a document so far."""

    authors: list[str] = field(default_factory=list)
    leads: list[Block] = field(default_factory=list)
    text: list[Run] = field(default_factory=list)
    aside: list[Block] = field(default_factory=list)
    url: str | None = None
    elsewhere: str | None = None
    ended: bool = False


def parse(content: str, record: Record, source: Source) -> Draft:
    """What a document says.

    Raises:
        CorpusError: rule ``article-empty`` (no title, or no text), ``article-truncated`` (only a link to the text, or
            the file ends in it), ``html-invalid``.
    """
    runs = list(runs_of(tree_of(_tidy(content), record)))
    marked = (index for index, run in enumerate(runs) if run.mark == "title")
    headlines = (index for index, run in enumerate(runs) if run.headline and not run.mark)
    at = next(marked, next(headlines, -1))
    header = header_of(_line(runs, at))
    publication = publication_of(next((run.text for run in runs if run.mark == "publication"), ""))
    # under the text stands one number, unless two documents have run into one
    ends = [run.text for run in runs if run.mark == "number" or (run.zone in ("", "footer") and _END.match(run.text))]
    keys = list(dict.fromkeys(filter(None, map(number_of, ends))))
    key = keys[-1] if keys else None
    title = " ".join(runs[at].text.split()) if at >= 0 else ""
    if not title:
        found = f"no title over the document {key or 'without number'} of {quoted(publication or 'no publication')}"
        raise record.error("article-empty", "$.title", found, "a title and a body", "leave it out of the export")
    if len(keys) > 1:
        found, wanted = f"the numbers of {len(keys)} documents under {quoted(title)}", "one document"
        hint = "export them again: the marks of where an article begins are damaged"
        raise record.error("articles-left-over", "", found, wanted, hint)
    reading = _read(runs, at)
    blocks = _blocks(reading, title)
    _refuse(content, record, title, key, reading, blocks)
    return Draft(
        title=title,
        blocks=tuple(blocks),
        key=key,
        date=header.date,
        authors=tuple(_authors(reading)),
        url=reading.url,
        publication=publication,
        section=header.section,
        page=header.page,
    )


def _tidy(content: str) -> str:
    """The markup without the spaces that hits of a search bring into words, and with paragraphs around what is bold.

    Tags and entities that were escaped twice are what they were.
    """
    if "&amp;" in content:
        content = _TWICE.sub(lambda found: f"&{found['name']};", content)
    if "&lt;" in content:
        content = _ESCAPED.sub(lambda found: "<br>" if found["line"] else found["inside"], content)
    if "mark>" in content.lower():
        content = _MARK_CLOSES.sub(r"\1", _MARK_OPENS.sub(r"\1", content))

    def turned(found: re.Match[str]) -> str:
        return _PARAGRAPH.sub(rf"\1{found['open'].replace(chr(92), '')}\2</{found['tag']}>\3", found["inside"])

    return _AROUND_PARAGRAPHS.sub(turned, content)


def _refuse(
    content: str, record: Record, title: str, key: str | None, reading: _Reading, blocks: Sequence[Block]
) -> None:
    """Raises what keeps a document from being an article."""
    if reading.elsewhere is not None:
        where = f", but a link to {quoted(reading.elsewhere)}" if reading.elsewhere else ", but a link"
        found = f"{quoted(title)}: Europresse does not hold the text{where}"
        hint = "fetch the article where the link leads, or leave it out of the export"
        raise record.error("article-truncated", "$.text", found, "the whole article", hint)
    lower = content.lower()
    cut = "<article" in lower[:200] and "</article" not in lower
    cut = cut or lower.count("<table") > lower.count("</table")
    if cut and key is None and not reading.ended:
        found = f"{quoted(title)}: the file ends in this document, before its number"
        raise record.error("article-truncated", "$.text", found, "the whole article", "export it again")
    if not any(block.role in (None, "body") for block in blocks):
        what = "only a standfirst" if any(block.role == "standfirst" for block in blocks) else "no running text"
        found = f"{what} under the title {quoted(title)}"
        hint = "the document may be a page of images (PDF), or only announced; leave it out of the export"
        raise record.error("article-empty", "$.text", found, "a title and a body", hint)


def _line(runs: Sequence[Run], at: int) -> str:
    """The line with the date: the one that says so; that of reports, beside the name of their section; else any date.

    ``at`` is the title, over which it stands.
    """
    over = runs[: max(at, 0)]
    if line := " ".join(run.text for run in over if run.mark == "header"):
        return line
    section = next((run.text for run in over if run.mark == "subsection"), "")
    dated = next((run.text for run in over if run.mark == "" and run.zone == "header" and has_date(run.text)), "")
    return f"{section}, {dated}" if section and dated else dated or section


def _read(runs: Sequence[Run], at: int) -> _Reading:
    """Sorts the runs of a document into what they are; ``at`` is the title."""
    reading = _Reading()
    title, kind, zone = runs[at], "", ""
    for index, run in enumerate(runs):
        if index > at and run.mark in _OVER and len(run.text) > _LONGEST_LINE:
            run = run._replace(mark="")  # noqa: PLW2901  # text in the line over the title, whose <span> was not closed
        kind, zone = (kind if run.zone == zone else ""), run.zone
        if run.mark == "link" or _NOT_HELD.fullmatch(run.text):
            links = [see.link for see in runs if see.link and _SEE.search(see.text[-30:])]
            reading.elsewhere = next(iter(links), "")
        elif run.mark in ("left-out", "number", *_OVER) or run.zone == "footer":
            reading.ended |= run.mark == "number" or run.zone == "footer"
        elif index == at or (run.zone != "section" and (index < at or not _SAYS.search(run.text))):
            continue  # the rubric, or the line over the title
        elif not kind and _in_head(run, title, reading):
            _read_head(run, reading)
        elif not reading.ended or run.zone:
            kind = _read_text(run, kind, reading)
    return reading


def _in_head(run: Run, title: Run, reading: _Reading) -> bool:
    """Whether a run stands between the title and the text, and is not said about the document wherever it stands."""
    # in a layout without <header> the author is a paragraph of its own
    beside = run.zone == "" and not reading.text and (run.mark == "author" or run.paragraph == title.paragraph)
    if not beside and run.zone != "header":
        return False
    return not (_END.match(run.text) or _RIGHTS.fullmatch(run.text) or label_of(run) or run.mark in _OWN_KINDS)


def _read_head(run: Run, reading: _Reading) -> None:
    """What stands between the title and the text: more of the title, the author, a standfirst."""
    signed = bool(_SIGNED.fullmatch(run.text))
    words = len(run.text.split())
    few, sentence = words <= _LONG_SIGNATURE, words > 5 and run.text.endswith((".", "!", "?", "…", ":"))
    if run.mark == "standfirst" or (run.headline and not signed) or run.mark == "title":
        reading.leads.append(Block(run.text, "standfirst"))
    elif signed or run.mark in ("author", "small") or _is_person(run.text) or (not run.bold and few and not sentence):
        if run.zone == "" and reading.authors:  # the older layout has one line for the author, the last one
            reading.leads += [Block(line, "standfirst") for line in reading.authors]
            reading.authors.clear()
        *above, last = [line for line in run.text.split("\n") if line.strip()]
        for line in above:
            signs = _is_person(line) or _SIGNED.fullmatch(line) or len(line.split()) <= _LONGEST_PERSON
            if run.zone == "" and not signs:
                reading.leads.append(Block(line, "standfirst"))
            else:
                reading.authors.append(line)
        reading.authors.append(last)
    elif run.bold or run.zone:
        reading.leads.append(Block(run.text, "standfirst"))
    else:
        reading.text.append(run)


def _is_person(text: str) -> bool:
    """Whether a line is a name and nothing else: two to five words with a capital each."""
    return re.fullmatch(_NAMES, text) is not None


def _read_text(run: Run, kind: str, reading: _Reading) -> str:
    """Text, captions, boxes and what is said about a document; the kind of what follows."""
    if run.zone != "section" and _END.match(run.text):
        reading.ended = True
        return "left-out"
    if run.zone != "section" and len(run.text) <= _MOST_RIGHTS and _RIGHTS.fullmatch(run.text):
        reading.ended |= run.zone == ""
        return kind
    label = label_of(run)
    own = run.mark if run.mark in _OWN_KINDS else kind
    if label:
        own = LABELS.get(label["name"].lower(), "boilerplate")
    if label and not label["rest"].strip():
        return own
    if own == "left-out" or (run.zone != "section" and _SIZE.search(run.text)):
        return kind
    if label:
        run = run._replace(text=label["rest"])
    if run.mark == "elsewhere" or (_APPEARED.match(run.text) and len(run.text.split()) <= _LONGEST_NAME):
        reading.url = reading.url or (run.link if run.link.startswith(("http://", "https://")) else None)
        return kind
    if own in ("caption", "credit", "boilerplate"):
        reading.aside.append(Block(run.text, own))
    else:
        reading.text.append(run)
    return kind


def _blocks(reading: _Reading, title: str) -> list[Block]:
    """The blocks of an article in order: standfirst, text, captions."""
    blocks = list({_key_of(block.text): block for block in reversed(reading.leads)}.values())[::-1]
    names = {_key_of(author) for author in reading.authors}
    closing = names | {_key_of("".join(re.findall(r"\b\w", author))) for author in reading.authors}
    texts = [(text, run) for run in reading.text for text in _SEAM.split(run.text) if text.strip()]
    if len(texts) > 1 and _key_of(texts[0][0]) == _key_of(title):
        del texts[0]  # said once is enough
    first = True
    for index, (text, run) in enumerate(texts):
        signed = _key_of(text) in (closing if 0 < index == len(texts) - 1 else names)
        role = "byline" if signed else _role(text, run, opening=first, led=bool(reading.leads))
        blocks.append(Block(text, role))
        first = first and role in ("standfirst", "byline")
    return blocks + reading.aside


def _role(text: str, run: Run, *, opening: bool, led: bool) -> str | None:
    """The role of a block of the text where its markup says it."""
    words = len(text.split())
    if words <= 40 and len(text) <= _MOST_RIGHTS and _RIGHTS.fullmatch(text):
        return "boilerplate"
    if run.link and (_RELATED.match(text) or (run.linked and words >= _LINK)):
        return "related"
    if not run.bold:
        return None
    if _OPENING_SIGNATURE.fullmatch(text):
        return "byline"
    if opening and not led and words >= 6 and not text.endswith("?"):
        return "standfirst"
    return "subheading" if words <= _HEADING and not text.endswith((".", "?", ":", "!", "…")) else None


def _key_of(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _authors(reading: _Reading) -> list[str]:
    """Who signed: the field, else a first or last paragraph « Par Ana Roux »."""
    written = [_HIDDEN_ADDRESS.sub("", author).strip(" ,;") for author in reading.authors]
    if not any(written):
        ends = (*reading.text[:2], *reading.text[-1:])
        written = [run.text for run in ends if _OPENING_SIGNATURE.fullmatch(run.text)][:1]
    return [author for author in written if author]
