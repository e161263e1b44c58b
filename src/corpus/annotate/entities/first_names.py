"""First names and the gender they tell, to part « M. Kerlédan » from « Mme Kerlédan » among two Kerlédan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def genders() -> Mapping[str, str]:
    """``m`` or ``f`` for each first name, in lower case without accents; names given to both are none of them."""
    lines = files(__package__).joinpath("first_names.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))
