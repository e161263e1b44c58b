"""TEI, as the corpora of ParlaMint have it: a file for each article, and one that includes them all (linguistics.md).

Annotations are elements around words, which is what TXM, TEITOK and XPath search, and no stand-off spans. Spans are
widened to whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.formats.document import Document, Documents, Row
from corpus.formats.format import FEATURES, Export, Format
from corpus.formats.inline import (
    Element,
    Part,
    attributes,
    element,
    rendered,
    structure,
    xml_attribute,
    xml_text,
)
from corpus.formats.metadata import name_of, one_line
from corpus.formats.tokens import UNKNOWN, Sentence, Tokens, sentences_of
from corpus.model.article import ROLES

_TEI = 'xmlns="http://www.tei-c.org/ns/1.0"'
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<?xml-model href="http://www.tei-c.org/release/xml/tei/custom/schema/relaxng/tei_all.rng" '
    'schematypens="http://relaxng.org/ns/structure/1.0"?>\n'
)
_DAY = r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_W3C = re.compile(rf"(?!0000)[0-9]{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}(?:T[0-9:]{{8}}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?")
_TO_MINUTES = re.compile(rf"({_DAY}T[0-9]{{2}}:[0-9]{{2}})(Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
_PREFIXES = (
    ("role", r"([a-z]+)", "{root}#role.$1"),
    ("geonames", r"([0-9]+)", "https://sws.geonames.org/$1/"),
    ("iso3166", r"([A-Z]{2})", "https://www.iso.org/obp/ui/#iso:code:3166:$1"),
    ("ud-syn", r"([a-z:]+)", "https://universaldependencies.org/u/dep/$1.html"),
)


def _dated(value: str | None, earliest: object = None, latest: object = None) -> list[tuple[str, str | None]]:
    """A value as attributes: ``when`` for one that W3C knows, else the days that bound it; and the value itself."""
    if value and (minutes := _TO_MINUTES.fullmatch(value)):
        when: str | None = f"{minutes[1]}:00{minutes[2] or ''}"
    else:
        when = value if value and _W3C.fullmatch(value) else None
    bounds = [("notBefore", earliest), ("notAfter", latest)] if when is None else []
    return [
        ("when", when),
        *((name, str(day)) for name, day in bounds if day),
        ("when-custom", "".join(value.split()) if value else None),
    ]


def _elements(document: Document, sentences: Sequence[Sentence], tokens: Tokens, name: str) -> list[Element]:
    """All elements of an article around its words."""

    def paragraph(number: int, role: str) -> tuple[str, list[tuple[str, str | None]]]:
        tag = "head" if role == "title" and not number and has_more else "p"
        return tag, [("ana", f"role:{role}" if role else None)]

    has_more = len(document.article["paragraphs"]) > 1

    found = list(structure(document, sentences, tokens, paragraph, lambda _index: (), name))
    values: list[tuple[str, str | None]]
    voices = _voices(document)
    parts: dict[tuple[str, int, int], list[str]] = {}
    for row in document.rows("quotations"):
        identity = f"{name}.q{row['index']}"
        voice = _voice(row)
        values = [("type", row["kind"]), ("who", f"#{name}.v{voices.index(voice)}" if voice else None)]
        for place in row["fragments"]:
            found += element(tokens, place["start"], place["end"], 2, "q", values, identity)
        for part in ("speaker", "cue"):
            for place in row[part]:
                parts.setdefault((part, place["start"], place["end"]), []).append(f"#{identity}")
    for number, ((part, start, end), whose) in enumerate(parts.items()):
        values = [("type", part), ("corresp", " ".join(whose))]
        found += element(tokens, start, end, 3, "rs" if part == "speaker" else "seg", values, f"{name}.r{number}")
    for row in document.rows("entities"):
        world = " ".join(one for one in (row["link"], row["entity_key"]) if one)
        values = [("type", row["type"]), ("key", row["entity"]), ("ref", world or None), ("n", one_line(row["name"]))]
        found += element(tokens, row["start"], row["end"], 4, "name", values, f"{name}.m{row['index']}")
    for row in document.rows("times"):
        values = [("type", row["kind"]), *_dated(row["value"], row["earliest"], row["latest"])]
        tag = "time" if row["kind"] == "time" else "date"
        found += element(tokens, row["start"], row["end"], 5, tag, values, f"{name}.t{row['index']}")
    return found


def _voice(row: Row) -> list[tuple[str, str]]:
    """What is known of a quotation's speaker: name, entity in the article, key in the corpus."""
    known = (("name", row["speaker_name"]), ("entity", row["speaker_entity"]), ("key", row["speaker_key"]))
    return [(what, one_line(value)) for what, value in known if value]


