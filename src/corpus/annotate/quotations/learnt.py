"""What was learnt by ``scripts/train_quotations``: how much each feature counts for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def learnt(table: str) -> Mapping[str, float]:
    """The weight of each feature in a table of this room, such as ``weights.tsv``."""
    lines = files(__package__).joinpath(table).read_text(encoding="utf-8").splitlines()
    return {feature: float(weight) for feature, weight in (line.split("\t") for line in lines if line)}
