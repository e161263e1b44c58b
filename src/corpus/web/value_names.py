"""What columns and values of the tables are called on pages."""

from __future__ import annotations

from corpus.explore.articles import NO_MONTH, NONE, SEVERAL
from corpus.explore.stats import MASKED
from corpus.web.language import Language


def column_names(language: Language) -> dict[str, str]:
    """What columns are called whose values change from release to release; others have their own name."""
    _ = language.gettext
    return {
        "title": _("Title"),
        "date": _("Date"),
        "byline": _("Signed"),
        "publication": _("Publication"),
        "section": _("Section"),
        "page": _("Page"),
        "url": _("Address"),
        "version": _("Version of the item"),
        "licence": _("Licence"),
        "redistribution": _("May be passed on"),
        "split": _("Split"),
        "story": _("Story"),
        "word_count": _("Words"),
        "gold": _("Annotated by a person"),
        "topics": _("Topics"),
        "main_topic_label": _("Topic"),
        "keywords": _("Keywords"),
        "raw_sha256": _("Raw record"),
        "type": _("type"),
        "kind": _("kind"),
        "name": _("name"),
        "value": _("value"),
        "link": _("link"),
        "speaker_name": _("name of the speaker"),
        "cue_text": _("cue"),
        "confidence": _("sureness"),
    }


def passed_on(language: Language, redistribution: object) -> str | None:
    """What of an article may be passed on, in words."""
    _ = language.gettext
    words = {"full": _("text and annotations"), "annotations": _("annotations, without the text"), "none": _("nothing")}
    return words.get(str(redistribution), None if redistribution is None else str(redistribution))


def counted_value(language: Language, value: str) -> str:
    """A value that articles are counted by, as people read it."""
    _ = language.gettext
    if value.endswith(NO_MONTH):
        return _("%(year)s (no month)") % {"year": value.removesuffix(NO_MONTH)}
    return {NONE: _("(none)"), MASKED: _("(masked)"), SEVERAL: _("(several years)")}.get(value, value)