def _voices(document: Document) -> list[list[tuple[str, str]]]:
    """The speakers of an article, each once."""
    found: list[list[tuple[str, str]]] = []
    for row in document.rows("quotations"):
        if (voice := _voice(row)) and voice not in found:
            found.append(voice)
    return found


_IDENTIFIED = {"p", "head", "s", "q"}


def _opened(part: Part) -> str:
    """The beginning of an element; what was cut has parts that ``next`` and ``prev`` join."""
    one, chain = part.element, part.element.chain
    values: list[tuple[str, str | None]] = []
    if one.tag in _IDENTIFIED or part.of > 1:
        values.append(("xml:id", chain if part.number == 1 else f"{chain}.{part.number}"))
    if part.number < part.of:
        values.append(("next", f"#{chain}.{part.number + 1}"))
    if part.number > 1:
        values.append(("prev", f"#{chain}.{part.number - 1}" if part.number > 2 else f"#{chain}"))
    return f"<{one.tag}{attributes(values)}{one.attributes}>"


@lru_cache(1 << 16)
def _known(lemma: str, upos: str, feats: str) -> str:
    return attributes([("lemma", lemma or None), ("pos", upos), ("msd", feats or None)])


def _words(text: str, sentences: Sequence[Sentence], name: str) -> Iterator[str]:
    """The tokens as elements; what no layer made a token is plain text."""
    for sentence in sentences:
        for number, (start, end, lemma, upos, feats) in enumerate(sentence.words, 1):
            word = xml_text(text[start:end])
            if not lemma and upos == UNKNOWN:
                yield word
                continue
            tag = "pc" if upos == "PUNCT" else "w"
            identity = f' xml:id="{name}.s{sentence.index}.w{number}"' if sentence.heads is not None else ""
            join = "" if text[end : end + 1].isspace() or end == len(text) else ' join="right"'
            yield f"<{tag}{identity}{_known(lemma, upos, feats)}{join}>{word}</{tag}>"


def _syntax(sentences: Sequence[Sentence], name: str) -> Iterator[str]:
    """The dependencies of each sentence, from head to dependent; the head of the root is the sentence."""
    for sentence in sentences:
        if sentence.heads is None or sentence.relations is None:
            continue
        place = f"#{name}.s{sentence.index}"
        yield f'<linkGrp type="UD-SYN" targFunc="head argument" corresp="{place}">'
        for number, (head, relation) in enumerate(zip(sentence.heads, sentence.relations, strict=True), 1):
            source = f"{place}.w{head}" if head else place
            kind = xml_attribute(relation.replace(":", "_"))
            yield f'<link ana="ud-syn:{kind}" target="{source} {place}.w{number}"/>'
        yield "</linkGrp>\n"


def _article(document: Document, root: str) -> Iterator[str]:
    """The file of an article, piece by piece; ``root`` is the way from it to the file of the whole corpus."""
    name = name_of(document.id)
    sentences = sentences_of(document)
    tokens = Tokens.of(sentences)
    language = xml_attribute(document.article["language"])
    # not the name alone: the id of another article may be that of this one and .s1, which its first sentence has
    yield f'{_HEAD}<TEI {_TEI} xml:id="{name}.article" xml:lang="{language}">\n'
    yield from _header(document, name, root)
    yield '<text><body xml:space="preserve">'
    elements = _elements(document, sentences, tokens, name)
    yield from rendered(document.text, tokens, elements, list(_words(document.text, sentences, name)), _opened)
    yield "</body></text>\n"
    if syntax := "".join(_syntax(sentences, name)):
        yield f"<standOff>\n{syntax}</standOff>\n"
    yield "</TEI>\n"


