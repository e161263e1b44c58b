"""The environment of the peers: made once from pinned versions, apart from ours."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

PINNED = (
    "datatrove==0.10.1",
    "datasets==5.2.0",
    "orjson==3.13.0",
    "polars==2.1.0",
    "pyarrow==26.0.1",
    "regex==2026.11.15",  # datatrove's filters import it and its metadata do not say so
)
STORIES = (
    "rensa==0.5.0",
    "datatrove==0.10.1",
    "orjson==3.13.0",
    "regex==2026.11.15",
    "spacy==3.8.18",  # parts words for datatrove
    "tokenizers==0.23.3",
    "xxhash==3.6.0",  # datatrove gives it strings, which version 4 refuses
)
"""In an environment of its own beside the other: what looks for near-duplicates."""
EXPORTS = (
    "beautifulsoup4==4.15.0",
    "feedparser==6.0.14",
    "lxml==6.1.3",
    "openpyxl==3.1.5",
    "pandas==3.1.1",
    "python-docx==1.2.0",
    "striprtf==0.0.35",
)
"""In a third one: what reads the containers of exports."""
MODEL = "fr_core_news_md"
SPACY = ("spacy==3.8.18",)
"""In a fourth one: what annotates. Its ``MODEL``, 3.8.0, is on no package index: spaCy gets it itself."""
JOBS = Path(__file__).with_name("peer_jobs.py")


def environment(folder: Path, pinned: tuple[str, ...] = PINNED, model: str = "") -> Path:
    """The Python of the peers' environment in ``folder``, which is made where it is missing or of other pins.

    ``model`` is one of spaCy's that it shall have.

    Raises:
        subprocess.CalledProcessError: pip could not install a peer.
    """
    python = folder / "bin" / "python"
    wanted = hashlib.sha256("\n".join((sys.version, *pinned)).encode()).hexdigest()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"setting up the peers in {folder}, once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *pinned], check=True)
        if model:
            subprocess.run([str(python), "-m", "spacy", "download", model], check=True)
        stamp.write_text(wanted, "utf-8")
    return python
