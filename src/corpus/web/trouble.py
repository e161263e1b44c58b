"""What is wrong, in one sentence of the reader's language: the details behind it are those of the command line."""

from __future__ import annotations

from corpus.model.problem import Problem
from corpus.web.language import Language


def trouble(language: Language, rule: str) -> str:
    """The sentence of a rule; a general one for a rule that readers seldom meet."""
    _ = language.gettext
    release = _("The release cannot be read: build it again, or open another one.")
    said = {
        "value-unknown": _("No article has this value: take one of those that are offered."),
        "date-invalid": _("This is no date: write a year, a month or a day, as 2024, 2024-03 or 2024-03-12."),
        "where-invalid": _("This condition cannot be read."),
        "query-invalid": _("The query cannot be read."),
        "too-many-rows": _("That is too much at once: ask for less."),
        "words-missing": _("This release has no tokens, so that its words cannot be searched."),
        "dimension-unknown": _("This cannot be counted by."),
        "column-unknown": _("This release has no such column."),
        "table-unknown": _("This release has no such table."),
        "id-unknown": _("There is no article of this id."),
        "page-unknown": _("There is no such page."),
        "request-refused": _("This request is not answered."),
        "record-changed": _("The raw record of this article is no longer what this release was made from."),
        "root-missing": _("This needs the corpus folder that the release was made from."),
        "release-missing": _("There is no release here."),
        "release-damaged": release,
        "version-mismatch": release,
        "version-unknown": _("There is no such version."),
        "rejects-unreadable": _("The list of rejected records cannot be read."),
        "correction-refused": _("This cannot be changed like that."),
        "correction-stale": _("The article changed meanwhile: load its page again."),
        "gold-already": _("Somebody else has signed this already."),
        "gold-unsigned": _("Say who you are first: corrections are signed."),
        "settling-others": _("Somebody else settles this article."),
        "gold-unsettled": _("Annotators differ here, and nobody has settled it yet."),
        "gold-sentences": _("Every word of the text stands in a sentence, and none goes over the end of a paragraph."),
        "gold-overlap": _("This would overlap with what is there, or say it twice."),
        "gold-value": _("This is no value of a time: write 2024-03-12, 2024-W11, 2024-03-12T14:30 or P3D."),
        "gold-surface": _("The article does not have these words, or has them elsewhere."),
        "gold-ambiguous": _("These words stand in several places, or nowhere."),
        "gold-drift": _("The text is no longer the one that was annotated."),
        "gold-twice": _("Two gold files are of one annotator."),
        "gold-too-large": _("There is more in the gold file than in one article."),
        "json-invalid": _("A gold file cannot be read as it stands: mend it, or say what it says again on its page."),
        **dict.fromkeys(("file-unreadable", "system-refused", "place-unwritable"), _("A file is out of reach.")),
    }
    return said.get(rule, _("Something is not as it should be."))


def for_scripts(language: Language, problem: Problem) -> dict[str, str]:
    """A problem as the scripts of pages tell it: its rule, the sentence of that, and the details as they stand."""
    details = f"{problem.found}. {problem.hint or problem.wanted}"
    return {"rule": problem.rule, "said": trouble(language, problem.rule), "details": details}


def in_words(language: Language, problem: Problem) -> str:
    """The same as a line of text, which begins with the rule."""
    return "{rule}: {said} {details}".format_map(for_scripts(language, problem))
