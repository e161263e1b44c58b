"""Where the pages of an article are: the one place that makes their addresses."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def address_of_article(kind: str, identity: str, anchor: str = "", **query: str) -> str:
    """The address of a page of an article, ``article``, ``raw``, ``versions``, ``correct``, ``settle`` and so on."""
    folds = not {".", ".."}.isdisjoint(identity.split("/"))  # a browser would leave out such a part, and the one before
    place = f"/{kind}/{quote(identity, safe='' if folds else '/')}"
    return place + (f"?{urlencode(query)}" if query else "") + (f"#{anchor}" if anchor else "")


class Links:
    """Where things that a page names lead to in the application."""

    def article(self, identity: str, anchor: str = "") -> str:
        """The page of an article, at a place of it."""
        return address_of_article("article", identity, anchor)

    def page(self, kind: str, identity: str) -> str:
        """Another page of an article, as ``address_of_article`` has them."""
        return address_of_article(kind, identity)

    def facet(self, name: str, value: str) -> str:
        """The articles that have a value."""
        return f"/articles?{urlencode({name: value})}"
