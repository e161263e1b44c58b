"""Rows as CSV that the browser saves, sent as they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat

from starlette.requests import Request
from starlette.responses import StreamingResponse

from corpus.files.spreadsheet import ROWS, Cell, csv_lines
from corpus.model.problem import Problem, UsageError
from corpus.web.browse.library import Shelf

_PIECES = (1, 50, 500)
"""Lines that are sent at a time: few at first, so that the browser begins to save."""


def download(
    request: Request, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], count: int
) -> StreamingResponse:
    """So many rows as a file; with ``for=excel`` in the address one that a French Excel opens and nothing computes.

    The release is held while a piece is made, not while it is sent.

    Raises:
        UsageError: rule ``too-many-rows``, Excel reads no more.
    """
    is_excel = request.query_params.get("for") == "excel"
    if is_excel and count >= ROWS:
        wanted = f"at most {ROWS - 1:,} rows: Excel reads no more"
        hint = "ask for fewer, or for the CSV for programs, which has no such bound"
        raise UsageError(Problem("", 0, "", "too-many-rows", f"{count:,} rows", wanted, hint))
    lines = csv_lines(header, rows, excel_fr=is_excel)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_pieces(request.app.state.shelf, lines), media_type="text/csv", headers=headers)


def _pieces(shelf: Shelf, lines: Iterator[str]) -> Iterator[bytes]:
    for size in chain(_PIECES[:-1], repeat(_PIECES[-1])):
        with shelf.open():
            piece = "".join(islice(lines, size)).encode()
        if not piece:
            return
        yield piece
