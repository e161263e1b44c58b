"""Whether a text is an article, and all of it: what teasers, and empty cells of a table, leave behind.

The notices are tables of patterns, one form on each line; ``notice_in`` also serves html.py, which sees the words
around an article that no block of it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model.article import Article
from corpus.model.problem import Problem, quoted
from corpus.parse.roles import FINITE
from corpus.parse.rules import problem_of
from corpus.raw.config import Settings, Source

_SPACE = r"[ \xa0\u202f\n]"
_SUBSCRIBERS = r"(?:abonnée?(?:·?e)?s?|abonné\(?e\)?s|adhérents|membres|clients)\b"
_THIS = r"(?:cet|l[’']|votre|de l[’']|ce|le|la|un|cette|son|sa)"
_REST = r"(?:suite|article|lecture|intégralité|contenu|texte)"
_READ_ON = r"(?:lire|poursuivre|continuer|accéder|débloquer|découvrir)"
_NOTICES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # « Il vous reste 75 % de cet article à lire »
        rf"\b(?:il|qu[’']il){_SPACE}(?:vous{_SPACE})?reste{_SPACE}(?:encore{_SPACE})?\d+(?:[.,]\d+)?{_SPACE}?%[^.\n]{{0,60}}(?:\blire\b|\barticle\b|\bdécouvrir\b)",
        # « 75 % de l’article reste à lire »
        rf"\b\d+{_SPACE}?%{_SPACE}(?:de{_SPACE}(?:cet|l[’'])[^.\n]{{0,20}}article|du{_SPACE}contenu)[^.\n]{{0,20}}\brest(?:ent|e)\b",
        # « La suite est réservée à nos abonnés », « Ce contenu n’est accessible qu’aux abonnés »
        (
            rf"(?:^|[.!?»…:|–—-]{_SPACE}?|\n)(?:{_THIS}{_SPACE}?)?(?:articles?|suite|contenus?|lecture|texte|accès|page|version complète|intégralité)\b[^.!?\n]{{0,60}}?"
            rf"\b(?:réservée?s?|accessible|disponible)s?\b[^.!?\n]{{0,30}}?\b{_SUBSCRIBERS}"
        ),
        # « Réservé aux abonnés »
        rf"\A(?:\W{{0,3}}(?:contenu|exclusif|premium|édition)?)?\W{{0,3}}réservée?s?{_SPACE}(?:à{_SPACE}nos|aux|à){_SPACE}{_SUBSCRIBERS}\W*\Z",
        # « Abonnez-vous pour lire la suite »
        rf"\b(?:abonnez|connectez|inscrivez|identifiez|enregistrez)-vous\b[^.!?\n]{{0,40}}\b(?:pour|afin d[e’'])[^.!?\n]{{0,30}}\b{_READ_ON}\b[^.!?\n]{{0,30}}\b{_REST}",
        # « Pour lire la suite, connectez-vous »
        rf"\bpour{_SPACE}{_READ_ON}\b[^.!?\n]{{0,60}}\b{_REST}\b[^.!?\n]{{0,40}}\b(?:abonn|connectez|identifiez|inscrivez)",
        rf"\b(?:this|the rest of this|full){_SPACE}(?:article|content|story){_SPACE}(?:is|are){_SPACE}(?:reserved for|for|only for|available to|only available to|exclusive to)\b[^.\n]{{0,30}}\b(?:subscribers|members)",
        rf"\b(?:subscribe|sign in|log in|register|sign up)\b[^.!?\n]{{0,30}}\bto{_SPACE}(?:continue|read|unlock|keep)\b[^.!?\n]{{0,30}}(?:reading|article|story|content|more|full)",
    )
)
_READERS = ("abonn", "adhérents", "membres", "clients", "connectez", "identifiez", "inscrivez", "enregistrez", "subscri", "members", "sign in", "sign up", "log in", "register")  # fmt: skip
"""One of these stands in whatever ``_NOTICES`` find, or a percentage that is left."""
_LONGEST_NOTICE = 60
"""Words of the longest block that may be a notice."""
_LONGEST_MORE = 200
_MORE = (
    r"(?:lire|voir)(?:[ \xa0](?:la|toute la))?[ \xa0]suite|(?:lire|voir)[ \xa0](?:l[’']article|l[’']intégralité|le texte|la version)(?:[ \xa0](?:complet|complète|entier|intégrale?|de l[’']article))?"
    r"|la[ \xa0]suite[ \xa0](?:sur|ici|de (?:cet |l[’'])article|page)\b[^.!?\n]{0,60}|read[ \xa0](?:more|the full (?:article|story)|full (?:article|story)|on)|continue[ \xa0]reading|keep[ \xa0]reading"
)
_MAY_BE_MORE = ("suite", "article", "intégralité", "texte", "version", "read")
_MORE_BLOCK = re.compile(  # a block of its own: « Lire la suite → », « Continue reading La halle rouvre »
    rf"\W{{0,3}}(?:{_MORE})(?:[ \xa0](?:sur|dans|on|at|ici|de l[’']article)\b[^.!?\n]{{0,60}})?\W*\Z|\W{{0,3}}continue[ \xa0]reading\b[^.!?\n]{{0,120}}\Z",
    re.IGNORECASE,
)
_MAY_BE_OMITTED = ("…", "...", "[", "&hellip;", "lire", "voir l", "suite", "complet", "read")
_OMITTED = re.compile(
    r"(?:\[(?:…|\.{3}|&hellip;|&#8230;)\]|\[\+?\d+ (?:chars|characters|caractères)\]|\((?:…|\.{3}|&hellip;)\)|&hellip;"
    rf"|[.…»”\]] ?[\[(]?(?:{_MORE}|lire[ \xa0]plus)\b[^.!?:\n]{{0,40}}|(?:…|\.{{3}}) ?\(?suite\b[^\n]{{0,40}}"
    r"|(?:la suite|lire la suite|article complet)[^\n]{0,30}(?:réservée?|abonnés?)[^\n]{0,40})[\s»”>→]*\Z",
    re.IGNORECASE,
)
_APPEARED = re.compile(  # what WordPress adds behind an extract
    r"\s*(?:(?:Cet |L[’'])article\b[^\n]{0,300}\b(?:est apparu en premier sur|est apparu sur|provient de)"
    r"|The post\b[^\n]{0,300}\b(?:first appeared on|appeared first on))\b[^\n]{0,120}\Z",
    re.IGNORECASE,
)
_MAY_HAVE_APPEARED = ("apparu", "appeared", "provient")
CUT_WORDS = frozenset(("reste", *_READERS, *_MAY_BE_MORE, *_MAY_BE_OMITTED, *_MAY_HAVE_APPEARED))
"""One of these stands, in any case, in whatever shows by words or dots that an article is cut."""
_DETERMINERS = r"le|la|les|l[’']|un|une|des|du|de|d[’']|à|au|aux|et|ou|que|qu[’']|qui|dans|par|pour|sur|avec|en|ce|cette|son|sa|ses"
_CUT = re.compile(rf"(?:,|\b(?:{_DETERMINERS}))\Z")
_CUT_BEFORE_DOTS = re.compile(
    rf"[a-zà-ÿ,’'][ \xa0](?:{_DETERMINERS}|leurs?|ces|mes|nos|vos|aucune?)[ \xa0]?(?:…|\.\.\.)\Z"
)
_LAST_WORD = re.compile(r"(?:^|[ \xa0\u202f’'(«])(?P<last>[a-zà-ÿœ]+)(?:…|\.\.\.)?\Z")
_NO_ENDING = re.compile(  # what no French word ends in: « peupl », « prendr », « compagn », « publiqu », « premiè », « conf »
    r"(?:[bcdfgkptv][lr]|gn|[jqvç]|[a-zà-ÿ]qu|nn|rr|pp|mm|cc|dd|gg|bb|tt|ff|[nlm]f|[mn]b|[a-zà-ÿ]ch|[a-zà-ÿ][èêëîïôâû])\Z"
)
_ENDING_SO = frozenset(
    """
    allô bench bluff catch cinq coach coq crash golf kitsch lunch match mitch off plomb punch patch putsch ranch sandwich
    scratch self sketch sniff speech staff tech watt french aplomb surplomb surf pitch stretch switch
    """.split()  # noqa: SIM905  # read as words
)
_UNENDED = re.compile(rf"\b(?:{_DETERMINERS}|leurs?|ces|nos|vos)(?:[ \xa0]|(?<=[’']))[a-zà-ÿœ]+\Z")
_SHORT_WORDS = frozenset(
    """
    agi ail ale ara bée bru bue bug bus cep cor cul dru duc duo dus dut dût ego ère élu ému ex eût fac fax fez fis fit fui
    gin gui gym hue hua ion ira ire kit lad lob lot lus lut lux mec mut mus nez œil œuf ôte ôté osa osé pal pan pin plat pub pus
    put pût rab rai ria rie ris rit roc rom rôt rot rut sax sis soc sot sue sus sut tan tus tut tue val var vau vif vil vus
    wok y ô zip çà uns unes via gars âgé aîné idée bye yes the
    a ai air ait ami an ans arc art as au aux axe bac bah bal ban bar bas bat bec bel bip bis bla ble blé boa bof
    bol bon bu but cap car cas ce ces cet ci cil clé cm col con coq cou cri cru da de des dit dix do don dos du dur
    dé dés dû eau eh en es est et etc eu eue euh eus eux fan far fer feu fil fin foi fou fur fut fée fût gag gai
    gaz gel gré gué ha hic hop hum hé ici if il ils jet jeu job jus kg km la lac las le les leu lin lis lit lié loi
    lu lui lys là lés ma mai mal mer mes mi mie mil mis mm moi mon mot mou mu mur mûr na ne nef net nez ni nid nom
    non nos nu nue nul nus né née oh oie on or os ose ou ouf oui out où par pas peu pic pie pis pli plu pop pot pou
    pro pré pu pur que qui rap ras rat raz rez ri riz roi rue ré sa sac se sec sel ses set si ski sms soi sol son
    sot sou spa su sud sur sûr ta tag tas tee tel tes thé tic tir toc toi ton top tri tu tué tôt un une uni us usé
    va van ver vie vin vis vit vol vos vu vue vœu web yen zen zoo zut à âge âme âne ça écu été île ôté
    """.split()  # noqa: SIM905  # read as words
)
"""Words that a phrase may end in, of those of at most three letters."""
_LABEL = re.compile(
    rf"\W*(?:(?:article|contenu|exclusif|premium|édition)s?\W+)?réservée?s?\b[^.!?\n]{{0,30}}{_SUBSCRIBERS}\W*",
    re.IGNORECASE,
)
TAIL = 160
"""Characters at the end of running text in which a notice or a mark of omission stands."""
_SHORT = 3
_DOTS = ("…", "...")
_ENDS = ("!", "?", "»", "”", '"', ")", ":")
_CUT_LONGEST = 8
"""The longest word of ``_CUT`` and the characters before it."""
_LONG = 80
"""A paragraph of more characters is no line of a list, of a poem or of signatures."""
_SIGNED = re.compile(r"[A-ZÀ-Þ][\w’'.-]*(?:[ \xa0](?:de |du |des |le |la )?[A-ZÀ-Þ][\w’'.-]*)+[ \xa0]?[,(:–—-]")
_WORD_LAST = re.compile(r"[ \xa0’'(-][a-zà-ÿœ]+\Z")
MARKS = (".", "!", "?", "…", "»", "”", '"', ")", ":", "]", "*")
RUNNING = 25
"""A block of so many words is running text: a notice above it cuts nothing off."""
_MISSING = frozenset(
    "nan none null #n/a n/a <na> nat nil undefined #n/d #valeur! #ref! #value! #nom?".split()  # noqa: SIM905  # read as words
)
"""What programs write for a missing value, in lower case."""
LONGEST_MISSING = max(map(len, _MISSING))


def notice_in(text: str) -> str:
    """The notice that a block holds, that the rest is for subscribers or on another page; empty where there is none.

    >>> notice_in("Il vous reste 75 % de cet article à lire."), notice_in("Lire la suite →")
    ('Il vous reste 75 % de cet article à lire', 'Lire la suite →')
    >>> notice_in("Le stade sera réservé aux abonnés dimanche.")
    ''
    """
    if len(text) > 12 * _LONGEST_NOTICE or text.count(" ") >= _LONGEST_NOTICE:
        return ""
    low = text.lower()
    if is_more(text, low):
        return text
    return _notice(low, text)


def _notice(low: str, text: str) -> str:
    if not (("%" in low and "reste" in low) or any(map(low.__contains__, _READERS))):
        return ""
    return next((found[0].strip() for notice in _NOTICES if (found := notice.search(text))), "")


def is_more(text: str, low: str = "") -> bool:
    """Whether a block, in ``low`` in lower case, is a button or a link to the rest: « Lire la suite »."""
    low = low or text.lower()
    return len(text) < _LONGEST_MORE and any(map(low.__contains__, _MAY_BE_MORE)) and bool(_MORE_BLOCK.match(text))


def is_label(text: str) -> bool:
    """Whether a block is what stands beside articles for subscribers in lists of them: « Réservé aux abonnés »."""
    return bool(_LABEL.fullmatch(text))


def cut_ending(text: str, language: str = "fr") -> bool:
    """Whether a body that ends in this is plainly not whole: a mark of omission, half a phrase, half a (French) word."""
    tail = text[-TAIL:].rstrip()
    low = tail.lower()
    if any(map(low.__contains__, _MAY_BE_OMITTED)) and _OMITTED.search(tail):
        return True
    if tail.endswith(_ENDS):
        return False
    if tail.endswith(_DOTS):
        return bool(_CUT_BEFORE_DOTS.search(tail)) or _ends_in_a_word(tail, language)
    if tail.endswith(MARKS) or len(text) <= _LONG:
        return False
    if _CUT.search(tail[-_CUT_LONGEST:]) or _ends_in_a_word(tail, language):
        return True
    return bool(_UNENDED.search(tail)) and not _is_signature(text)


def _ends_in_a_word(tail: str, language: str) -> bool:
    """Whether the last word is half of one: short and no word, or with an ending that no French word has."""
    last = _LAST_WORD.search(tail[-40:])
    if last is None or language != "fr":
        return False
    word = last["last"]
    if len(word) <= _SHORT:
        return word not in _SHORT_WORDS
    return word not in _ENDING_SO and bool(_NO_ENDING.search(word))


def _is_signature(text: str) -> bool:
    """« Odile Ferrand, professeure de lettres à l’université de Brest » is whole, without a verb or a full stop."""
    return bool(_SIGNED.match(text)) and not FINITE.search(text)


def is_unended(text: str) -> bool:
    """Whether a long paragraph stops at a word in lower case, without any mark: some whole ones do, too."""
    if len(text) <= _LONG or text.endswith(MARKS) or not _WORD_LAST.search(text[-40:]):
        return False
    return not _is_signature(text)


def article_truncated(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """The body is whole: no mark of omission or half a phrase ends it, no notice for subscribers stands behind it."""
    bodies = [paragraph for paragraph in article.paragraphs if paragraph.role == "body"]
    if not bodies:
        return
    said = _notice_behind(article)
    if not said:
        last = article.surface(bodies[-1])
        if any(map(last[-TAIL:].__contains__, _MAY_HAVE_APPEARED)):
            last = _APPEARED.sub("", last) or article.surface(bodies[-2:][0])
        others_end = len(bodies) > 2 and all(article.surface(one).endswith(MARKS) for one in bodies[-6:-1])
        unended = article.language == "fr" and others_end and is_unended(last)
        said = last[-40:] if unended or cut_ending(last, article.language) else ""
    if said:
        hint = "fetch it again; a teaser is no article"
        yield problem_of(article, "article-truncated", "$.text", quoted(said), "the whole article", hint)


def _notice_behind(article: Article) -> str:
    """The notice that stands in one of the last blocks, with no running text behind it."""
    first = True
    for paragraph in reversed(article.paragraphs[1:]):
        if paragraph.role in ("caption", "credit", "title"):
            continue
        text = article.surface(paragraph)
        runs = len(text) > TAIL and text.count(" ") >= RUNNING
        if found := _notice(text[-TAIL:].lower(), text[-TAIL:]) if runs else notice_in(text):
            return found
        if runs or (paragraph.role == "body" and not first):
            return ""
        first = first and paragraph.role != "body"
    return ""


def article_empty(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """There is a title, and something to read under it; what a table writes for a missing value is nothing."""
    wanted, hint = "a title and a body", "it is what a program writes for a missing value"
    missing = False
    for path, text in (("$.title", article.title), ("$.text", article.text[len(article.title) + 2 :])):
        if len(text) <= LONGEST_MISSING and (text.lower() in _MISSING or text == "NA"):
            missing = True
            yield problem_of(article, "article-empty", path, quoted(text), wanted, hint)
    roles = {paragraph.role for paragraph in article.paragraphs}
    if not missing and roles <= {"title", "boilerplate", "related", "byline", "dateline", "credit"}:
        found = "nothing but " + ", ".join(sorted(roles))
        yield problem_of(article, "article-empty", "$.text", found, wanted)
