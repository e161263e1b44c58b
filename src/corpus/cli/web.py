"""Commands that show a corpus in the browser: the application, and a release as static pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli.common import options, say

if TYPE_CHECKING:
    from corpus.files.paths import Location


@click.command()
@click.argument("release", required=False, metavar="[RELEASE]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="The port; a free one by default.")
@click.option("--lang", type=click.Choice(["en", "fr"]), help="The language; by default that of the browser.")
@click.option("--no-open", is_flag=True, help="Print the address and open no browser.")
@options("root")
def browse(release: str | None, port: int, lang: str | None, root: Location | None, *, no_open: bool) -> None:
    """Read, search and correct a corpus in the browser.

    \b
    Examples:
      corpus browse
      corpus browse build/preview --no-open
    """
    from corpus.web.browse.serve import serve

    serve(release, root, port, lang or "", opened=not no_open, say=say)
