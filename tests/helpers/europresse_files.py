"""Writes exports as Europresse does, in the layouts of three times, of invented articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Written:
    """An invented article as an export holds it."""

    title: str = "Le bac de Kerlannec reprend du service"
    body: tuple[str, ...] = (
        "Le bac qui relie Kerlannec à l’île aux Oies a repris ses traversées lundi, après huit mois d’arrêt.",
        "« Nous avons changé les deux moteurs », explique la capitaine, Nolwenn Tassel, devant trente habitants.",
    )
    date: str = "mardi 14 mars 2023"
    publication: str = "La Vigie de Kerlannec"
    section: str = "Littoral"
    page: str = "7"
    author: str = "Maud Ferrec"
    lead: str = ""
    number: str = "news·20230314·VGK·0042"


def _line(written: Written, words: str = "") -> str:
    section = f"{written.section},         " if written.section else ""
    page = f", p. {written.page}" if written.page else ""
    return f"{section}{written.date}{words}{page}"


def of_2023(written: Written, *, header: str = "", text: str = "", aside: str = "", title: str | None = None) -> str:
    """A document since about 2019; ``header`` stands over the title, ``text`` under the text, in its container."""
    author = f"<p class='sm-margin-bottomNews'>{escape(written.author)}</p>" if written.author else ""
    lead = f"<b><p>{escape(written.lead)}</p></b>" if written.lead else ""
    body = "\n".join(f"<p>{escape(paragraph)} </p>" for paragraph in written.body)
    heading = escape(written.title) if title is None else title
    return f"""<article>
    <header>
        <div class="icon-logo-container"></div>
    <img class="sm-margin-bottom" src="https://exemple.invalid/x.gif" /><span class="" sourcecode="VGK"></span>
<div class="rdp__DocPublicationName">
    <span class="DocPublicationName">
        {escape(written.publication)}                    </span>
</div>
<div class="rdp__DocHeader">
    <span class="DocHeader">
{escape(_line(written, " 210 mots"))}</span>
</div>
{header}
<div class="titreArticle">
    <p class="sm-margin-TopNews titreArticleVisu rdp__articletitle">{heading}</p>
</div>
        {author}
    {lead}
    </header>

    <section>
<div class="DocText clearfix">
<div class='docOcurrContainer' style="">
    {body}
{text}
</div>
</div>
    </section>
    <aside>
{aside}
    </aside>
    <footer>
<a name="complement"></a>
<div id="entityList"></div>
    <div class="Doc-LegalInfo">
            <small>© 2023 {escape(written.publication)}. Tous droits réservés.</small>
        <small>Le présent document est protégé par les lois et conventions internationales.</small>
    </div>
<div id="divPubliC" class="rdp__certificat">
    <div class="rdp__public-cert publiC-certificate">
        <div class="publiC_lblCertificatIssuedTo">Certificat émis le <b>2 mai 2024</b> à <b>UNIVERSITÉ</b>.</div><br/>
    </div>
    <div class="publiC-lblNodoc">{written.number.replace("·", "&#183;")}</div>
</div>
    </footer>
</article>
"""


def of_2015(written: Written) -> str:
    """A document of 2015: the author in a bare ``div``, the number as a paragraph too, all on one line."""
    author = f"<div>{escape(written.author)}</div>" if written.author else ""
    body = " ".join(f"<p>{escape(paragraph)}</p>" for paragraph in written.body)
    lead = f"<b><p>{escape(written.lead)}</p></b>" if written.lead else ""
    return (
        f'<article> <header> <div> <span class="DocPublicationName">{escape(written.publication)}   </span> </div>'
        f' <div> <span class="DocHeader">{escape(_line(written))}</span> </div>  <div><p>LITTORAL</p></div>'
        f'  <div class="titreArticle">  <p class=\'sm-margin-bottom\'>Traversées</p>  <p class="titreArticleVisu">'
        f'{escape(written.title)}</p>  </div>  {author} {lead}  </header> <section>   <div class="DocText">'
        f"   <div class='docOcurrContainer'> {body} </div> </div> </section> <aside> <div>  <p><b>Illustration(s) : "
        "</b></p>  <p></p> <div><p>Le bac à quai.</p> </div>  </div>   <div> <b>Note(s) : </b><p>(Voir page 2.)</p>"
        f" </div>  </aside> <footer> <small>© 2015 {escape(written.publication)}. Tous droits réservés.</small>"
        f' <p>Numéro de document : {written.number}</p> <div id="divPubliC"> <div> <span id="PubliC_lblNodoc">'
        f'{written.number}</span> </div> <div> <span id="PubliC_lblCertificatIssuedTo">Ce certificat est émis à <b> '
        "</b> à des fins de visualisation.</span> </div> </div> </footer> </article>"
    )


def of_2010(written: Written) -> str:
    """A document to about 2013: a table, with bare text between ``<p></p>``."""
    lead = f'<font style="font-weight:bold;">{escape(written.lead)}</font><p></p>' if written.lead else ""
    author = f"{escape(written.author)}<br>" if written.author else ""
    weekday, _, day = written.date.partition(" ")
    return (
        '<table style="table-layout: fixed; width: 96%;"><tr><td style="word-wrap: break-word" ><table id="tbHeader">'
        '<tr><td id="celPublication"><img src="x.gif"><br></td><td id="celPdf"></td></tr></table>'
        f'<span class="DocPublicationName">{escape(written.publication)}, no. 818</span><br>'
        f'<span class="DocHeader">{escape(written.section)}, </span><span class="DocHeader">{weekday} </span>'
        f'<span class="DocHeader">{day}</span><span class="DocHeader">, p. {written.page}</span><br><br>Traversées<br>'
        f'<span class="TitreArticleVisu">{escape(written.title)}</span><br><br>{author}<p></p>{lead}'
        + "<p></p>".join(escape(paragraph) for paragraph in written.body)
        + "<p></p><i>Note(s) : Horaires page 2.</i><p></p><b><i>© 2010 La Vigie. Tous droits réservés.</i></b><p></p>"
        f'Numéro de document : {written.number}<br><br><br><table width="100%"><tr><td align="center">{written.number}'
        '</td></tr><tr><td align="center">Ce certificat est émis à <b>Université</b> à des fins personnelles.</td></tr>'
        "<tr><td>Date d'émission : <b>2024-05-02</b></td></tr></table></td></tr></table>\n<p><br><br>"
    )


def page(documents: Sequence[str], *, charset: str = "utf-8") -> str:
    """An export of these documents."""
    return (
        f'<!DOCTYPE html>\n<html>\n    <head>\n<meta charset="{charset}"/><title></title><style type="text/css">'
        ".DocPublicationName{color:#83724e}article+article{page-break-before:always}</style></head>\n<body>\n"
        + "".join(documents)
        + "</body>\n</html>\n"
    )
