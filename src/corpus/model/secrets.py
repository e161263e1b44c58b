"""Tokens, keys and passwords stay out of what is said: every problem passes through ``scrubbed``.

A server that refuses may send back the very header that it was asked with, a URL may hold a password, and both stand in
the errors of the libraries below. What is secret is what this process could send: values of the environment whose name
says so, and the token that huggingface_hub takes from its files, where it is loaded at all.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import quote

HIDDEN = "(secret)"

_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|ACCESS_KEY|API_KEY|_KEY$", re.IGNORECASE)
_LEAST = 6
"""Characters of a secret: a shorter value would stand in words that are none."""
_BEGINS = 8
"""Characters from which a secret is known that was cut."""
_FORMS = re.compile(
    r"""(?<=://)[^\s/@:'"]*:[^\s/@'"]+(?=@)                                          # user:password@host
    | (?<=http://)[^\s/@'"]+(?=@) | (?<=https://)[^\s/@'"]+(?=@)                     # token@host
    | (?<=[?&])([\w-]*(?:token|signature|secret|password|credential)[\w-]*=)[^&\s'"]+   # in a query
    | \b(Bearer|Basic)(\s+|%20|\+)[\w+/=.~%-]{4,}
    | \bhf_[A-Za-z0-9]{16,}""",
    re.VERBOSE | re.IGNORECASE,
)


def scrubbed(text: str) -> str:
    """A text without the secrets of this process, as they are, percent-encoded, in Base64 or cut, and without the like.

    >>> scrubbed("GET https://odile:s3cret@host/a?X-Amz-Signature=ab12 with Authorization: Bearer abcdef")
    'GET https://(secret)@host/a?X-Amz-Signature=(secret) with Authorization: Bearer (secret)'
    """
    return scrubber()(text)


def scrubber() -> Callable[[str], str]:
    """What takes the secrets out of many texts, as this process has them now."""
    known = _pattern(tuple(_secrets()))

    def scrub(text: str) -> str:
        text = known.sub(HIDDEN, text) if known is not None else text
        return _FORMS.sub(_hidden, text)

    return scrub


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1] or (f'{found[2]} ' if found[2] else '')}{HIDDEN}"


@lru_cache(8)
def _secret_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the variables of an environment hold a secret by their names."""
    return tuple(sorted(name for name in names if _NAME.search(name)))


def _secrets() -> Iterator[str]:
    for name in _secret_names(tuple(os.environ)):
        value = os.environ.get(name, "")
        if len(value) >= _LEAST and not value.startswith("/"):
            yield value.strip()
    if "huggingface_hub" in sys.modules:
        from huggingface_hub import get_token

        if len(token := get_token() or "") >= _LEAST:
            yield token


@lru_cache(8)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds these secrets, the longest first; None where there are none."""
    found = [pattern for secret in sorted(secrets, key=len, reverse=True) for pattern in _forms_of(secret)]
    return re.compile("|".join(dict.fromkeys(found)), re.IGNORECASE) if found else None


def _forms_of(secret: str) -> Iterator[str]:
    content = secret.encode("utf-8", "surrogateescape")
    for written in dict.fromkeys((secret, quote(content, safe=""), quote(content))):
        yield re.escape(written) if len(written) <= _BEGINS else re.escape(written[:_BEGINS]) + r"[\w+/=.~%-]*"
    for before in range(3):  # wherever it begins in what was encoded
        encoded = base64.b64encode(b"\0" * before + content).decode().rstrip("=")
        inner = encoded[(0, 2, 3)[before] : len(encoded) - (1 if (before + len(content)) % 3 else 0)]
        if len(inner) >= _LEAST:
            yield re.escape(inner[: _BEGINS + 4]) + r"[\w+/=-]*"
            yield re.escape(inner[: _BEGINS + 4].replace("+", "-").replace("/", "_")) + r"[\w+/=-]*"
