"""Puts the table of a run into README.md beside this file, between its markers."""

from __future__ import annotations

import os
from pathlib import Path

PAGE = Path(__file__).with_name("README.md")
START, END = "<!-- scripts/bench/run --readme -->\n", "<!-- end -->\n"


def with_table(page: str, table: str, conditions: str) -> str:
    """The page with this table, and above it what it was measured on, instead of the ones it has.

    Raises:
        ValueError: the page does not have each marker once, in their order.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end or START in after or END in before + after:
        raise ValueError(f"README.md needs the lines {START.strip()} and {END.strip()}, once and in this order")
    return f"{before}{START}{conditions}\n\n{table}\n{END}{after}"


def write(table: str, articles: int, day: str) -> None:
    """Put the table into README.md, with how many articles were measured, on which machine and when."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    conditions = f"{articles:,} generated articles, {os.cpu_count()} cores, {memory:.0f} GiB, {day}."
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), table, conditions), "utf-8")
