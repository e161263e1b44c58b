"""The application in a real browser: what every page of it has to be."""

from __future__ import annotations

from typing import Any

from helpers.reading_room import Room


def test_the_application_answers(room: Room, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{room.address}/article/agence/phare")
    assert page.locator("nav").is_visible()
