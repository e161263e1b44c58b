"""What columns and keys are called in exports of press articles, and which of our fields they fill.

Each line of ``_NAMES`` is a field of record.schema.json with the names that it has elsewhere, the surest first: where
a file has two of them, the surer is taken and the other left out, with the reason. To teach a name, add it to its
line, in lower case without accents and with spaces for all marks: « Titre de l’article » is « titre de l article »,
``dcterms:title`` is ``dcterms title``, ``publishedAt`` is ``published at``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_NAMES = """
title       title; titre; titre de l article; titre article; titre de larticle; article title; title article; headline;
            headline main; main headline; titre principal; titre du document; titre complet; title rendered;
            dcterms title; dc title; web title; intitule; intitule de l article; news title; item title; og title;
            article headline; title text; h1; titulo; titel; titolo; uberschrift; schlagzeile; nom de l article;
            titles; titres; title full; full title; titre complet de l article; heading; hl1; news headline;
            nom article; titre original; titre fr; kop; naslov; manchette; headline text; story title; doc title;
            document title; post title
text        text; texte; texte integral; texte complet; texte de l article; texte article; texte brut; full text;
            fulltext; article text; text article; text content; maintext; main text; main content; body; corps;
            corps de l article; corps article; corps du texte; corps de texte; body text; article body; contenu;
            contenu de l article; contenu article; contenu texte; content; article content; content rendered;
            bibo content; content text; full content; story text; news text; news content; fields body;
            fields body text; extracttext extracted text; plaintext; plain text; transcription; ocr; ocr text;
            texte ocr; raw content; raw text; content html; article; texts; textes; full article; articletext;
            texte plein; texte source; texto; cuerpo; inhalt; testo; tekst artikel; contenido; conteudo; corpo;
            artikeltext; testo articolo; volltext; tekst; texte original; texte article complet; body html; corps html;
            texte html; contenu html; html body; html text; article full text; txt; document text; doc text;
            post content; main body; article contents; contents; contenus; contenu complet; contenu textuel;
            texte document; texte du document; full article text; articlebody text
paragraphs  paragraphs; paragraphes
date        date; date de publication; date publication; date de parution; date parution; date publish; publish date;
            date published; published date; publication date; pub date; pubdate; published; published at; published on;
            publishing date; date pub; date de l article; date article; article date; date du document; dcterms date;
            dcterms issued; dc date; issued; web publication date; publie le; paru le; date time pub; date time;
            datetime; date et heure; date heure; publication datetime; date gmt; pub date time; date de diffusion;
            date diffusion; date de mise en ligne; jour; jour de parution; publish time; published time; pub time;
            time published; date publi; date publie; datepub; date publiee; date of publication; publication day;
            article time; release date; news date; issue date; date issued; date parution article; date mise en ligne;
            pub day; dt; date debut publication; datetimestamp; created utc; created at; created; post date; timestamp;
            dates; time; fecha; datum; annee; year; annee de publication; publication year; annee publication
authors     authors; author; auteurs; auteur; auteur de l article; nom de l auteur; signature; signatures; signataire;
            signataires; byline; byline original; creator; creators; dcterms creator; dc creator; journaliste;
            journalistes; journalist; redacteur; redacteurs; ecrit par; author name; author names; author s; par; by;
            writer; writers; autor; autores; autore; autori; autoren; verfasser; auteur s; periodista; giornalista;
            article author; article authors; noms des auteurs; nom auteur; nom auteurs; auteur article;
            auteurs article; authors name; meta author; contributor; contributors
publication titre de presse; publication; nom du journal; titre du journal; journal; newspaper; newspaper name;
            quotidien; media name; nom du media; media; source name; source title; nom de la source;
            titre de la publication; titre de publication; publication name; publication title; titre du media;
            organe de presse; organe; periodique; origin; dcterms publisher; meta site name; og site name; site name;
            sitename; nom source; source article; source de l article; nom journal; nom media; nom support;
            media outlet; news source; newspaper title; journal title; titre journal; title of publication;
            news outlet; periodical; magazine; source; publisher name; publisher; support; nom du support;
            titre support; titre du support; outlet; source domain; source hostname; hostname; domain; thread site;
            thread site full; revue; editeur; paper; site; medium; medio; zeitung; quelle; fuente; fonte; periodico;
            diario; testata; giornale; jornal; veiculo; krant; publikation; dc publisher; dcterms source;
            dcterms ispartof; dcterms is part of; source id
