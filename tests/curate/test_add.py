"""Records that are filed: what stands in raw/ is not written over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.curate import add


def test_a_record_that_was_edited_since_it_was_filed_is_not_written_over(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    given = tmp_path / "halle.txt"
    given.write_text(text_record(1), "utf-8")
    [(_, filed)] = add.add(root, [given], "a").filed
    edited = (
        text_record(1).replace("date 2023", "date 20233") + "\nUne phrase de plus, que personne n’a gardée ailleurs.\n"
    )
    filed.write_text(edited, "utf-8")  # a slip in the date: the record is refused until it is mended
    again = add.add(root, [given], "a")
    assert [problem.rule for problem in again.problems] == ["place-not-free"]
    assert filed.read_text("utf-8") == edited