def _header(document: Document, name: str, root: str) -> Iterator[str]:
    article = document.article

    def say(tag: str, value: object, *values: tuple[str, str | None]) -> str:
        if value is None or not str(value):
            return ""
        return f"<{tag}{attributes(values)}>{xml_text(one_line(str(value)))}</{tag}>\n"

    yield "<teiHeader>\n<fileDesc>\n<titleStmt>\n"
    yield say("title", article["title"]) or "<title/>\n"
    yield "".join(say("author", author) for author in article["authors"]) or say("author", article["byline"])
    yield f'</titleStmt>\n<extent><measure unit="words" quantity="{article["word_count"]}"/></extent>\n'
    yield "<publicationStmt>\n"
    yield say("publisher", article["publication"] or article["source"])
    yield say("idno", document.id, ("type", "article"))
    for what in ("source", "story", "version", "text_sha256", "first_release"):
        yield say("idno", article[what], ("type", what))
    yield f"<availability>{say('licence', article['licence'])}</availability>\n</publicationStmt>\n"
    yield "<sourceDesc>\n<bibl>\n"
    yield say("title", article["title"], ("level", "a"))
    yield say("author", article["byline"])
    yield say("title", article["publication"], ("level", "j"))
    for what in ("section", "page"):
        yield say("biblScope", article[what], ("unit", what))
    yield say("date", article["date"], *_dated(article["date"], article["date_earliest"], article["date_latest"]))
    yield say("idno", article["url"], ("type", "URL"))
    yield "</bibl>\n</sourceDesc>\n</fileDesc>\n<encodingDesc>\n"
    yield from _prefixes(root)
    yield "</encodingDesc>\n<profileDesc>\n"
    language = xml_attribute(article["language"])
    yield f'<langUsage><language ident="{language}"/></langUsage>\n'
    several = {
        "split": [article["split"]],
        "gold": article["gold"],
        "topics": [f"{one['label']} ({one['code']} {one['score']})" for one in article["topics"]],
        "keywords": article["keywords"],
    }
    yield "<textClass>\n"
    for what, terms in several.items():
        if terms:
            yield f'<keywords n="{what}">{"".join(say("term", term).rstrip() for term in terms)}</keywords>\n'
    yield "</textClass>\n"
    persons = []
    for number, voice in enumerate(_voices(document)):
        known = dict(voice)
        said = say("persName", known.get("name"))
        said += "".join(say("idno", known.get(what), ("type", what)) for what in ("entity", "key"))
        persons.append(f'<person xml:id="{name}.v{number}">{said.strip()}</person>\n')
    if persons:
        yield f"<particDesc><listPerson>\n{''.join(persons)}</listPerson></particDesc>\n"
    yield "</profileDesc>\n</teiHeader>\n"


def _prefixes(root: str) -> Iterator[str]:
    """What pointers with a prefix mean, and how the text is written."""
    yield "<editorialDecl><normalization><p>Unicode NFC; a character that XML forbids is U+FFFD. The text of body is "
    yield "the text of the article, and offsets count its code points.</p></normalization></editorialDecl>\n"
    yield "<listPrefixDef>\n"
    for prefix, pattern, replacement in _PREFIXES:
        values = [("ident", prefix), ("matchPattern", pattern), ("replacementPattern", replacement.format(root=root))]
        yield f"<prefixDef{attributes(values)}/>\n"
    yield "</listPrefixDef>\n"


def _corpus(documents: Documents, export: Export, file: str, paths: Sequence[str]) -> Iterator[str]:
    """The file of the whole corpus, which includes those of the articles."""
    title = xml_text(f"{export.name} {export.version}")
    counts = documents.counts
    yield f'{_HEAD}<teiCorpus {_TEI} xmlns:xi="http://www.w3.org/2001/XInclude">\n<teiHeader>\n<fileDesc>\n'
    yield f"<titleStmt><title>{title}</title></titleStmt>\n"
    yield f"<editionStmt><edition>{xml_text(export.version)}</edition></editionStmt>\n<extent>"
    yield "".join(f'<measure unit="{unit}" quantity="{count}"/>' for unit, count in counts.items())
    yield "</extent>\n<publicationStmt><p>Licences of the articles: "
    yield xml_text("; ".join(f"{source}: {licence}" for source, licence in sorted(documents.licences.items())))
    yield "</p></publicationStmt>\n<sourceDesc><p>Articles of the press; their sources are named in each file.</p>"
    yield "</sourceDesc>\n</fileDesc>\n<encodingDesc>\n"
    yield from _prefixes(file)
    yield '<classDecl><taxonomy xml:id="role"><desc>What a paragraph is for</desc>\n'
    yield "".join(f'<category xml:id="role.{role}"><catDesc>{role}</catDesc></category>\n' for role in ROLES)
    yield "</taxonomy></classDecl>\n</encodingDesc>\n</teiHeader>\n"
    yield "".join(f'<xi:include href="{path}"/>\n' for path in paths)
    yield "</teiCorpus>\n"


def _write(documents: Documents, export: Export) -> None:
    file = f"{export.name}.xml"
    paths = []
    for document in documents:
        paths.append(f"{document.id}.xml")
        export.write(paths[-1], _article(document, f"../{file}"))
    export.write(file, _corpus(documents, export, file, paths))


TEI = Format("tei", "Oxygen, TEITOK, TXM", frozenset(FEATURES) - {"annotators", "confidence"}, _write)
