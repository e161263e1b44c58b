"""Commands that look: at an article, at what layers are worth, at a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli.common import FOLDER, folder_of, layers_option, options, print_json, print_problems, root_of, say
from corpus.cli.faults import unexpected
from corpus.model.problem import number_of

if TYPE_CHECKING:
    from corpus.files.paths import Location


@click.command()
@click.argument("identity", metavar="ID")
@click.option("--release", metavar="PLACE", help="The release to read; by default the newest in build/.")
@click.option("--open", "in_browser", is_flag=True, help="Show it in the browser.")
@options("layers", "root", "json")
def show(
    identity: str,
    release: str | None,
    layers: list[str] | None,
    root: Location | None,
    *,
    in_browser: bool,
    as_json: bool,
) -> None:
    """Show an article as the corpus sees it. Metadata, provenance, roles, and what the layers find in it.

    What was found is read from the newest release in build/ that was made from this record, with gold that was
    written since; of an article that it masks no word is shown. Without one the layers run, which takes seconds.

    \b
    Examples:
      corpus show agence-hexa/2022-02-14-edc2b5dceb74
      corpus show agence-hexa/2022-02-14-edc2b5dceb74 --layers quotations --json
      corpus show agence-hexa/2022-02-14-edc2b5dceb74 --open
    """
    if in_browser and as_json:
        raise click.UsageError("--open shows a page, --json prints: give one of them")
    if in_browser:
        _open(identity, release, root)
        return
    import shutil

    from corpus.cli import article_view
    from corpus.curate.shown import shown

    seen = shown(root_of(root), identity, layers, release)
    if as_json:
        print_json(article_view.as_json(seen))
    else:
        for parts in article_view.lines(seen, shutil.get_terminal_size().columns):
            say(*parts)


def _open(identity: str, release: str | None, root: Location | None) -> None:
    """Serve a corpus and open the page of an article.

    Raises:
        UsageError, CorpusError: as ``corpus browse``.
    """
    from corpus.formats.export import require_extra

    require_extra("browse", "corpus show --open")
    from corpus.web.browse.links import address_of_article
    from corpus.web.browse.serve import Reader, listen, serve, shelf_of

    shelf = shelf_of(release, None if root is None else folder_of(root))
    at = listen(None, None)
    at = at._replace(address=at.address.removesuffix("/") + address_of_article("article", identity))
    serve(shelf, at, Reader(), opened=True, say=say, report=lambda error: print_problems([unexpected(error)]))


@click.command()
@click.option(
    "--gold", type=FOLDER, metavar="PATH", help="Gold files with their texts, instead of the corpus's own gold."
)
@layers_option("Layers to judge; by default all that a person can annotate.")
@click.option("--split", metavar="NAME", help="Only the articles that their gold puts into this split.")
@click.option("--errors", "listed", type=FOLDER, metavar="FILE", help="Write each error there, as CSV.")
@options("root", "json")
def evaluate(
    gold: Path | None,
    layers: list[str] | None,
    split: str | None,
    listed: Path | None,
    root: Location | None,
    *,
    as_json: bool,
) -> None:
    """Measure the layers against what people annotated.

    Precision, recall and F1 by layer and type, with the interval in which 95 % of the F1 lie when articles are drawn
    again; then how many errors there are of each kind.

    \b
    Examples:
      corpus evaluate --split test
      corpus evaluate --gold ../gold --layers times --errors errors.csv
    """
    from functools import partial

    from corpus.annotate.confidence import calibration, confidences
    from corpus.annotate.errors import Error, counted, errors
    from corpus.annotate.gold import GOLD_LAYERS
    from corpus.annotate.metrics import as_text, intervals, rounded
    from corpus.curate import evaluate as evaluation
    from corpus.files.spreadsheet import refuse_taken, write_csv
    from corpus.model.foreign_text import all_printable

    if gold is not None and split is not None:
        raise click.UsageError("--split goes with the gold of a corpus; the files of --gold have none")
    if listed is not None:
        refuse_taken(listed)
    in_corpus = partial(evaluation.cases_of_corpus, split=split)
    articles = in_corpus(root_of(root)) if gold is None else evaluation.cases_of_files(gold)
    cases = evaluation.run(articles, GOLD_LAYERS if layers is None else layers)
    found, wrong = intervals(cases), list(errors(cases))
    if listed is not None:
        write_csv(listed, Error._fields, map(all_printable, wrong))
    kinds, calibrations = counted(wrong), calibration(confidences(cases))
    if as_json:
        rates = [{**one.as_json(), "low": rounded(low), "high": rounded(high)} for one, low, high in found]
        print_json(
            {
                "articles": len(cases),
                "scores": rates,
                "confidence": [one._asdict() for one in calibrations],
                "errors": [{"layer": layer, "kind": kind, "count": count} for layer, kind, count in kinds],
            }
        )
        return
    for line in as_text(found).split("\n"):
        say(line)
    for sure in calibrations:
        shares = f"mean {sure.confidence:.3f}, {sure.right:.3f} right, calibration error {sure.error:.3f}"
        say(f"confidence  {sure.kind:<29} {sure.spans:>6} spans: {shares}")
    for layer, kind, count in kinds:
        say(f"{layer:<11} {kind:<29} {count:>6} {'error' if count == 1 else 'errors'}")
    say(f"{number_of(len(cases), 'article')} that a person annotated")
