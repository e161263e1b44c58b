"""Gives a mention its fullest name: pronouns, roles and bare surnames, by what the article said before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from corpus.annotate.entities.first_names import genders
from corpus.annotate.entities.links import key
from corpus.annotate.quotations.clauses import Clause, Mention, name_position
from corpus.annotate.quotations.patterns import GROUPS, HUMAN, RESOLVES_TO_GROUP, TITLES
from corpus.annotate.quotations.phrases import Phrase, Word, is_finite, is_prepositional
from corpus.annotate.quotations.referents import Acting, Named, Question, ranked
from corpus.annotate.quotations.roles import completion, excluded, gender_of, gender_of_role, is_role, kindred, role_of
from corpus.annotate.spans import Entity, Quotation
from corpus.model.article import Span

_NEAR = 60
"""How many mentions back a pronoun or a role is looked for."""
_OFFICES = frozenset(("préfecture", "parquet", "tribunal", "rectorat", "mairie", "ministère", "hôpital", "gendarmerie"))
_HIM = frozenset(("le", "un", "ce", "cet", "son", "il", "celui"))
_HER = frozenset(("la", "une", "cette", "sa", "elle", "celle"))
_ANYBODY = frozenset(("homme", "femme", "jeune", "intéressé", "intéressée", "personne", "premier", "première"))
"""Words for a person that tell no role."""


def _start(one: tuple[int, Clause, Phrase]) -> int:
    return one[0]


class Resolver:
    """What is known of the people in an article: their roles, their gender, who spoke last."""

    def __init__(self, text: str, entities: Sequence[Entity], clauses: Sequence[tuple[int, Clause]]) -> None:
        self.text = text
        self.entities = entities
        self.names = {entity.entity: entity.name for entity in entities}
        self.people = frozenset(entity.entity for entity in entities if entity.type == "PER")
        self.ranked = ranked
        self.sure = 1.0  # of the last name that was asked for
        self.gender: dict[str, str] = {}
        self.roles: dict[str, list[tuple[int, str, frozenset[str], bool]]] = {}
        self.mentions: list[tuple[int, int, bool]] = []  # (offset, entity index, prominent)
        self.spoke: list[tuple[int, str]] = []
        self.sentences = [clause.words[0].start for _, clause in clauses]
        self.unnamed: tuple[int, str] | None = None  # where somebody without a name was last heard, and their gender
        self.borne: dict[str, set[str]] = {}
        self.acting: list[tuple[int, Clause, Phrase]] = []  # nouns without a name that do something
        self.agreed: dict[str, str] = {}
        for _, clause in clauses:
            self._learn(clause)
        self.gender = {**self.agreed, **self.gender}

    def _learn(self, clause: Clause) -> None:
        words = clause.words
        for number, phrase in enumerate(clause.phrases):
            if phrase.name < 0:
                head = words[phrase.head]
                speaks = head.form in HUMAN or head.form in GROUPS
                if speaks and _is_prominent(clause, phrase) and not is_prepositional(words, phrase):
                    self.acting.append((words[phrase.first].start, clause, phrase))
                continue
            entity = self.entities[phrase.name]
            self.mentions.append((entity.start, phrase.name, _is_prominent(clause, phrase)))
            for word, holder in self._nouns(clause, number):
                completed = completion(words[holder.first : holder.last], word, phrase.name)
                known = (entity.start, entity.entity, completed, _is_prominent(clause, phrase))
                self.roles.setdefault(role_of(word.form), []).append(known)
                if word.form in HUMAN:
                    self.borne.setdefault(entity.entity, set()).add(role_of(word.form))
                    if gender := gender_of_role(word.form):
                        self.gender.setdefault(entity.entity, gender)
                elif holder is not phrase and holder.first == holder.head and (gender := gender_of(word, word)):
                    self.agreed.setdefault(entity.entity, gender)  # Odile Ferrand, ostréicultrice
            if entity.type == "ORG" and (gender := gender_of(words[name_position(words, phrase)], words[phrase.first])):
                self.gender.setdefault(entity.entity, gender)
            self._learn_title(words[max(phrase.first - 1, 0) : phrase.last], entity.entity)
            if entity.type == "PER":
                self._learn_agreement(words[phrase.last : phrase.last + 2], entity.entity)
        self._learn_first_names(words)

    def _nouns(self, clause: Clause, number: int) -> Iterator[tuple[Word, Phrase]]:
        """What a named phrase and those beside it say that its bearer is, each noun with its phrase."""
        words, phrase = clause.words, clause.phrases[number]
        person = self.entities[phrase.name].type == "PER"
        for word in words[phrase.first : phrase.last]:
            if word.entity != phrase.name and (word.form in HUMAN or (person and word.entity < 0 and is_role(word))):
                yield word, phrase
        if not person:
            return
        if number:
            before = clause.phrases[number - 1]
            touches = phrase.first - before.last == 1 and words[before.last].form in (",", "(")
            if touches and before.name < 0 and is_role(words[before.head]):
                yield words[before.head], before
        last = phrase.last
        for after in clause.phrases[number + 1 : number + 3]:
            if after.first - last != 1 or words[last].form not in (",", "(") or after.name >= 0:
                return
            if words[after.head].form != "ans":  # Odile Ferrand, 40 ans, pêcheuse
                if is_role(words[after.head]):
                    yield words[after.head], after
                return
            last = after.last

    def _learn_title(self, words: Sequence[Word], entity: str) -> None:
        titles = {word.form.rstrip(".") for word in words if word.form in TITLES}
        if titles & {"mme", "mlle", "madame"}:
            self.gender[entity] = "f"
        elif titles & {"m", "mm", "monsieur"}:
            self.gender[entity] = "m"
        if titles & {"me", "maître"}:
            self.borne.setdefault(entity, set()).add("avocat")

    def _learn_agreement(self, words: Sequence[Word], entity: str) -> None:
        """« Camille Morvan, entré au port à 15 ans »."""
        if len(words) < 2 or words[0].form != "," or words[1].upos != "VERB" or "VerbForm=Part" not in words[1].feats:
            return
        if words[1].form.endswith(("é", "ée", "u", "ue")):
            self.agreed.setdefault(entity, "f" if words[1].form.endswith("e") else "m")

    def _learn_first_names(self, words: Sequence[Word]) -> None:
        for word in words:
            if word.entity >= 0 and word.kind == "PER":
                entity = self.entities[word.entity]
                told = genders().get(key(entity.name.split()[0].split("-")[0])) if " " in entity.name else None
                if told is not None:
                    self.gender.setdefault(entity.entity, told)

    def heard(self, quotation: Quotation) -> None:
        """Remember who was last heard."""
        end = quotation.fragments[-1].end
        if quotation.speaker_entity is not None:
            self.spoke.append((end, quotation.speaker_entity))
            self.unnamed = None
        elif quotation.speaker and quotation.speaker_name is None:
            first = re.split(r"[\s\xa0'’]", self.text[slice(*quotation.speaker[0])].lower(), maxsplit=1)[0]
            gender = "f" if first in _HER else "m" if first in _HIM else ""
            self.unnamed = (max(end, quotation.speaker[0].end), gender)

    def span(self, clause: Clause, mention: Mention) -> Span:
        """Where the speaker is named: the name alone if there is one, else the whole phrase."""
        words = clause.words
        if mention.name >= 0:
            entity = self.entities[mention.name]
            return Span(entity.start, entity.end)
        run = _name_run(words, mention)
        if run is not None:
            return run
        start = words[mention.first].start
        while self.text[start] in "-–t" and mention.pronoun and start + 2 < words[mention.last - 1].end:
            start += 1  # a-t-il, dit-elle
        return Span(start, words[mention.last - 1].end)

    def name(self, clause: Clause, mention: Mention) -> tuple[str | None, str | None]:
        """The fullest name and the entity of a mention; (None, None) where the article never names it."""
        self.sure = 1.0
        answer = self._by_rules(clause, mention)
        question = self.question(clause, mention, answer[1])
        if question is None:
            return answer
        [(chosen, self.sure), *_] = self.ranked(question)
        role = role_of(clause.words[mention.head].form)
        if question.kind == "role" and not self.roles.get(role) and excluded(role, self.borne.get(chosen or "", ())):
            return None, None
        if chosen is not None and question.kind == "il" and chosen in self.people:
            self.gender.setdefault(chosen, question.gender)
        return answer if chosen == answer[1] else self._named(chosen)

    def question(self, clause: Clause, mention: Mention, answer: str | None) -> Question | None:
        """What is known of whom a mention without a name may mean; None where there is no doubt."""
        head = clause.words[mention.head]
        first = clause.words[mention.first].form
        if mention.name >= 0 or _name_run(clause.words, mention) is not None or "Number=Plur" in head.feats:
            return None
        if mention.pronoun and head.form not in ("il", "elle", "lui"):
            return None
        definite = first in ("le", "la", "l'", "ce", "cet", "cette", "son", "sa") or mention.first == mention.head
        if not mention.pronoun and not (definite and self._is_known_role(head)):
            return None
        gender = gender_of_role(head.form) or ("f" if "Gender=Fem" in head.feats or head.form == "elle" else "m")
        offset = clause.words[mention.first].start
        if mention.pronoun and self._goes_on(offset, gender):
            return None
        last = bisect_left(self.mentions, (offset, -1, False))
        paragraph = self.text.rfind("\n", 0, offset) + 1
        sentence = bisect_left(self.sentences, offset + 1)
        role, fitting = role_of(head.form), frozenset[str]()
        kin = kindred(role)
        if not mention.pronoun:
            fitting = frozenset(entity for _, entity, _, _ in self.roles.get(role, [])[:_NEAR])
        return Question(
            kind="il" if mention.pronoun else "role",
            gender=gender,
            offset=offset,
            paragraph=paragraph,
            before=self.text.rfind("\n", 0, max(paragraph - 2, 0)) + 1,
            mentions=[
                Named(at, self.entities[index].entity, prominent)
                for at, index, prominent in reversed(self.mentions[max(last - _NEAR, 0) : last])
                if self.entities[index].type in (("PER", "ORG") if mention.pronoun else ("PER",))
            ],
            spoke=list(dict.fromkeys(entity for at, entity in reversed(self.spoke[-_NEAR:]) if at <= offset)),
            heard=max((at for at, _ in self.spoke[-_NEAR:] if at <= offset), default=-1),
            answer=answer,
            fitting=fitting,
            kindred=frozenset(entity for entity, borne in self.borne.items() if borne & kin),
            other=frozenset(self.borne),
            people=self.people,
            genders=self.gender,
            first=self.entities[self.mentions[0][1]].entity if self.mentions else None,
            sentences=self.sentences[max(sentence - 4, 0) : sentence],
            acting=self._acting(offset, gender) if mention.pronoun else None,
        )

    def _by_rules(self, clause: Clause, mention: Mention) -> tuple[str | None, str | None]:
        words = clause.words
        if mention.name >= 0:
            entity = self.entities[mention.name]
            return entity.name, entity.entity
        head = words[mention.head]
        offset = words[mention.first].start
        run = _name_run(words, mention)
        if run is not None:
            return self.text[run.start : run.end], None
        if mention.pronoun:
            return self._by_pronoun(head.form, offset)
        if head.form in _OFFICES and any(word.kind == "LOC" for word in words[mention.head + 1 : mention.last]):
            return self.text[head.start : words[mention.last - 1].end], None  # la préfecture du Ponant
        definite = (
            words[mention.first].form in ("le", "la", "l'", "ce", "cet", "cette", "son", "sa")
            or mention.first == mention.head
        )
        if not definite or head.feats.find("Number=Plur") >= 0:
            return None, None
        if head.form in ("dernier", "dernière") and words[mention.first].form in ("ce", "cette"):
            return self._last_named(offset, "f" if head.form == "dernière" else "m")
        if self._is_known_role(head):
            return self._by_role(head, offset, completion(words[mention.first : mention.last], head))
        if head.form in RESOLVES_TO_GROUP:
            return self._latest_group(offset)
        return None, None

    def _by_pronoun(self, form: str, offset: int) -> tuple[str | None, str | None]:
        if form in ("ils", "elles", "on", "eux"):
            return None, None
        if form.startswith(("celui-ci", "celle-ci")):
            return self._last_named(offset, "f" if form.startswith("celle") else "m")
        gender = "f" if form.startswith("elle") else "m"
        if self._goes_on(offset, gender):
            return None, None
        acting = self._acting(offset, gender)
        later = self._people_before(offset, gender)[:1]
        if acting is not None and acting.person and acting.means and not any(at >= acting.at for at, _, _ in later):
            name, person = self._named(acting.means)
        else:
            name, person = self._latest_person(offset, gender, groups=True)
        if person is not None and person in self.people:
            self.gender.setdefault(person, gender)
        return name, person

    def _is_known_role(self, head: Word) -> bool:
        return head.form in HUMAN or (head.form not in GROUPS and role_of(head.form) in self.roles)

    def _goes_on(self, offset: int, gender: str) -> bool:
        """« a dit un voisin. « … », a-t-il ajouté »: the pronoun is whoever was heard last, whom nothing names."""
        if self.unnamed is None or self.unnamed[1] not in (gender, ""):
            return False
        at = self.unnamed[0]
        if not 0 <= offset - at <= _NEAR * 20 or self.text.count("\n\n", at, offset) > 1:
            return False
        return not any(named >= at and prominent for named, _, prominent in self._people_before(offset, gender))

    def _by_role(self, head: Word, offset: int, completed: frozenset[str]) -> tuple[str | None, str | None]:
        """Whoever the article gave that role; the completion decides between several (« le chef du PS »)."""
        every = self.roles.get(role_of(head.form), [])[:_NEAR]
        known = [found for found in every if found[0] < offset] or every
        if completed:
            fitting = [found for found in known if found[2] & completed]
            known = fitting or [found for found in known if not found[2]]
        gender = gender_of_role(head.form) or ("f" if "Gender=Fem" in head.feats else "m")
        if known:
            spoke = {entity for at, entity in self.spoke[-_NEAR:] if at <= offset}
            for chosen in ([one for one in known if one[1] in spoke], [one for one in known if one[3]], known):
                if chosen:
                    return self._named(chosen[-1][1])
        if len(completed) > 2 or (completed and every):
            return None, None
        if head.form in _ANYBODY:
            return self._latest_person(offset, gender)
        return self._named(self._stranger(role_of(head.form), offset, gender))

    def _stranger(self, role: str, offset: int, gender: str) -> str | None:
        """Whoever may have a role that nobody was given: of a kindred one (« élue », « députée »), else of none."""
        people = [entity for _, entity, _ in self._people_before(offset, gender)]
        fitting = [entity for entity in people if self.borne.get(entity, set()) & kindred(role)]
        nothing = [entity for entity in people if not self.borne.get(entity)]
        return next(iter([*fitting, *nothing]), None) or self._latest_person(offset, gender)[1]

    def _acting(self, offset: int, gender: str) -> Acting | None:
        """« Le prévenu a parlé. … , a-t-il dit »: this paragraph's last noun without a name that does something."""
        paragraph = self.text.rfind("\n", 0, offset) + 1
        last = bisect_left(self.acting, offset, key=_start)
        for at, clause, phrase in reversed(self.acting[max(last - 4, 0) : last]):
            if at < paragraph:
                break
            words = clause.words
            head = words[phrase.head]
            if "Number=Plur" in head.feats or gender_of(head, words[phrase.first]) not in (gender, ""):
                continue
            mention = clause.mention(phrase)
            if mention.name >= 0:
                break
            means = self.name(clause, mention)[1]
            return Acting(at, means, head.form in HUMAN)
        return None

    def _last_named(self, offset: int, gender: str) -> tuple[str | None, str | None]:
        """« ce dernier »: the last person mentioned in any place."""
        return self._named(next((entity for _, entity, _ in self._people_before(offset, gender)), None))

    def _named(self, entity: str | None) -> tuple[str | None, str | None]:
        return (None, None) if entity is None else (self.names[entity], entity)

    def _people_before(self, offset: int, gender: str) -> list[tuple[int, str, bool]]:
        """The mentions of people of that gender before an offset, the nearest first."""
        last = bisect_left(self.mentions, (offset, -1, False))
        near = self.mentions[max(last - _NEAR, 0) : last]
        found = [(at, self.entities[index].entity, prominent) for at, index, prominent in reversed(near)]
        return [one for one in found if self._fits(one[1], gender)]

    def _latest_person(self, offset: int, gender: str, *, groups: bool = False) -> tuple[str | None, str | None]:
        """The person whom « il » or « la ministre » means at an offset.

        Whoever spoke last, if this paragraph names them; else the last subject of this paragraph;
        else whoever spoke last; else the last subject before.
        """
        paragraph = self.text.rfind("\n", 0, offset) + 1
        named = self._people_before(offset, gender)
        here = [one for one in named if one[0] >= paragraph]
        heard = [entity for at, entity in reversed(self.spoke[-_NEAR:]) if at <= offset]
        spoke = next((entity for entity in heard if self._fits(entity, gender)), None)
        if spoke is not None and any(entity == spoke for _, entity, _ in here):
            return self._named(spoke)
        subject = next((entity for _, entity, prominent in here if prominent), None)
        chosen = subject or spoke or next((entity for _, entity, prominent in named if prominent), None)
        return self._latest_group(offset) if chosen is None and groups else self._named(chosen)

    def _fits(self, entity: str, gender: str) -> bool:
        return entity in self.people and self.gender.get(entity, gender) == gender

    def _latest_group(self, offset: int) -> tuple[str | None, str | None]:
        spoke = next(
            (entity for at, entity in reversed(self.spoke[-_NEAR:]) if at <= offset and entity not in self.people), None
        )
        if spoke is not None:
            return self._named(spoke)
        last = bisect_left(self.mentions, (offset, -1, False))
        for _, index, prominent in reversed(self.mentions[max(last - _NEAR, 0) : last]):
            if prominent and self.entities[index].type == "ORG":
                return self._named(self.entities[index].entity)
        return None, None


