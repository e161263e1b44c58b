"""What the container of an export costs a usual library, and nothing else; prints one JSON object.

Usage: export_peers.py FORMAT FILE
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def _soup(file: Path) -> None:
    from bs4 import BeautifulSoup

    BeautifulSoup(file.read_bytes(), "lxml").get_text()


def _striprtf(file: Path) -> None:
    from striprtf.striprtf import rtf_to_text

    rtf_to_text(file.read_text("ascii"))


def _docx(file: Path) -> None:
    from docx import Document

    "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)


def _csv(file: Path) -> None:
    import pandas as pd

    pd.read_csv(file, sep=";")


def _xlsx(file: Path) -> None:
    import pandas as pd

    pd.read_excel(file)


def _json(file: Path) -> None:
    import pandas as pd

    pd.read_json(file)


def _feedparser(file: Path) -> None:
    import feedparser

    feedparser.parse(file.read_bytes())


def _lxml(file: Path) -> None:
    from lxml import etree

    "".join(etree.fromstring(file.read_bytes()).itertext())


def _text(file: Path) -> None:
    file.read_text("utf-8").split("**** ")


PEERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "europresse": ("BeautifulSoup, text only", _soup),
    "factiva-html": ("BeautifulSoup, text only", _soup),
    "factiva-rtf": ("striprtf, text only", _striprtf),
    "factiva-xml": ("lxml, text only", _lxml),
    "nexis-docx": ("python-docx, text only", _docx),
    "nexis-rtf": ("striprtf, text only", _striprtf),
    "csv": ("pandas.read_csv", _csv),
    "xlsx": ("pandas.read_excel (openpyxl)", _xlsx),
    "json": ("pandas.read_json", _json),
    "rss": ("feedparser", _feedparser),
    "wxr": ("feedparser", _feedparser),
    "newsml": ("lxml, text only", _lxml),
    "tei": ("lxml, text only", _lxml),
    "iramuteq": ("str.split", _text),
}
"""What reads each format, and how it is called."""


def main() -> None:
    """Read the file once, after a first time that imports."""
    library, read = PEERS[sys.argv[1]]
    file = Path(sys.argv[2])
    read(file)
    began = time.process_time()
    read(file)
    print(json.dumps({"cpu": time.process_time() - began, "library": library}))


if __name__ == "__main__":
    main()
