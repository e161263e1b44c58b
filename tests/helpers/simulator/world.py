"""A corpus folder with its releases and places, what people do with it, and what must be true afterwards.

Each step may be given a fault. A command that was hit may fail, in words; run again without a fault it must bring what
it was asked for. After each step the promises of the design are looked after: nothing is lost (1), splits stay and do
not leak (4), a release is whole and never changes (5), a place gives the version asked for (6), no word of what may not
be passed on or was withdrawn is in any byte (7). What is wrong raises ``ViolationError``.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from helpers.articles import make_corpus, source_yaml
from helpers.faults import Fault
from helpers.hub_server import Server
from helpers.simulator.commands import Commands, Ended

SOURCES = {"agence": "full", "gazette": "full", "revue": "annotations", "lettre": "none"}
"""The sources of the corpus, and what may be passed on of each."""

NONE = Fault()
DATE = "2026-11-29"
_VOCABULARY = """
le la les un une des du de et ou mais avec sans pour dans sur sous entre après avant depuis selon vers chez
maire commune école pont halle port gare phare marché budget conseil région chantier route fête moulin rivière
bateau jardin piscine forêt colline atelier théâtre musée usine ferme récolte pluie tempête voisin pêcheur ouvrier
vote ouvre ferme reprend annonce prépare rénove visite construit refuse accepte attend termine commence nettoie
ancien nouveau grand petit vieux beau calme rapide lent rouge blanc vert public local
"""
_WORDS = _VOCABULARY.split()


class ViolationError(AssertionError):
    """Something that must be true is not."""


def text_of(number: int, edition: int = 0) -> tuple[str, str]:
    """The title and the body of the invented article of a number; an edition differs from another in few words."""
    draw = random.Random(number)
    sentences = []
    for _ in range(9):
        words = [draw.choice(_WORDS) for _ in range(draw.randint(8, 13))]
        sentences.append(f"{' '.join(words).capitalize()}.")
    sentences[3] = f"Selon {nonce(number)}, le conseil de la commune a voté le budget de la nouvelle école."
    if edition:
        sentences[5] += f" Le chantier a été terminé en {edition} jours."
    return f"Le {draw.choice(_WORDS)} de {nonce(number)} rouvre", " ".join(sentences)


def nonce(number: int) -> str:
    """A word that stands in the article of this number, whatever its edition, and in no other."""
    return "Zyx" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}") + "qu"


def record_of(number: int, edition: int = 0) -> str:
    """The article of a number as a file of the shape text."""
    title, body = text_of(number, edition)
    return f"date 2023-{number % 12 + 1:02} {title}\n\n{body}\n"


@dataclass
class Made:
    """A release that was made: its folder, version and bytes, and what it may not hold."""

    folder: Path
    version: str
    digest: str
    never: tuple[int, ...]


@dataclass
class World:
    """The corpus and all that was made of it, in ``folder``."""

    folder: Path
    commands: Commands
    hub: Server | None = None
    name: str = "simulated"
    numbers: int = 0
    lives: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Each article that was filed and not withdrawn or removed: its source and edition."""
    withdrawn: dict[int, str] = field(default_factory=dict)
    """Each article that was withdrawn, with its id."""
    reprints: list[tuple[int, int]] = field(default_factory=list)
    releases: list[Made] = field(default_factory=list)
    published: dict[str, list[str]] = field(default_factory=dict)
    purged: dict[str, set[str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Make the corpus folder, with nothing in it."""
        files = {f"raw/{name}/source.yaml": source_yaml("text", rights) for name, rights in SOURCES.items()}
        self.root = make_corpus(self.folder / "corpus", files)

    # what people do

    def fill(self, source: str, count: int) -> None:
        """Put some articles into a source by hand."""
        for number in [self._next() for _ in range(count)]:
            file = self.root / "raw" / source / f"2023-04-{number:05}.txt"
            file.write_text(record_of(number), "utf-8")
            self.lives[number] = (source, 0)
        self.done.append(f"fill {source} with {count}")

    def add(self, source: str, count: int, fault: Fault) -> None:
        """File some new articles in a source."""
        numbers = [self._next() for _ in range(count)]
        inbox = self.folder / f"inbox-{numbers[0]}"
        inbox.mkdir()
        files = [inbox / f"{number}.txt" for number in numbers]
        for number, file in zip(numbers, files, strict=True):
            file.write_text(record_of(number), "utf-8")
        words = ("add", *files, "--source", source, "--by", f"Odile {nonce(numbers[0])[3:]}", "--root", self.root)
        self._run(words, fault, wanted=(0,))
        self.lives |= dict.fromkeys(numbers, (source, 0))
        self._filed(numbers)
        names = [line["name"] for line in self._ledger("contributors.jsonl")]
        credited = names.count(f"Odile {nonce(numbers[0])[3:]}")
        self._hold(credited == len(numbers), f"{credited} of {len(numbers)} articles are credited to who added them")

    def correct(self, draw: int) -> None:
        """Change a word or two of an article in place, as an editor does."""
        if self.lives:
            number = sorted(self.lives)[draw % len(self.lives)]
            source, edition = self.lives[number]
            file = self._file(number)
            file.write_text(record_of(number, edition + 1), "utf-8")
            self.lives[number] = (source, edition + 1)
            self.done.append(f"correct {number}")

    def lose(self, draw: int) -> None:
        """Remove the file of an article."""
        if self.lives:
            number = sorted(self.lives)[draw % len(self.lives)]
            self._file(number).unlink()
            del self.lives[number]
            self.done.append(f"lose {number}")

    def reprint(self, draw: int) -> None:
        """File an article of the agency again in the newspaper, with a word more."""
        chosen = [number for number, (source, _) in sorted(self.lives.items()) if source == "agence"]
        if chosen:
            number, new = chosen[draw % len(chosen)], self._next()
            title, body = text_of(number, 1)
            file = self.root / "raw" / "gazette" / f"2023-05-{new:05}.txt"
            file.write_text(f"date 2023-05 {title}\n\n{body} {nonce(new)} l’a confirmé.\n", "utf-8")
            self.lives[new] = ("gazette", 0)
            self.reprints.append((number, new))
            self.done.append(f"reprint {number} as {new}")

    def build(self, workers: int, fault: Fault, order: int) -> None:
        """Build a preview."""
        out = self.folder / "preview"
        words = ("build", "--root", self.root, "--out", out, "--layers", "none", "--workers", str(workers))
        self._run(words, fault, wanted=(0,), order=order)
        self.look_at(out)

    def release(self, workers: int, fault: Fault, order: int) -> None:
        """Make a release of what there is; that there is nothing new is an answer too."""
        if not self.lives:
            return
        previous = self.releases[-1].folder if self.releases else Path("none")
        out = self.folder / f"release-{len(self.releases) + 1}"
        words = ("release", "--root", self.root, "--out", out, "--previous", previous, "--date", DATE)
        words = (*words, "--layers", "none", "--workers", str(workers))
        ended = self._run(words, fault, wanted=(0, 1), order=order, made=out)
        if not out.exists():
            self._hold("release-unchanged" in ended.said, f"no release: {ended.said}")
            return
        self.look_at(out)
        self._stays(previous, out)
        version = json.loads((out / "MANIFEST.json").read_text())["version"]
        self.releases.append(Made(out, version, digest_of(out), tuple(self.withdrawn)))

    def withdraw(self, draw: int, fault: Fault, *, delete_raw: bool) -> None:
        """Withdraw an article, and what repeats it stays on purpose."""
        chosen = [number for number, (source, _) in sorted(self.lives.items()) if SOURCES[source] == "full"]
        if not chosen:
            return
        number = chosen[draw % len(chosen)]
        source, _ = self.lives[number]
        file = self._file(number)
        identity = f"{source}/{file.stem}"
        words: tuple[str | Path, ...] = (
            "withdraw",
            identity,
            "--reason",
            "person",
            "--date",
            DATE,
            "--root",
            self.root,
        )
        words = (*words, *WITHDRAW_OPTIONS, *(("--delete-raw",) if delete_raw else ()))
        self._run(words, fault, wanted=(0,), done="withdrawn-already")
        gone = {number, *self._of_story(number)} if WITHDRAW_OPTIONS else {number}
        ids = [line["id"] for line in self._ledger("withdrawn.jsonl")]
        self._hold(identity in ids, f"no tombstone of {identity}")
        for one in gone & set(self.lives):
            self.withdrawn[one] = identity
            del self.lives[one]
        if delete_raw:
            self._hold(not file.exists(), f"{file.name} stays")

    def bring_back(self, draw: int) -> None:
        """Try to file an article again that was withdrawn, with another space and a full stop less."""
        if not self.withdrawn:
            return
        number = sorted(self.withdrawn)[draw % len(self.withdrawn)]
        base = next(((old, 1) for old, new in self.reprints if new == number), (number, 0))
        title, body = text_of(*base)
        file = self.folder / f"again-{number}-{len(self.done)}.txt"
        changed = body.replace(" ", "\N{NO-BREAK SPACE}", 1).replace(".", "", 1)
        file.write_text(f"date 2023-07 {title} !\n\n{changed}\n", "utf-8")
        words = ("add", file, "--source", "gazette", "--root", self.root)
        self._run(words, NONE, wanted=(1,), done="content-withdrawn")

    def publish(self, place: str, fault: Fault, hub_faults: Sequence[int]) -> None:
        """Publish the newest release to a place, and purge there what was withdrawn."""
        if not self.releases or (place == "hub" and self.hub is None):
            return
        release = self.releases[-1]
        to = f"folder:{self.folder / 'place'}" if place == "folder" else f"hub:org/{self.name}"
        words = ("publish", release.folder, "--to", to, "--purge-withdrawn", "--yes")
        answers = iter(hub_faults)
        if self.hub is not None and place == "hub":
            kinds = ("before", "after", 500, 429, None, None, None, None)
            self.hub.fault = lambda _who, _method, _path: kinds[next(answers, 7) % len(kinds)]  # type: ignore[assignment]
        ended = self.commands.run(self.folder, words, fault)
        if self.hub is not None:
            self.hub.fault = lambda _who, _method, _path: None
        self._in_words(ended, words, fault)
        self._run(words, NONE, wanted=(0,))
        versions = self.published.setdefault(place, [])
        if release.version not in versions:
            versions.append(release.version)
        self._served(place, to)

    # what must be true

    def _served(self, place: str, to: str) -> None:
        """The place gives every version whole, but for those that hold what the newest one has withdrawn."""
        newest = self.releases[-1]
        for made in self.releases:
            if made.version not in self.published[place]:
                continue
            holds = any(number not in made.never for number in newest.never) and self._held_by(made, newest)
            address = f"{to.removeprefix('folder:')}@{made.version}"
            ended = self.commands.run(self.folder, ("verify", address), NONE)
            self._hold("Traceback" not in ended.said, ended.said)
            if holds:
                self._hold(ended.code != 0, f"{address} holds what was withdrawn, and is served")
            else:
                self._hold(ended.code == 0, f"{address} is not served: {ended.said}")
        if place == "folder":
            left = [file for file in (self.folder / "place").rglob("*") if ".partial" in str(file)]
            self._hold(not left, f"left at the place: {left[:2]}")

    def _held_by(self, made: Made, newest: Made) -> bool:
        words = words_of(made.folder)
        return any(nonce(number).lower() in words for number in newest.never if number not in made.never)

    def look_at(self, out: Path) -> None:
        """A release is sound, counts all that there is, and holds no word that it may not."""
        ended = self.commands.run(self.folder, ("verify", out), NONE)
        self._hold(ended.code == 0, f"verify {out.name}: {ended.said}")
        manifest = json.loads((out / "MANIFEST.json").read_text())
        raw = sum(len(list((self.root / "raw" / name).glob("*.txt"))) for name in SOURCES)
        found = manifest["counts"]
        outcomes = sum(count for name, count in found.items() if name != "raw")
        self._hold(found["raw"] == raw == outcomes, f"{raw} files, of which {out.name} says {found}")
        words = words_of(out)
        for number in range(self.numbers):
            source = self.lives.get(number, ("", 0))[0]
            gone = number in self.withdrawn and not any(one in self.lives for one in self._of_story(number))
            if gone or (source and SOURCES[source] != "full"):
                self._hold(nonce(number).lower() not in words, f"{out.name} has a word of {number}")
        leaks = json.loads((out / "leaks.json").read_text()) if (out / "leaks.json").exists() else {}
        self._hold(not leaks.get("pairs_found"), f"{out.name}: similar articles in different splits")

    def _stays(self, before: Path, after: Path) -> None:
        """No record has changed its split, and no release has changed."""
        if before.exists():
            old, new = (splits_of(folder) for folder in (before, after))
            moved = [one for one, split in old.items() if new.get(one) != split]
            self._hold(not moved, f"records that changed their split: {moved}")
        for made in self.releases:
            self._hold(digest_of(made.folder) == made.digest, f"the release {made.version} has changed")

    def _filed(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            files = self._files(number)
            self._hold(len(files) == 1, f"article {number} is filed {len(files)} times")
            _, edition = self.lives[number]
            content = files[0].read_text("utf-8")
            self._hold(content == record_of(number, edition), f"article {number} is not as it was given")

    # how it is done

    def _ledger(self, name: str) -> list[dict[str, str]]:
        """The lines of a ledger."""
        content = (self.root / "raw" / name).read_text("utf-8", "replace")
        try:
            return [json.loads(line) for line in content.split("\n") if line]
        except ValueError:
            self._hold(holds=False, said=f"{name} is no ledger any more: {content[-200:]!r}")
            raise

    def _run(
        self,
        words: Sequence[str | Path],
        fault: Fault,
        wanted: Sequence[int],
        *,
        order: int = 0,
        made: Path | None = None,
        done: str = "",
    ) -> Ended:
        """Run a command with a fault, then without one if it did not end well; ``done`` is a rule that is success."""
        ended = self.commands.run(self.folder, words, fault, order)
        self._in_words(ended, words, fault)
        if fault != NONE and ended.code != 0:
            if made is not None and made.exists():
                return ended  # it was stopped after its last step
            ended = self.commands.run(self.folder, words, NONE, order)
            self._in_words(ended, words, NONE)
        as_wanted = ended.code in wanted and not (done and wanted == (1,) and done not in ended.said)
        self._hold(as_wanted or (done and done in ended.said), f"exit {ended.code}: {ended.said}")
        return ended

    def _in_words(self, ended: Ended, words: Sequence[str | Path], fault: Fault) -> None:
        shown = " ".join(str(one).replace(str(self.folder), "") for one in words)
        lost = f", lost {[one.replace(str(self.folder), '') for one in ended.lost]}" if ended.lost else ""
        self.counted[str(words[0]), fault.kind] += 1
        self.done.append(f"{shown} [{fault.kind} {fault.call} of {ended.calls}] -> {ended.code}{lost}")
        self._hold("Traceback" not in ended.said, ended.said)
        if fault.kind in ("kill", "power") and ended.code == 137:
            return
        self._hold(ended.code in (0, 1, 2), f"exit {ended.code}")
        self._hold(ended.code == 0 or bool(ended.said.strip()), f"exit {ended.code} without a word")

    def _hold(self, holds: object, said: str) -> None:
        if not holds:
            steps = "\n  ".join(self.done)
            raise ViolationError(f"{said}\nafter\n  {steps}")

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers - 1

    def _files(self, number: int) -> list[Path]:
        files = sorted((self.root / "raw").glob("*/*.txt"))
        title = f"de {nonce(number)} rouvre"
        own = f"2023-05-{number:05}.txt"
        return [
            one
            for one in files
            if one.name == own or (title in one.read_text("utf-8", "replace") and not _is_reprint(one))
        ]

    def _file(self, number: int) -> Path:
        files = self._files(number)
        self._hold(len(files) == 1, f"article {number} is filed {len(files)} times")
        return files[0]

    def _of_story(self, number: int) -> list[int]:
        """The reprints of an article, or what it reprints, and their reprints."""
        found, waiting = set(), [number]
        while waiting:
            one = waiting.pop()
            found.add(one)
            near = {other for pair in self.reprints if one in pair for other in pair}
            waiting += sorted(near - found)
        return sorted(found - {number})


def _is_reprint(file: Path) -> bool:
    return re.fullmatch(r"2023-05-\d{5}\.txt", file.name) is not None


WITHDRAW_OPTIONS: tuple[str, ...] = ("--story", "withdraw")
"""What ``withdraw`` is told to do with the other articles of the story."""


def digest_of(folder: Path) -> str:
    """A hash of all names and bytes in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def words_of(folder: Path) -> str:
    """All that a release says, in small letters: its tables decoded, its other files as they are."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".parquet":
            found.append(str(pq.read_table(file).to_pylist()))
        elif file.is_file():
            found.append(file.read_text("utf-8", "replace"))
    return "\n".join(found).lower()


def splits_of(folder: Path) -> dict[str, str]:
    """The split of each record that the history of a release knows."""
    table = pq.read_table(folder / "history.parquet", columns=["id", "split"])
    return dict(zip(table["id"].to_pylist(), table["split"].to_pylist(), strict=True))
