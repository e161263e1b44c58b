"""The pictures of a release: how many articles when, which entities, how long the articles are.

The same counts give the same bytes on any machine: text is drawn as outlines of the font that matplotlib brings,
nothing of a user's own settings is read, and no date is written.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corpus.release.write.counting import Counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MONTHS, TYPES, LENGTHS = "plots/articles_per_month.svg", "plots/entity_types.svg", "plots/article_lengths.svg"
TITLES = {MONTHS: "Articles over time", TYPES: "Entities by type", LENGTHS: "Lengths of the articles"}
"""Each picture of a release and what it is of."""

_KINDS = {"PER": "persons", "LOC": "places", "ORG": "organisations", "MISC": "other names"}
_YEARS = 120
"""More months than this are drawn as years."""
_BAR, _TEXT, _PALE, _GRID = "#2f6f9f", "#1f2933", "#52606d", "#d9dee3"
_STEPS = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 50_000)


def plots(found: Counted) -> dict[str, bytes]:
    """The SVG files by their path in a release; one that would show nothing is left out."""
    drawn = ((MONTHS, found.months, _months), (TYPES, found.types, _types), (LENGTHS, found.lengths, _lengths))
    wanted = [(path, draw, counts) for path, counts, draw in drawn if counts]
    if not wanted:
        return {}
    with _plain():
        return {path: _svg(path, draw, tuple(sorted(counts.items()))) for path, draw, counts in wanted}


@contextmanager
def _plain() -> Iterator[None]:
    """Matplotlib as it comes, with its messages about its cache of fonts silenced; the caller's settings return."""
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        import matplotlib as mpl
        from matplotlib import font_manager  # noqa: F401  # makes its cache while nothing is said of it

        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(
                {
                    "svg.fonttype": "path",
                    "svg.hashsalt": "corpus",
                    "axes.spines.top": False,
                    "axes.spines.right": False,
                    "axes.spines.left": False,
                    "axes.edgecolor": _PALE,
                    "axes.axisbelow": True,
                }
            )
            yield
    finally:
        log.setLevel(level)


@lru_cache(maxsize=12)
def _svg(path: str, draw: Any, counts: tuple[tuple[Any, int], ...]) -> bytes:
    """The picture of sorted counts; kept, since whoever proves a release that was just made draws it once more."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    height = 0.75 + 0.52 * len(counts) if path == TYPES else 3
    figure = Figure(figsize=(8, height), facecolor="white", layout=ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.1))
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    draw(axes, dict(counts))
    title = figure.suptitle(TITLES[path], x=0.018, horizontalalignment="left", color=_TEXT)
    title.set_fontproperties(_font(12, bold=True))
    for text in [axes.xaxis.label, axes.yaxis.label, *axes.texts]:
        text.set(fontproperties=_font(9.5), color=_PALE)
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _font(size: float, *, bold: bool = False) -> Any:
    """The font that matplotlib brings, named by its file: another of the same name may be installed."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=f"{mpl.get_data_path()}/fonts/ttf/{name}", size=size)


def _ticks(axis: Any, places: Sequence[float], labels: Sequence[str], colour: str = _PALE) -> None:
    axis.set_ticks(places, labels=labels)
    for label in axis.get_ticklabels():
        label.set(fontproperties=_font(9.5), color=colour)
    axis.set_tick_params(length=0)


def _heights(axes: Axes, most: int) -> None:
    """A scale of whole numbers from 0, about five lines."""
    step = next(step * 10**power for power in range(20) for step in (1, 2, 5) if step * 10**power * 5 >= most)
    places = list(range(0, most + step, step))
    axes.set_ylim(0, places[-1])
    _ticks(axes.yaxis, places, [f"{place:,}" for place in places])
    axes.grid(axis="y", color=_GRID, linewidth=0.8)


def _months(axes: Axes, months: Mapping[int, int]) -> None:
    """Bars by month, or by year where there are many months; the labels are years."""
    first, last = min(months), max(months)
    unit = 12 if last - first >= _YEARS else 1
    heights: Counter[int] = Counter()
    for month, count in months.items():
        heights[month // unit] += count
    axes.bar(list(heights), list(heights.values()), width=0.86, color=_BAR, linewidth=0)
    low, high = first // unit, last // unit
    edge = max(0.6, (12 - high + low) / 2)  # few bars stay narrow
    axes.set_xlim(low - edge, high + edge)
    years = range(first // 12, last // 12 + 1)
    every = max(1, -(-len(years) // 14))
    shown = [year for year in years if year % every == 0 and (unit == 12 or low <= year * 12 <= high)]
    if shown:
        _ticks(axes.xaxis, [year if unit == 12 else year * 12 for year in shown], [str(year) for year in shown])
    else:  # all within one year, without its January
        _ticks(axes.xaxis, sorted(heights), [f"{month // 12}-{month % 12 + 1:02}" for month in sorted(heights)])
    axes.set_xlabel("month of the first day that the date can mean" if unit == 1 else "year")
    _heights(axes, max(heights.values()))


def _types(axes: Axes, types: Mapping[str, int]) -> None:
    """A bar for each type, the largest on top, with its count and share."""
    order = sorted(types, key=lambda kind: (types[kind], kind))
    total = sum(types.values())
    axes.barh(range(len(order)), [types[kind] for kind in order], height=0.66, color=_BAR, linewidth=0)
    for place, kind in enumerate(order):
        share = f"{types[kind] / total:.0%}" if types[kind] * 200 >= total else "less than 1%"
        axes.text(types[kind], place, f"  {types[kind]:,}  ({share})", va="center")
    labels = [f"{kind}  {_KINDS[kind]}" if kind in _KINDS else kind for kind in order]
    _ticks(axes.yaxis, range(len(order)), labels, _TEXT)
    axes.set_xlim(0, max(types.values()) * 1.2)
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _lengths(axes: Axes, lengths: Mapping[int, int]) -> None:
    """Bars of equal width in words; the longest hundredth stands in the last one."""
    total = sum(lengths.values())
    median, long = _ranked(lengths, total // 2), _ranked(lengths, total * 99 // 100)
    width = next((step for step in _STEPS if long / step <= 40), _STEPS[-1])
    last = min(long // width, 200)
    heights: Counter[int] = Counter()
    for length, count in lengths.items():
        heights[min(length // width, last)] += count
    axes.bar([place + 0.5 for place in heights], list(heights.values()), width=0.9, color=_BAR, linewidth=0)
    axes.set_xlim(-0.3, max(last + 1.3, 12))
    every = next(step for step in (1, 2, 5, 10, 20, 50) if (last + 1) / step <= 10)
    places = list(range(0, last + 2, every))
    more = max(lengths) >= (last + 1) * width
    labels = [f"{place * width:,}" for place in places]
    _ticks(axes.xaxis, places, labels)
    rest = f"; the last bar: {last * width:,} and more" if more else ""
    axes.set_xlabel(f"words of title, standfirst and body; a bar is {width:,} words wide{rest}")
    _heights(axes, max(heights.values()))
    axes.axvline(min(median / width, last + 1), color=_TEXT, linewidth=1, linestyle=(0, (4, 3)))
    top = axes.get_ylim()[1]
    axes.text(min(median / width, last + 1), top, f" median: {median:,}", va="bottom")


def _ranked(counts: Mapping[int, int], rank: int) -> int:
    """The value at a rank, from 0, of all values in order."""
    for value in sorted(counts):
        rank -= counts[value]
        if rank < 0:
            return value
    return max(counts)