def _name_run(words: Sequence[Word], mention: Mention) -> Span | None:
    """A name that no mention covers: two capitalised proper nouns, or one after a title (« la Pr Odile Ferrand »)."""
    if mention.pronoun:
        return None
    last = mention.last
    while last > mention.first and not _is_bare_name(words[last - 1]):
        last -= 1
    first = last
    while first > mention.first and _is_bare_name(words[first - 1]) and words[first - 1].form not in TITLES:
        first -= 1
    before = words[first - 1] if first else None
    titled = before is not None and before.form in TITLES and before.capital
    introduced = before is not None and before.form in ("de", "du", "des", "d'", "à", "la", "le", "l'")
    if last != mention.last or last - first < (1 if titled else 2) or introduced:
        return None
    return Span(words[first].start, words[last - 1].end)


def _is_bare_name(word: Word) -> bool:
    return word.upos == "PROPN" and word.capital and word.entity < 0


def _is_prominent(clause: Clause, phrase: Phrase) -> bool:
    """True for a subject by its place, or a source: « selon Odile Ferrand »."""
    words = clause.words
    if is_prepositional(words, phrase):
        return phrase.after in ("selon", "après", "pour")
    if not any(is_finite(word) for word in words[: phrase.first]):
        return True
    if any(word.quote >= 0 for word in words[max(phrase.first - 12, 0) : phrase.first]):
        return True
    return any(is_finite(word) for word in words[phrase.last : phrase.last + 2])
