"""Tokens and passwords are taken out of what is said, however a server or a library writes them."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.problem import CorpusError, Problem
from corpus.model.secrets import scrubbed, scrubber

TOKEN = "jeton/d+Odile=9f3"  # noqa: S105


@pytest.mark.parametrize("name", ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
def test_a_secret_of_the_environment_is_taken_out_in_every_form(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, TOKEN)
    forms = [
        TOKEN,
        TOKEN.upper(),
        TOKEN[:11],
        quote(TOKEN, safe=""),
        quote(TOKEN),
        base64.b64encode(TOKEN.encode()).decode(),
    ]
    forms += [base64.b64encode(f"{'u' * many}:{TOKEN}".encode()).decode() for many in range(1, 4)]
    for form in forms:
        said = scrubbed(f"no leave for {form} here")
        assert said.startswith("no leave for ")
        assert said.endswith("(secret) here")
        assert form[-9:] not in said
    error = CorpusError(Problem(TOKEN, 0, TOKEN, "hub-refused", TOKEN, TOKEN, TOKEN))
    assert TOKEN not in str(error)


@given(st.text(st.sampled_from("ab=&?/:@. -"), max_size=30), st.text(st.sampled_from("ab=&?/:@. -"), max_size=30))
def test_a_secret_is_found_wherever_it_stands(before: str, after: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", TOKEN)
        assert TOKEN not in scrubber()(before + TOKEN + after)


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("https://odile:mot@exemple.org/a", "https://(secret)@exemple.org/a"),
        ("https://mot@exemple.org", "https://(secret)@exemple.org"),
        ("s3://cle:mot@seau/a", "s3://(secret)@seau/a"),
        ("authorization: Bearer abcd.ef", "authorization: Bearer (secret)"),
        ("a?X-Amz-Security-Token=abc&b=1", "a?X-Amz-Security-Token=(secret)&b=1"),
        ("hf_abcdefghijklmnopqrst", "(secret)"),
        ("s3://seau@1.0.0", "s3://seau@1.0.0"),
        ("hf://datasets/org/nom@v1/data", "hf://datasets/org/nom@v1/data"),
        ("hub:org/nom@1.0.0: release-missing", "hub:org/nom@1.0.0: release-missing"),
        ("'Basic' = un mot", "'Basic' = un mot"),
    ],
)
def test_what_looks_like_a_secret_goes_and_addresses_stay(said: str, cleaned: str) -> None:
    assert scrubbed(said) == cleaned