section     section; rubrique; rubriques; nom de la rubrique; section name; article section; rubrique du journal;
            cahier; categorie; category; categories; desk; news desk; topic; nom rubrique; rubrique article;
            pillar name; seccion; sezione; secao; ressort; rubrik; caderno; categoria; kategorie; rubriek
page        page; pages; numero page; num page; page no; page s; pg; numero de page; n de page; no de page; no page;
            page number; print page; bibo pages; pp; p; seite; pagina; seiten; paginas
standfirst  standfirst; chapo; chapeau; chapo de l article; sous titre; sous titres; soustitre; subtitle; sub title;
            subheadline; sub headline; subheading; vorspann; unterzeile; entradilla; bajada; sommario; occhiello;
            subtitulo; untertitel; deck; dek; accroche; intro; introduction; lead; trail text; fields trail text;
            body summary; hlead; chapo article; description; meta description; excerpt; excerpt rendered
url         url; lien; link; href; web url; article url; url de l article; url article; article link; lien article;
            urls; liens; links; lien de l article; lien vers l article; adresse; adresse web; adresse url;
            adresse de la page; permalink; permalien; lien url; lien web; hyperlien; page url; canonical url;
            resolved url; original url; enlace; collegamento; html requested url; html responded url; fabio hasurl;
            fabio has url; uri
id          id; identifiant; article id; id article; id de l article; identifiant article; identifiant de l article;
            guid; uuid; uid; o id; stories id; story id; document id; doc id; docid; id document; id doc;
            numero de document; n de document; accession number; numero d acces; reference; dcterms identifier;
            fingerprint; uri; key; oid
language    language; langue; lang; language code; code langue; lng; sprache; idioma; lingua; taal;
            langue de l article; meta lang; dcterms language; dc language; article language
captions    captions; caption; legende; legendes; legende photo; legende de la photo
licence     licence
"""
_REASONS = """
a count or a length; nbmots; mots; nombre de mots; nb mots; nb de mots; nombre mots; word count; wordcount; words;
    longueur; length; nombre de caracteres; nb caracteres; char count; char length; reading time; temps de lecture;
    tokens count
worked out from the text; lemmes; lemmas; lemma; texte lemmatise; lemmatized text; tokens; clean text; text clean;
    cleaned text; texte nettoye; texte propre; preprocessed text; keywords; mots cles; mots clefs; tags; topics;
    sentiment; tonalite; extrait; extraits; citation; passage; hit sentence; opening text; preview; text preview;
    teaser; description ai; nuage; text length; ocr stemmed; stemmed; lemma text; resume; resume de l article; summary;
    abstract; dcterms abstract; snippet; entities; entites; cluster; embedding; bibo abstract; synopsis
no date of publication; indexed date; added date; date added; access date; load date; date consultation; horodateur;
    last modified; date de consultation; datetime utc; date download; date modify; date modified; modified;
    modified gmt; updated at; date de collecte; date collecte; scraped at; crawl date; crawled at; crawl timestamp;
    date de telechargement; date de mise a jour; date d ajout; date indexed; collect date; retrieved at; seendate;
    fetch date; added; indexed
an address that is not the article’s; image; images; image url; url image; top image; url to image; img; img url;
    image link; source url; o media file; localpath; filename; video; videos; movies; thumbnail; media file
what a person noted; notes; note; remarque; remarques; commentaire; commentaires; comment; comments; observations;
    abstract note; extra; codeur; verbatim; analyse
a row number; n; no; numero; num; index; row; row names; rownames; ligne; unnamed 0; level 0; x; ordre; rang
another form of the page; html; raw html; article html; html content; html title; title page; title rss; meta data
rights, which source.yaml says for all records; rights; droits; license; copyright; dcterms rights;
    dcterms rightsholder; dcterms rights holder
