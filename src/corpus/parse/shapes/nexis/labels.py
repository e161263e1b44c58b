"""The labels of Nexis exports: what each stands for, in the languages of the interface, and what is left out with why.

Exports to 2019 write them in capitals (``BYLINE:``), later ones in words (``Byline:``); a paragraph that is only a
heading (``Body``, ``Classification``) opens a part of the document. To add a label: its name in small letters, in the
row of its field; a label that stands in no row is kept as boilerplate, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = """
section           section|rubrique|rubrik|ressort|rubriek|sectie|sección|seccion|sezione|seção
byline            byline|auteur|auteurs|auteur(s)|author|authors|autor|autoren|autor(en)|verfasser|door|autor(es)|
                  autores|autore|signature|firma
standfirst        highlight|highlights|sous-titre|subtitle|untertitel|encart|insert|chapeau|chapô|abstract|résumé|
                  resume|teaser|vorspann|zusammenfassung|samenvatting|resumen|destacado|aspectos destacados
dateline          dateline|origine-dépêche|origine-depeche|origine dépêche|lieu et date|ortsmarke|datumszeile|
                  dagtekening|lugar y fecha|datación
title             headline|titre|title|titel|überschrift|kop|titular|título|titolo
page              page|seite|pagina|página
url               url
language          language|langue|sprache|taal|idioma|lingua|língua
body              body|full text|fulltext|texte intégral|texte integral|texte|corps|corps du texte|corps de l'article|
                  volltext|textkörper|haupttext|hauptteil|artikeltext|text|tekst|volledige tekst|hoofdtekst|cuerpo|
                  cuerpo del texto|texto|texto completo|texto íntegro|testo|corpo
caption           graphic|graphics|graphique|illustration|illustrations|illustration(s)|grafik|grafiken|abbildung|
                  bild|afbeelding|grafiek|illustratie|gráfico|gráficos|grafico|ilustración|photo|photos|image|images
correction        correction|rectificatif|correctif|korrektur|berichtigung|correctie|rectificatie|corrección
notes             notes|note|note(s)|anmerkungen|anmerkung|opmerkingen|notas|nota|series|série|serie|column
classification    classification|klassifizierung|klassifikation|classificatie|clasificación|classificazione
length            length|longueur|länge|laenge|lange|lengte|longitud|extensión|lunghezza|comprimento|extensão
load-date         load-date|load date|date-chargement|date de chargement|ladedatum|update|upload-datum|laaddatum|
                  fecha de carga|data di caricamento|data de carregamento
publication-type  publication-type|publication type|type-publication|type de publication|publikationstyp|
                  publikationsart|publicatietype|type publicatie|tipo de publicación|tipo de publicacion|
                  tipo di pubblicazione|pub-type
journal-code      journal-code|journal code|code-revue|code revue|code de la revue|code journal|code du journal|
                  zeitungs-code|zeitungscode|zeitschriftencode|tijdschriftcode|código de la revista|
                  código de publicación|acc-no|accession number|issn|isbn
correction-date   correction-date|correction date|date-correction|date de correction|korrekturdatum
edition           edition|édition|ausgabe|editie|edición|distribution|volume|issue|document-type|document type|type|
                  name
subject           objet|zone géographique|subject|subjects|sujet|sujets|thema|themen|onderwerp|onderwerpen|tema|
                  materia|asunto|terms|industry|industrie|secteur d'activité|secteur-activite|activity-sector|secteur|
                  branche|branchen|bedrijfstak|sector|industria|company|companies|société|societe|entreprise|
                  unternehmen|bedrijf|empresa|compañía|organization|organisation|organización|organisatie|ticker|
                  tickersymbol|stock-symbol|symbole-boursier|symbole boursier|símbolo|person|personne|personnes|
                  persona|personen|persoon|geographic|géographique|géographie|localisation-geo|geo-localization|lieu|
                  lieux|geographie|geographisch|geografie|geografisch|geográfico|geografía|city|ville|stadt|stad|
                  ciudad|state|état|région|region|bundesland|provincia|estado|country|pays|land|país
