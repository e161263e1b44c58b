"""Commands that show a corpus in the browser: the application, and a release as static pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli.common import folder_of, options, print_problems, say
from corpus.cli.faults import unexpected

if TYPE_CHECKING:
    from corpus.files.paths import Location


@click.command()
@click.argument("release", required=False, metavar="[RELEASE]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="The port, 0 for any; by default 8642.")
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Let others in the network in, who have the address with its token: 0.0.0.0, or one address of this machine.",
)
@click.option("--lang", type=click.Choice(["en", "fr"]), help="The language; by default that of the browser.")
@click.option("--annotator", metavar="NAME", help="Who signs corrections, until another name is given on a page.")
@click.option("--no-open", is_flag=True, help="Print the address and open no browser.")
@options("root")
def browse(
    release: str | None,
    port: int | None,
    host: str | None,
    lang: str | None,
    annotator: str | None,
    root: Location | None,
    *,
    no_open: bool,
) -> None:
    """Read, search and correct a corpus in the browser.

    Without RELEASE, the newest in build/ of the corpus folder. Only this machine is served, until Ctrl-C.

    \b
    Examples:
      corpus browse
      corpus browse hub:my-org/my-corpus --lang fr
      corpus browse build/preview --annotator "Léa Roux" --no-open
    """
    from corpus.formats.export import require_extra

    require_extra("browse", "corpus browse")
    from corpus.web.browse.serve import Reader, listen, serve, shelf_of

    shelf = shelf_of(release, None if root is None else folder_of(root))
    reader = Reader(lang or "", annotator or "")
    serve(
        shelf,
        listen(host, port),
        reader,
        opened=not no_open,
        say=say,
        report=lambda error: print_problems([unexpected(error)]),
    )