"""
_ABOUT = re.compile(
    r" (?:de l )?(?:article|document)(?: de presse)?$| de presse$| (?:integral|complet|original|principal)e?$"
    r"|^nom (?:du ou des|de la|de l|du|des) |^(?:article|news|story|item|post|doc|document|press) "
)
"""Words around a name that say no more than it does: « Contenu intégral de l’article »."""
_UNSURE = 50
_WRAPPERS = ("fields", "attributes", "article", "data", "metadata", "node", "doc", "document", "properties")
NO_SUCH_FIELD = "no field of an article is known by this name"
_LONGEST = 1000
"""No name of a column is longer than this many characters."""
_PARTS_OF_DATE = (
    frozenset(("annee", "year", "jahr", "ano", "anno", "anneedepublication", "publicationyear")),
    frozenset(("mois", "month", "monat", "mes", "mese", "moisdepublication", "publicationmonth")),
    frozenset(("jour", "day", "tag", "dia", "giorno", "jourdepublication", "publicationday")),
)


def _rows(table: str, behind: str) -> Iterator[tuple[str, list[str]]]:
    """The rows of a table, each with what is indented under it: what stands before its names, and these."""
    for row in re.sub(r"\n[ \t]+", " ", table.strip()).split("\n"):
        first, _, names = row.partition(behind)
        yield first, [_squeezed(name) for name in names.split(";")]


def _squeezed(name: str) -> str:
    """A name without its spaces: « bodytext » and « storyid » are written by programs that allow none."""
    return name.replace(" ", "")


# of a name that is given twice the first place counts
_FIELDS = {field: dict(reversed([(name, at) for at, name in enumerate(names)])) for field, names in _rows(_NAMES, " ")}
_LEFT_OUT = {name: reason for reason, names in _rows(_REASONS, ";") for name in names}


def cleaned(name: str) -> str:
    r"""A column's name as source.yaml has it: on one line, without a byte order mark.

    >>> cleaned("\ufeffTexte\nintégral ")
    'Texte intégral'
    """
    return " ".join(name.replace("\ufeff", "").replace("\u200b", "").split())


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name as the tables here have it.

    >>> folded("Titre de l’article"), folded("Auteur(s)"), folded("dcterms:title"), folded("publishedAt")
    ('titre de l article', 'auteur', 'dcterms title', 'published at')
    """
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", name[:_LONGEST]).replace("œ", "oe")
    name = re.sub(r"\((?:s|e|e\.?s|es)\)|[·.]e[·.]?s?\b|\b(?<=\w)-e-s?\b", "", name.casefold())
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


@lru_cache(maxsize=4096)
def fields_of(name: str) -> dict[str, int]:
    """The fields that a name may fill, each with how sure the name is of it (0 is surest); empty for an unknown one."""
    name = name.removeprefix("_source.")  # of Elasticsearch
    found = folded(name)
    known = _known(found)
    while not known and (shorter := _ABOUT.sub("", found, count=1)) != found and _squeezed(found) not in _LEFT_OUT:
        found = shorter
        known = {field: place + _UNSURE for field, place in _known(found).items()}
    if known or "." not in name:
        return known
    wrapper, _, rest = name.partition(".")
    return fields_of(rest) if folded(wrapper) in _WRAPPERS else {}


def _known(found: str) -> dict[str, int]:
    squeezed = _squeezed(found)
    return {field: names[squeezed] for field, names in _FIELDS.items() if squeezed in names}


def reason_of(name: str) -> str:
    """Why a column of this name is not kept."""
    return _LEFT_OUT.get(_squeezed(folded(name.rpartition(".")[2])), NO_SUCH_FIELD)


def part_of_date(name: str) -> int:
    """Whether a name is that of a year (0), a month (1) or a day (2); -1 for none."""
    squeezed = _squeezed(folded(name))
    return next((at for at, names in enumerate(_PARTS_OF_DATE) if squeezed in names), -1)


def known_among(names: list[str]) -> int:
    """How many of these names are those of fields of articles; 0 where neither a title nor a text is among them."""
    fields = [fields_of(name) for name in names if name]
    if not any("title" in one or "text" in one or "paragraphs" in one for one in fields):
        return 0
    count = sum(map(bool, fields))
    return count if count > 1 else 0
