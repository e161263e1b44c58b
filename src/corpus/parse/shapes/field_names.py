"""Seam."""

from __future__ import annotations


def settings(content: bytes, name: str) -> dict[str, object]:
    """Nothing yet."""
    return {}
