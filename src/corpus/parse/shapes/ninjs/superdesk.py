"""The fields that Superdesk, which many agencies write with, adds to items of ninjs 1."""

from __future__ import annotations

_SUPERDESK = {
    "is for the newsroom that wrote the item": "annotations assignment_id attachments coverage_id evolvedfrom extra"
    " extra_items flags ingest_id ingest_version priority products service signal translated_from translations",
    "is about the transmission": "_created _etag _id _latest_version _links _type _updated",
    "counted anew from the text": "readtime",
    "what an article is about is for the layers to find": "keywords",
}
OF_SUPERDESK = {
    **{name: reason for reason, names in _SUPERDESK.items() for name in names.split()},
    "authors": "sign an item without a byline",
    "source": "is the publication",
}
"""The fields that Superdesk adds to an item of ninjs 1, with what becomes of them."""
