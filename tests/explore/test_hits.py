"""Hits are those of a matcher that tries everything; they stand where they say, whatever the text is made of."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.explore import stats
from corpus.explore.collation import collation_key
from corpus.explore.filters import Filter
from corpus.explore.hits import Hits, search
from corpus.explore.tokens import Tokens
from corpus.model.problem import CorpusError, UsageError
from corpus.release.read.reader import open_release
from helpers import token_release
from helpers.token_release import Sentences, Token, tokens

Node = tuple[Any, ...]

WORDS = ("la", "Élu", "élu", "l’", "😀", "e\u0301t\u00e9", "12")
SPACES = (" ", "", "\n\n", "\u202f")
one_token = st.builds(
    Token, st.sampled_from(WORDS), st.sampled_from(("le", "élire")), st.sampled_from(("DET", "NOUN")),
    st.sampled_from(SPACES),
)  # fmt: skip
sentence = st.lists(one_token, min_size=1, max_size=5)
corpora = st.lists(st.lists(sentence, min_size=1, max_size=3), min_size=1, max_size=4)

atom = st.one_of(
    st.tuples(st.just("atom"), st.just("word"), st.sampled_from(("la", ".*u", "l'|12", "😀")), st.booleans()),
    st.tuples(st.just("atom"), st.just("upos"), st.sampled_from(("DET", "N.*")), st.booleans()),
)
leaf = st.one_of(atom, st.just(("any",)), st.tuples(st.just("both"), atom, atom))
times = st.sampled_from([(0, 1), (0, None), (1, None), (2, 2), (0, 2), (1, 3), (2, None), (1, 200), (0, 17), (9, 40)])
patterns = st.recursive(
    leaf,
    lambda inside: st.one_of(
        st.tuples(st.just("sequence"), inside, inside),
        st.tuples(st.just("choice"), inside, inside),
        st.tuples(st.just("repeat"), inside, times),
    ),
    max_leaves=5,
)
WITHIN = ("", " within s", " within p", " within 3")


def written(node: Node) -> str:
    """A pattern in CQP."""
    match node:
        case ("any",):
            return "[]"
        case ("atom", *_):
            return f"[{condition(node)}]"
        case ("both", one, other):
            return f"[{condition(one)} & {condition(other)}]"
        case ("sequence", one, other):
            return f"({written(one)} {written(other)})"
        case ("choice", one, other):
            return f"({written(one)} | {written(other)})"
    _, inside, (least, most) = node
    return f"({written(inside)}){{{least},{'' if most is None else most}}}"


def condition(node: Node) -> str:
    return f'{node[1]}{"!" * node[3]}="{node[2]}"'


def holds(node: Node, token: Token) -> bool:
    if node[0] == "any":
        return True
    if node[0] == "both":
        return holds(node[1], token) and holds(node[2], token)
    value = token.upos if node[1] == "upos" else token.word.replace("’", "'")
    return (re.fullmatch(node[2], value) is not None) is not node[3]


def ends(node: Node, words: list[Token], at: int, limit: int) -> set[int]:
    """Where a pattern that begins at a token may end: everything is tried."""
    if node[0] in ("any", "atom", "both"):
        return {at + 1} if at < limit and holds(node, words[at]) else set()
    if node[0] == "sequence":
        return {last for middle in ends(node[1], words, at, limit) for last in ends(node[2], words, middle, limit)}
    if node[0] == "choice":
        return ends(node[1], words, at, limit) | ends(node[2], words, at, limit)
    _, inside, (least, most) = node
    reached, found = {at}, {at} if least == 0 else set()
    for number in range(1, limit - at + least + 2 if most is None else most + 1):
        reached = {last for middle in reached for last in ends(inside, words, middle, limit)}
        found |= reached if number >= least else set()
    return found


def expected(node: Node, within: str, article: Sentences) -> Iterator[tuple[int, int]]:
    """The longest hit from each token on, none of which overlaps the one before."""
    words = [token for one in article for token in one]
    units = [number for number, one in enumerate(article) for _ in one]
    free = 0
    for at in range(len(words)):
        limit = len(words)
        if within == " within s":
            limit = next((number for number in range(at, len(words)) if units[number] != units[at]), limit)
        if within == " within 3":
            limit = min(limit, at + 3)
        last = max(ends(node, words, at, limit), default=at)
        if at >= free and last > at:
            yield at, last
            free = last


def places(article: Sentences) -> list[tuple[int, int]]:
    found, at = [], 0
    for one in article:
        for token in one:
            found.append((at, at + len(token.word)))
            at += len(token.word) + len(token.space)
    return found


def opened(articles: dict[str, Sentences], folder: Path, **more: Any) -> Tokens:
    return Tokens.of(open_release(token_release.release(folder, articles, **more)))


RUNS = [(("repeat", ("any",), many), within) for many in ((0, 2), (1, 3), (2, 2), (2, None)) for within in WITHIN]


@settings(max_examples=10)
@example([[[Token("la", "le", "DET", " ")] * 5, [Token("😀", "le", "DET", "")] * 4]] * 2, RUNS, 1)
@given(corpora, st.lists(st.tuples(patterns, st.sampled_from(WITHIN)), min_size=8, max_size=12), st.integers(1, 3))
def test_hits_are_those_of_a_matcher_that_tries_everything(
    corpus: list[Sentences], queries: list[tuple[Node, str]], a_group: int
) -> None:
    articles = {f"s/{number}": one for number, one in enumerate(corpus)}
    texts = {name: token_release.text_of(one) for name, one in articles.items()}
    with tempfile.TemporaryDirectory() as folder:
        found = opened(articles, Path(folder, "r"), a_group=a_group)
        for node, within in queries:
            hits = search(found, written(node) + within)
            wanted = [
                (name, places(one)[first][0], places(one)[last - 1][1])
                for name, one in articles.items()
                for first, last in expected(node, within, one)
            ]
            lines = hits.lines(2)
            assert [(line.article, line.start, line.end) for line in lines] == wanted
            for line in lines:
                text = texts[line.article]
                assert text[line.start : line.end] == line.keyword
                left = text[: line.start]
                assert left.endswith(line.left)
                assert text[line.end :].startswith(line.right)
            ordered = hits.ordered(["right", "left", "article"])
            assert sorted(ordered.lines(0)) == sorted(hits.lines(0))
            assert sum(one.hits for one in hits.counts("upos")) == len(hits) == sum(
                one.hits for one in hits.counts("article")
            )  # fmt: skip


ARTICLES = {
    "a/1": ["La/le/DET grève/grève/NOUN continue/continuer/VERB", "L’/le/DET État/état/NOUN cède/céder/VERB"],
    "a/2": ["Une/un/DET grève/grève/NOUN à/à/ADP Brest/Brest/PROPN", "la/le/DET Grève/grève/NOUN dure/durer/VERB"],
    "b/3": ["la/le/DET grève/grève/NOUN finit/finir/VERB à/à/ADP l’/le/DET été/été/NOUN"],
}
SPORT = [{"code": "medtop:15000000", "label": "sport", "score": 0.9}]
CITY = [{"code": "medtop:14000000", "label": "société", "score": 0.1}]
ABOUT = {
    "a/1": {"publication": "La Gazette", "date": "2024-03-12", "topics": SPORT + CITY},
    "a/2": {"publication": "Le Phare", "date": "2024-04-02", "topics": CITY},
    "b/3": {"date": "2024-04-09"},
}
SAID = [
    {"article": "a/2", "index": 0, "fragments": [{"start": 18, "end": 31}], "speaker_name": "Odile Ferrand"},
    {"article": "b/3", "index": 0, "fragments": [{"start": 0, "end": 8}]},
]


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """Three articles of two sources, in one of which somebody is quoted."""
    articles = {name: [tokens(one) for one in lines] for name, lines in ARTICLES.items()}
    folder = tmp_path_factory.mktemp("press") / "release"
    return Tokens.of(open_release(token_release.release(folder, articles, ABOUT, a_group=2, quotations=SAID)))


def found(press: Tokens, query: str, **asked: str) -> list[str]:
    """The keywords of the hits."""
    return [one.keyword for one in search(press, query, Filter(**asked)).lines(0)]


@pytest.mark.parametrize(
    ("query", "keywords"),
    [
        ("grève", ["grève", "grève", "Grève", "grève"]),
        ("la grève", ["La grève", "la Grève", "la grève"]),
        ("l'été", ["l’ été"]),
        ("l’État", ["L’ État"]),
        ("l'ét*", ["L’ État", "l’ été"]),
        ("*l'ét*", []),
        ("à l'*", ["à l’", "à l’ été"][:1]),
        ("gr*", ["grève", "grève", "Grève", "grève"]),
        ('"Grève"', ["Grève"]),
        ('"greve"%cd', ["grève", "grève", "Grève", "grève"]),
        ('"gr.ve"%l', []),
        ('"Brest" "la"', ["Brest la"]),
        ('"Brest" "la" within s', []),
        ('[upos="DET"] [lemma="grève" & word!="G.*"]', ["La grève", "Une grève", "la grève"]),
        ('[lemma="grève" & source="b"]', ["grève"]),
        ('[lemma="grève" & publication=""]', ["grève"]),
        ('[month="2024-04" & upos="VERB"]', ["dure", "finit"]),
        ('[role="body" & word="à"]', ["à", "à"]),
        ('[speaker=".*Ferrand"]+', ["la Grève dure"]),
        ('[feats!="" | ner="B-PER"]', []),
        ('[topic="sport" & upos="VERB"]', ["continue", "cède"]),
        ('[topic="soci.*" & upos="VERB"]', ["continue", "cède", "dure"]),
        ('[topic!="sport" & upos="VERB"]', ["dure", "finit"]),
        ('[topic="" & upos="VERB"]', ["finit"]),
        ('([upos="DET"] | [upos="ADP"] [upos="DET"]) [upos="NOUN"] [upos="VERB"]?',
         ["La grève continue", "L’ État cède", "Une grève", "la Grève dure", "la grève finit", "à l’ été"]),
    ],
)  # fmt: skip
def test_a_query_finds_what_a_linguist_expects(press: Tokens, query: str, keywords: list[str]) -> None:
    assert found(press, query) == keywords


@pytest.mark.parametrize(
    ("asked", "verbs"),
    [
        ({"source": "A"}, ["continue", "cède", "dure"]),
        ({"publication": "le phare"}, ["dure"]),
        ({"earliest": "2024-04"}, ["dure", "finit"]),
        ({"latest": "2024-04-02"}, ["continue", "cède", "dure"]),
        ({"earliest": "2024-03", "latest": "2024-03"}, ["continue", "cède"]),
        ({"topic": "Sport"}, ["continue", "cède"]),
        ({"topic": "medtop:15000000"}, ["continue", "cède"]),
        ({"topic": "SOCIETE"}, ["continue", "cède", "dure"]),
        ({"speaker": "ferrand"}, ["dure"]),
        ({"split": "train", "source": "b"}, ["finit"]),
        ({"text": "brest GREVE"}, ["dure"]),
        ({"text": "L' etat"}, ["continue", "cède"]),
        ({"text": "bres"}, []),
        ({"condition": "publication is null"}, ["finit"]),
    ],
)
def test_articles_are_chosen_by_what_is_known_of_them(press: Tokens, asked: dict[str, str], verbs: list[str]) -> None:
    assert found(press, '[upos="VERB"]', **asked) == verbs


@pytest.mark.parametrize(
    ("asked", "rule", "hint"),
    [
        ({"source": "c"}, "value-unknown", ""),
        ({"publication": "La Gazete"}, "value-unknown", "did you mean 'La Gazette'?"),
        ({"topic": "sports"}, "value-unknown", "did you mean 'sport'?"),
        ({"speaker": "Odile Ferand"}, "value-unknown", "did you mean 'Odile Ferrand'?"),
        ({"earliest": "hier"}, "date-invalid", ""),
        ({"condition": "publicaton = 1"}, "where-invalid", "for example"),
    ],
)
def test_what_no_article_has_is_said(press: Tokens, asked: dict[str, str], rule: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        found(press, "grève", **asked)
    assert error.value.problems[0].rule == rule
    assert hint in error.value.problems[0].hint


def test_hits_sort_by_the_words_around_them(press: Tokens) -> None:
    hits = search(press, '[lemma="grève"]')

    def lines(*by: str) -> list[str]:
        return [one.article for one in hits.ordered(by).lines(0)]

    assert [one.right.strip() for one in hits.ordered(["right"]).lines(1)] == ["à", "continue", "dure", "finit"]
    assert [one.left.strip() for one in hits.ordered(["left", "right"]).lines(1)] == ["La", "la", "la", "Une"]
    assert lines("date") == ["a/1", "a/2", "a/2", "b/3"]
    assert lines("source", "keyword") == ["a/1", "a/2", "a/2", "b/3"]
    with pytest.raises(UsageError, match="value-unknown"):
        hits.ordered(["colour"])


def test_counts_have_every_value_and_rates_of_the_tokens_searched(press: Tokens) -> None:
    hits = search(press, '[lemma="grève"]', Filter(latest="2024-04-02"))
    assert hits.counts("publication") == [("Le Phare", 2, 1, 2 / 7 * 1e6), ("La Gazette", 1, 1, 1 / 6 * 1e6)]
    assert hits.counts("month") == [("2024-03", 1, 1, 1 / 6 * 1e6), ("2024-04", 2, 1, 2 / 7 * 1e6)]
    assert hits.counts("word") == [("grève", 2, 2, None), ("Grève", 1, 1, None)]
    assert hits.counts("speaker") == [("(none)", 2, 2, None), ("Odile Ferrand", 1, 1, None)]
    assert hits.articles == 2


def test_an_article_counts_under_each_of_its_topics(press: Tokens) -> None:
    counts = search(press, '[lemma="grève"]').counts("topic")
    assert [(one.value, one.hits, one.articles) for one in counts] == [
        ("société", 3, 2),
        ("(none)", 1, 1),
        ("sport", 1, 1),
    ]
    assert counts[0].per_million == 3 / 13 * 1e6
    assert [one.value for one in search(press, '"xyz"').counts("topic")] == ["(none)", "société", "sport"]
    assert search(press, '[topic="Sport"]').alike() == [("topic", "Sport", "sport")]


def test_dates_that_are_not_of_a_month_have_the_names_that_stats_gives_them(tmp_path: Path) -> None:
    dates = ["2023", "2023-05", "2023-05-04", "2023/2024"]
    about = {f"s/{number}": {"date": date} for number, date in enumerate(dates)}
    made = token_release.release(tmp_path / "r", {name: [[Token("mot", "mot")]] for name in about}, about)
    hits = search(Tokens.of(open_release(made)), "mot")
    for attribute in ("month", "year"):
        counted = dict(stats.by(made, [attribute]).rows())
        assert {one.value: one.articles for one in hits.counts(attribute)} == counted
    assert [one.value for one in hits.counts("month")] == ["(several years)", "2023 (no month)", "2023-05"]


def test_a_sample_is_the_same_for_the_same_seed(press: Tokens) -> None:
    hits = search(press, "[]")
    one, same = (hits.sample(5, 7).lines(0) for _ in range(2))
    assert one == same
    assert len(one) == 5
    assert [(line.article, line.start) for line in one] == sorted((line.article, line.start) for line in one)
    assert hits.sample(5, 8).lines(0) != one
    assert hits.sample(1000, 1) is hits


def test_pages_make_the_whole(press: Tokens) -> None:
    hits = search(press, '[upos="NOUN"]').ordered(["keyword"])
    assert list(hits.each(3)) == hits.lines(3)
    pages = [line for at in range(0, len(hits), 2) for line in hits.slice(at, 2).lines(3)]
    assert pages == hits.lines(3)


def test_nothing_found_says_what_is_like_it(press: Tokens) -> None:
    assert search(press, '[lemma="Greve"] | "brest"').alike() == [
        ("lemma", "Greve", "grève"),
        ("word", "brest", "Brest"),
    ]


def test_sentences_without_tokens_are_nothing(tmp_path: Path) -> None:
    found = token_release.table("sentences", [{"article": "a/1", "index": 0, "start": 0, "end": 2}])
    articles = token_release.table("articles", [token_release.article("a/1", "un")])
    bare = Tokens.of(open_release(token_release.write(tmp_path / "r", {"articles": [articles], "sentences": [found]})))
    for query in ("un", '[]+ [role="body"] within p', '[speaker="" & ner="O"]'):
        hits = search(bare, query)
        assert (len(hits), hits.lines(3), hits.ordered(["right"]).counts("word")) == (0, [], [])


def test_tokens_that_two_sentences_hold_are_one_and_stand_in_the_order_of_the_text(tmp_path: Path) -> None:
    made = next(token_release.rows("a/1", [tokens("un deux trois")]))
    again = {**made, "index": 1, "tokens": ["trois", "cinq"], "token_starts": [8, 14], "token_ends": [13, 18]}
    again |= {"lemmas": ["trois", "cinq"], "upos": ["X", "X"], "feats": ["", ""], "ner_tags": []}
    first = {**made, "tokens": ["deux", "trois"], "token_starts": [3, 8], "token_ends": [7, 13], "index": 2}
    first |= {"lemmas": ["deux", "trois"], "upos": ["X", "X"], "feats": ["", ""], "ner_tags": [0, 1]}
    sentences = token_release.table("sentences", [again, first])
    articles = token_release.table("articles", [token_release.article("a/1", "un deux trois cinq")])
    whole = Tokens.of(
        open_release(token_release.write(tmp_path / "s", {"articles": [articles], "sentences": [sentences]}))
    )
    hits = search(whole, "deux trois cinq")
    assert [line.keyword for line in hits.lines(5)] == ["deux trois cinq"]
    assert len(search(whole, "trois")) == 1
    assert len(search(whole, '[ner="O"]')) == 1  # « deux »: of the others nobody said anything
    assert len(search(whole, '[ner=""]')) == 2


def test_what_is_read_again_is_the_same(press: Tokens) -> None:
    poor = Tokens(press.release, press.articles, press.chunks, held=0)
    for query, by in product(('[lemma="grève"]', "la grève"), ("right", "date")):
        one, other = (search(some, query).ordered([by]) for some in (press, poor))
        assert one.lines(4) == other.lines(4)
        assert one.counts("word") == other.counts("word")
    assert sum(chunk.size for chunk in poor.chunks) == 0


def test_a_release_without_words_says_what_to_do(tmp_path: Path) -> None:
    rows = [token_release.article("a/1", "un mot")]
    bare = token_release.write(tmp_path / "bare", {"articles": [token_release.table("articles", rows)]})
    with pytest.raises(UsageError, match="words-missing") as error:
        Tokens.of(open_release(bare))
    assert "--layers sentences" in error.value.problems[0].hint
    manifest = json.loads((bare / "MANIFEST.json").read_text("utf-8"))
    manifest["tables"]["sentences_masked"] = {"train": 0}
    (bare / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(UsageError, match="rehydrate"):
        Tokens.of(open_release(bare))


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    folder = token_release.release(tmp_path / "r", {"a/1": [tokens("un deux")]})
    [file] = folder.glob("data/sentences/*")
    content = file.read_bytes()
    file.write_bytes(content[:40] + b"\0" * (len(content) - 40))
    with pytest.raises(CorpusError, match="release-damaged"):
        Tokens.of(open_release(folder))


DICTIONARY = "' - 10 2 a à âge Aide l’an l'eau lac oeil œil Œil of préféré préfère prés près Près zèbre"


def test_words_sort_as_in_a_dictionary() -> None:
    ordered = DICTIONARY.split()
    jumbled = sorted(ordered)
    assert sorted(jumbled, key=collation_key) == ordered


def test_a_great_many_hits_stay_apart(press: Tokens) -> None:
    hits: Hits = search(press, "[]{2}")
    assert [one.keyword for one in hits.lines(0)][:3] == ["La grève", "continue L’", "État cède"]


def test_a_pattern_that_would_take_minutes_is_refused(press: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.explore.matching.MOST_WORK", 10_000)
    with pytest.raises(UsageError, match="begins in fewer places"):
        search(press, "([] []){1,90}")
    assert len(search(press, '"Brest" "la"')) == 1


FAR = [
    tokens(" ".join("la/le/DET" if number in at else "mot/mot/NOUN" for number in range(450)))
    for at in ((449,), (3, 203, 250))
]
LA = ("atom", "word", "la", False)


@pytest.mark.parametrize("at_once", [100, 1 << 15])
@pytest.mark.parametrize("within", ["", " within s", " within 20"])
@pytest.mark.parametrize(
    "node",
    [
        ("sequence", ("repeat", ("any",), (1, 200)), LA),
        ("sequence", ("repeat", ("any",), (0, None)), LA),
        ("sequence", ("sequence", ("repeat", ("any",), (1, 40)), LA), ("repeat", ("any",), (30, 100))),
        ("repeat", ("sequence", ("repeat", ("any",), (0, 60)), LA), (1, 3)),
        ("sequence", ("repeat", ("sequence", ("any",), ("any",)), (1, None)), LA),
        ("sequence", LA, ("sequence", ("repeat", ("any",), (31, 64)), LA)),
        ("repeat", ("any",), (150, 200)),
    ],
)
def test_long_hits_are_those_of_a_matcher_that_tries_everything(
    node: Node, within: str, at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.explore.matching._AT_ONCE", at_once)
    articles = {f"s/{number}": [one] for number, one in enumerate(FAR)}
    lines = search(opened(articles, tmp_path / "r"), written(node) + within).lines(0)
    places_of = {name: places(one) for name, one in articles.items()}
    limit = 20 if within == " within 20" else 200
    wanted = []
    for name, [words] in articles.items():
        free = 0
        for at in range(len(words)):
            last = max(ends(node, words, at, min(len(words), at + limit)), default=at)
            if at >= free and last > at:
                wanted.append((name, places_of[name][at][0], places_of[name][last - 1][1]))
                free = last
    assert [(line.article, line.start, line.end) for line in lines] == wanted
