"""What every partition of a build needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.build.checkpoints import CheckpointStore
from corpus.build.plan import Plan
from corpus.build.row_cache import RowCache
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.raw.config import Settings
from corpus.raw.key import CorpusKey
from corpus.raw.stat_cache import StatCache


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What every partition needs to know: ``plan``, without partitions, and where its work files go.

    ``checkpoints`` keeps finished partitions for the next build; where it is None (a check), work files go into
    ``work_folder`` and are gone afterwards. ``columns`` are those of the articles that will be read, () for all: a
    check need not write every text to disk. ``reuse`` says which rows of an earlier release can be kept, None for none.
    ``stat_cache`` says which files of raw/ nobody touched, None to read them all.
    ``alike`` are texts to look for instead of those that were withdrawn.
    """

    plan: Plan
    work_folder: Path
    checkpoints: CheckpointStore | None = None
    columns: tuple[str, ...] = ()
    reuse: RowCache | None = None
    stat_cache: StatCache | None = None
    alike: WithdrawnTexts | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the corpus."""
        return self.plan.settings

    @property
    def key(self) -> CorpusKey | None:
        """What hashes are keyed with; None for a check, which compares plain ones and publishes none."""
        return None if self.columns else self.plan.key
