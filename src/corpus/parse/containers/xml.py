"""XML as newsrooms and databases write it, read with lxml: nothing is fetched, no entity of its own is resolved."""

from __future__ import annotations

from lxml import etree

from corpus.raw.records import Record, decode


def parse_xml(record: Record) -> etree._Element:
    """The root element of an XML record.

    Comments and processing instructions are gone; entities are the five of XML. The encoding is that of ``decode``.

    Raises:
        CorpusError: rule ``xml-invalid``, with the line in the file; rule ``encoding-unreadable``.
    """
    content = decode(record).lstrip("\ufeff \t\r\n")
    if content.startswith("<?xml"):
        content = content.partition("?>")[2]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        found = f"{error.msg} (line {error.lineno})" if error.msg else "no XML"
        hint = "export it again; a character that XML does not allow has to go"
        raise record.error("xml-invalid", "", found, "well-formed XML", hint) from None
    if next(root.iter(etree.Entity), None) is not None:
        found, hint = "an entity that the file defines itself", "have it written out; none is resolved"
        raise record.error("xml-invalid", "", found, "XML without entities of its own", hint)
    return root
