"""Pages from Jinja templates, which escape whatever stands in them."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from corpus.web.language import NAMES, Language
from corpus.web.trouble import trouble


@cache
def _environment(language: Language) -> Environment:
    made = Environment(
        loader=PackageLoader("corpus.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    made.globals |= {"language": language, "languages": NAMES, "trouble": partial(trouble, language)}
    numbers = {"number": language.number, "rate": language.rate, "percent": language.percent}
    made.filters |= {**numbers, "date": language.date, "day": language.day, "version": language.version}
    return made


def render(template: str, language: Language, **values: Any) -> str:
    """A page, or a part of one, in a language."""
    return _environment(language).get_template(template).render(**values)
