"""Commands that show a corpus in the browser: the application, and a release as static pages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import PLACE, folder_of, options, print_json, print_problems, progress, say
from corpus.cli.faults import unexpected, unwound
from corpus.model.problem import number_of

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


@click.command()
@click.argument("release", metavar="RELEASE")
@click.option("--out", required=True, type=PLACE, metavar="FOLDER", help="A new folder, or one that holds such a site.")
@click.option("--lang", type=click.Choice(["en", "fr"]), help="The language; by default that of the articles.")
@options("json")
def site(release: str, out: Location, lang: str | None, *, as_json: bool) -> None:
    """Write a release as web pages that need no server of their own.

    RELEASE is a folder, hub:org/name@X.Y.Z or an address of a store. Any web server serves the folder, GitHub Pages for
    one; a browser reads it without a server too, only the search needs one. Of articles whose text may not be passed on
    the pages show roles, offsets and counts, never a word. An earlier site at FOLDER is replaced, if nothing of
    somebody else's lies in it.

    \b
    Examples:
      corpus site build/preview --out build/site
      corpus site hub:org/corpus@1.2.0 --lang en --out public
    """
    from corpus.formats.export import require_extra

    require_extra("site", "corpus site")
    from corpus.web.site.site import site as write

    if not isinstance(out, Path):
        raise click.UsageError("--out is a folder of this machine; copy it from there")
    with unwound():
        made = write(release, out, lang or "", progress())
    if as_json:
        print_json({"out": out, **asdict(made)})
        return
    say(f"wrote {number_of(made.pages, 'page')} of {number_of(made.articles, 'article')} to {out}")
    if made.masked:
        say(f"without their words, which may not be passed on: {number_of(made.masked, 'article')}")
    say(f"read it: {out / 'index.html'}; search it: python -m http.server --directory {out}")
