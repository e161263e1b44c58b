"""Promise 1: every raw record is published, withheld, rejected, withdrawn or superseded, by id."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
from helpers.folders import rows_of


def test_every_raw_record_is_published_or_withheld_or_rejected_by_id(mixed: Path, mixed_release: Path) -> None:
    report = corpus.check(mixed)
    raw = {f"depeches/d-{n:04}" for n in range(1100)} | {f"pages/p-{n}" for n in range(2000, 2040)}
    raw |= {f"lignes/l-{n}" for n in range(3000, 3700)} - {"lignes/l-3005", "lignes/l-3009"}
    published = {row["id"] for row in rows_of(mixed_release, "articles")}
    masked = rows_of(mixed_release, "articles_masked")
    listed = map(json.loads, mixed_release.with_name("rejects.jsonl").read_text("utf-8").splitlines())
    held = [one for one in listed if one.get("held")]
    assert {problem["rule"] for one in held for problem in one["problems"]} <= {"story-bridges-splits"}
    of_files = {"/".join(one["file"].split("/")[1:]).rpartition(".")[0] for one in held if not one["line"]}
    of_lines = {f"lignes/l-{2999 + one['line']}" for one in held if one["file"] == "raw/lignes/2023.jsonl"}
    assert published == raw - of_files - of_lines  # encore.txt repeats d-0007, which comes first
    assert len(masked) == 61 - (len(held) - len(raw & (of_files | of_lines)))
    refused = {(refusal.file, refusal.line) for refusal in report.rejected}
    assert refused == {
        ("raw/depeches/vide.txt", 0), ("raw/depeches/encore.txt", 0),
        ("raw/lignes/2023.jsonl", 6), ("raw/lignes/2023.jsonl", 10),
    }  # fmt: skip
    assert all(refusal.problems for refusal in report.rejected)
    counts = json.loads((mixed_release / "MANIFEST.json").read_text("utf-8"))["counts"]
    assert counts == {"raw": 1102 + 40 + 703 + 120, "published": len(published) + len(masked),
                      "withheld": 62 + len(held), "rejected": 4,
                      "withdrawn": 0, "superseded": 0}  # fmt: skip
    assert counts["raw"] == sum(
        counts[kind] for kind in ("published", "withheld", "rejected", "withdrawn", "superseded")
    )
