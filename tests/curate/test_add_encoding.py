"""Files of wrongly read letters: what the problem says to type mends the file that it is said of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.curate import add
from corpus.model.problem import UsageError

WRITTEN = (
    "Le lavoir rouvre à Plouvézec\n\n"
    "Le conseil municipal a décidé mardi la réouverture du lavoir, fermé depuis onze ans à cause d'infiltrations. "
    "Déjà, la mairie avait réparé le toit, écroulé en février.\n\n"
    "« Nous avons trouvé les fonds », a déclaré Armelle Quintrec. Le coût est élevé, l'été est passé.\n"
)


def _misread(content: bytes, encoding: str) -> bytes:
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in content).encode()


FILES = {
    **{f"utf-8 as {read}": _misread(WRITTEN.encode(), read) for read in ("cp1252", "latin-1", "mac_roman", "cp850")},
    "utf-8 as cp1252, twice": _misread(_misread(WRITTEN.encode(), "cp1252"), "cp1252"),
    "utf-8 as cp1252, a paragraph": b"\n\n".join(
        _misread(part, "cp1252") if at == 1 else part for at, part in enumerate(WRITTEN.encode().split(b"\n\n"))
    ),
    **{
        f"{written} as {read}": _misread(WRITTEN.encode(written), read)
        for written, read in (
            ("mac_roman", "cp1252"),
            ("cp1252", "mac_roman"),
            ("cp850", "cp1252"),
            ("cp1252", "cp850"),
        )
    },
    **{written: WRITTEN.encode(written) for written in ("cp1252", "mac_roman", "cp850", "utf-16-le")},
}


@pytest.mark.parametrize("name", FILES)
def test_the_hint_of_a_wrong_encoding_mends_the_file_that_it_is_said_of(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    name: str,
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    given = tmp_path / "2012-02-01-lavoir.txt"
    given.write_bytes(FILES[name])
    problems = add.add(root, [given], "a").problems
    [encoding] = {one for problem in problems for one in re.findall(r"corpus add --encoding ([\w-]+)", problem.hint)}
    mended = add.add(root, [given], "a", encoding=encoding)
    assert mended.problems == []
    [(_, filed)] = mended.filed
    assert filed.read_text("utf-8") == WRITTEN


def test_of_a_folder_only_what_is_wrong_is_mended_and_a_new_source_can_be_made_of_it(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]
) -> None:
    root = make_corpus(tmp_path / "corpus", {})
    folder = tmp_path / "textes"
    folder.mkdir()
    (folder / "2012-02-01-lavoir.txt").write_bytes(FILES["utf-8 as cp1252"])
    (folder / "2012-02-02-halle.txt").write_text(WRITTEN.replace("lavoir", "kiosque"), "utf-8")
    (folder / "2012-02-03-port.txt").write_bytes(WRITTEN.replace("lavoir", "port").encode("cp850"))
    proposal = add.propose(root, [folder], add.NewSource("a", "fr", "LicenseRef-x", "full"), "windows-1252")
    addition = add.add_new(root, proposal)
    assert [target.read_text("utf-8") for _, target in addition.filed][:2] == [
        WRITTEN,
        WRITTEN.replace("lavoir", "kiosque"),
    ]


def test_an_encoding_that_nobody_knows_is_said(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path], source_yaml: Callable[..., str]
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    given = tmp_path / "2012-02-01-lavoir.txt"
    given.write_bytes(FILES["cp1252"])
    with pytest.raises(UsageError, match="the name of an encoding"):
        add.add(root, [given], "a", encoding="ansi-français")