"""

LEFT_OUT = {
    "length": "counts the words, which are counted again",
    "load-date": "is the day on which the service took the article in, not the day on which it appeared",
    "correction-date": "is the day of the correction, not of the article",
    "publication-type": "says what the newspaper is, not what the article says",
    "journal-code": "is a number of the service for the newspaper",
    "edition": "tells editions of one day apart, which have one id each by their words",
    "subject": "was set by the service, by machine",
    "classification": "is the heading of what the service added",
}
"""Fields that no article has, with the reason."""

_ROWS = (row.split(maxsplit=1) for row in re.sub(r"\n +", "", _NAMES).strip().split("\n"))
FIELDS = {name: field for field, names in _ROWS for name in names.split("|")}
"""The field of each label, in small letters."""

HEAD = frozenset(("section", "byline", "standfirst", "dateline", "title", "page", "length", "edition", "notes", "url"))
"""Fields that may stand between the title and the text."""
FIRM = frozenset(("section", "byline", "standfirst", "dateline", "title", "length", "body"))
"""Fields one of which opens that stretch."""
RUNS_ON = frozenset(("caption", "correction", "notes", "standfirst"))
"""Fields behind the text that may take several paragraphs."""
TAIL = frozenset(
    ("caption", "correction", "notes", "classification", "load-date", "publication-type", "journal-code",
     "correction-date", "language")
)  # fmt: skip
"""Fields one of which opens what stands behind the text; a subject does so in capitals only."""
ENDING = frozenset(("load-date", "publication-type", "journal-code"))
"""Fields that no text has a paragraph for: what follows them is behind the text."""
HEADINGS = frozenset(("body", "caption", "correction", "notes", "classification"))
"""Fields whose label may be a paragraph of its own."""

LENGTH = re.compile(r"\d\s*(?:words?|mots?|wörter|worte|woorden|palabras|parole|palavras)?\Z", re.IGNORECASE)
"""How the value of a length ends: « 1,823 words », and not « 12 km »."""
_LABEL = re.compile(r"([^\W\d_][\w'’()&./ \-]{0,29}?)[ \xa0]?:[ \xa0\n]*(.*)", re.DOTALL)
_PAGE = re.compile(
    r"(?:(?<=[;,])|\A)\s*(?:pg\.?|page|p\.|pp\.|s\.|seite|blz\.?|pagina|página|pág\.?|pag\.?)[ \xa0]*"
    r"([A-Za-z]{0,3}-?\d[\w./–-]*(?:,[ \xa0]?[A-Za-z]{0,2}\d[\w–-]*)*)",
    re.IGNORECASE,
)


class Label(NamedTuple):
    """What a paragraph says of the document: ``field`` is empty for a label that nobody knows."""

    name: str
    field: str
    value: str

    @property
    def capitals(self) -> bool:
        """Whether the label is written as exports to 2019 do."""
        return self.name.isupper()


def label_of(text: str) -> Label | None:
    """The label with which a paragraph begins and what it says, None for a paragraph without one."""
    if ":" not in text[:40] or (found := _LABEL.match(text)) is None:
        return None
    name = found[1].strip()
    return Label(name, FIELDS.get(_key(name), ""), found[2].strip())


def field_of(text: str) -> str:
    """The field of the label with which a paragraph begins, empty for none."""
    label = label_of(text)
    return label.field if label else ""


def heading_of(text: str) -> str:
    """The field whose heading a paragraph is, empty for none."""
    field = FIELDS.get(_key(text.rstrip(" \xa0:")), "") if len(text) <= 30 else ""
    return field if field in HEADINGS else ""


def _key(name: str) -> str:
    return name.replace("’", "'").replace("\xa0", " ").casefold()


def page_of(section: str) -> str | None:
    """The page that a section names.

    >>> page_of("NEWS; Pg. 3A"), page_of("Section 5; Page 16, Column 2"), page_of("Pg. 4, 5"), page_of("SPORTS")
    ('3A', '16', '4, 5', None)
    """
    found = _PAGE.search(section)
    return found[1].strip(" ,.-") if found else None


def section_of(label: Label) -> str | None:
    """The section as written. Where a French export of today adds the page, it stands in the page alone."""
    value = _PAGE.sub("", label.value).strip(" ;,\xa0") if label.name == "Rubrique" else label.value
    return value or None
