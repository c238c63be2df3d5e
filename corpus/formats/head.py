"""What an HTML page's head says about it: JSON-LD, Open Graph and other meta elements, time elements, its title."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpus.boilerplate import Place, ends_sentence
from corpus.dates import announces_another_moment, is_another_moment, labelled_date, parse_date
from corpus.formats.html_table import Piece
from corpus.formats.linearise import Page, Time
from corpus.metadata import Claims
from corpus.types import Authors, BlockKind, Origin, Sourced

_JSON_CHARACTERS = 1_000_000
_NODES = 5_000
_ARTICLES = ("article", "posting", "report", "legislation", "scholarly", "story")
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage")
_DATE_KEYS = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "dc.date.issued",
    "dcterms.issued", "dc.issued", "citation_publication_date", "citation_date", "citation_online_date", "parsely-pub-date",
    "sailthru.date", "publication_date", "publication-date", "publish_date", "publish-date", "publishdate", "pubdate",
    "pub_date", "article.published", "article_date_original", "cxenseparse:recs:publishtime", "dc.date", "dcterms.date",
    "dc.date.created", "dcterms.created", "date",
)  # fmt: skip
_AUTHOR_KEYS = (
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
)
_PUBLISHER_KEYS = ("citation_publisher", "dc.publisher", "dcterms.publisher", "publisher")
_TITLE_KEYS = ("citation_title", "dc.title", "dcterms.title")
_LANGUAGE_KEYS = ("content-language", "dc.language", "dcterms.language", "language")
_DATELINE_LENGTH = 120
_DATELINE_PIECES = 10
_PROSE_LENGTH = 60
_LINKED = 0.5


def claims(page: Page) -> Claims:
    """Every candidate for the page's metadata, the strongest first."""
    nodes = _nodes(page.json_ld)
    article = _article(nodes, page)
    headings = tuple(
        piece.text
        for piece in page.pieces
        if piece.kind is BlockKind.HEADING and piece.level == 1 and piece.place is not Place.CHROME
    )
    open_graph = _metas(page, ("og:title",), Origin.OPEN_GRAPH) + _metas(page, _TITLE_KEYS, Origin.META)
    tag = (Sourced(page.title, Origin.TITLE_TAG),) if page.title else ()
    shown = tuple(Sourced(heading, Origin.TEXT) for heading in headings[:1])
    return Claims(
        titles=(*_strings(article, ("headline", "name")), *open_graph, *tag, *shown),
        publishers=_publishers(article, nodes, page),
        dates=(*_strings(article, ("datePublished",)), *_metas(page, _DATE_KEYS, Origin.META), *_times(page)),
        languages=_languages(article, page),
        authors=_authors(article, page),
        headings=headings,
        source_url=_address(page),
    )


def _metas(page: Page, keys: tuple[str, ...], origin: Origin) -> tuple[Sourced, ...]:
    return tuple(Sourced(value, origin) for wanted in keys for key, value in page.metas if key == wanted)


def _languages(article: dict[str, Any], page: Page) -> tuple[Sourced, ...]:
    declared = (Sourced(page.language, Origin.META),) if page.language.strip() else ()
    return (*declared, *_strings(article, ("inLanguage",)), *_metas(page, _LANGUAGE_KEYS, Origin.META))


def _publishers(article: dict[str, Any], nodes: dict[str, dict[str, Any]], page: Page) -> tuple[Sourced, ...]:
    names = [_name(_resolve(publisher, nodes)) for publisher in _listed(article.get("publisher"))]
    found = tuple(Sourced(name, Origin.JSON_LD) for name in names if name)
    site = _metas(page, ("og:site_name",), Origin.OPEN_GRAPH)
    return (*found, *site, *_metas(page, _PUBLISHER_KEYS, Origin.META))


def _authors(article: dict[str, Any], page: Page) -> Authors | None:
    named, origin = [_name(author) for author in _listed(article.get("author"))], Origin.JSON_LD
    if not any(named):
        named, origin = [value for key, value in page.metas if key in _AUTHOR_KEYS], Origin.META
    names = tuple(
        name.strip() for name in named if name and name.strip() and "://" not in name and len(name) <= 200
    )
    return Authors(names, origin) if names else None


def _address(page: Page) -> Sourced | None:
    if page.canonical:
        return Sourced(page.canonical, Origin.META)
    return next(iter(_metas(page, ("og:url",), Origin.OPEN_GRAPH)), None)


def _times(page: Page) -> tuple[Sourced, ...]:
    """Dates of time elements that stand alone on a line (a date inside a sentence is an event's), if they agree.

    Elements that say to hold the date of publication come first, then a line that says so, then any others.
    """
    ends = _body_ends(page.pieces)
    shown = [
        time
        for time in page.times
        if time.value
        and not any(word in time.hint for word in ("modif", "updat", "upcoming", "event"))
        and (time.piece >= len(page.pieces) or _may_date_the_page(time, page.pieces, ends))
    ]
    said = [
        time for time in shown if any(word in time.hint for word in ("datepublished", "pubdate", "publish"))
    ]
    chosen = said or shown
    if len({time.value[:10] for time in chosen}) != 1:
        return ()
    found = Sourced(chosen[0].value, Origin.TIME)
    labelled = None if said else _labelled(page.pieces)
    if labelled is None or labelled == str(parse_date(found.value)):
        return (found,)
    return (Sourced(labelled, Origin.TEXT), found)


def _labelled(pieces: list[Piece]) -> str | None:
    """The date of the first line among the first ones that says "Published: 5 October 2009"."""
    first = [piece for piece in pieces if piece.place is not Place.CHROME][:_DATELINE_PIECES]
    return next((str(day) for piece in first if (day := labelled_date(piece.text))), None)


def _may_date_the_page(time: Time, pieces: list[Piece], ends: int | None) -> bool:
    """Whether an element stands where a page tells its date: not behind its text among comments or other titles."""
    piece = pieces[time.piece]
    if len(piece.text) > _DATELINE_LENGTH or is_another_moment(piece.text, parse_date(time.value)):
        return False
    if time.piece and announces_another_moment(pieces[time.piece - 1].text):
        return False
    if ends is None:
        return True
    if time.piece <= ends:
        titled = any(other.kind is BlockKind.HEADING and other.level == 1 for other in pieces[: time.piece])
        return titled or not piece.suspect
    between = pieces[ends + 1 : time.piece]
    other_title = any(other.kind is BlockKind.HEADING or other.links > _LINKED for other in between)
    return not (piece.suspect or piece.place is Place.CHROME or other_title)


def _body_ends(pieces: list[Piece]) -> int | None:
    """The last piece that is surely prose of the content; None where no piece is."""
    prose = [
        number
        for number, piece in enumerate(pieces)
        if len(piece.text) >= _PROSE_LENGTH and ends_sentence(piece.text) and piece.links < _LINKED
        if piece.place is not Place.CHROME and not piece.suspect
    ]
    return prose[-1] if prose else None


# JSON-LD


def _nodes(scripts: list[str]) -> dict[str, dict[str, Any]]:
    """The top-level objects of all scripts by their @id, or by a number where they have none."""
    nodes: dict[str, dict[str, Any]] = {}
    for script in scripts:
        if len(script) > _JSON_CHARACTERS:
            continue
        try:
            value = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _top_level(value):
            if len(nodes) < _NODES:
                identity = node.get("@id")
                key = identity if isinstance(identity, str) and identity not in nodes else f"\x00{len(nodes)}"
                nodes[key] = node
    return nodes


def _top_level(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  JSON has any shape
    waiting = [value]
    seen = 0
    while waiting and seen < _NODES:
        seen += 1
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting = [*found[:_NODES], *waiting]
        elif isinstance(found, dict):
            if "@type" in found:
                yield found
            waiting += [found[key] for key in _CONTAINERS if isinstance(found.get(key), (dict, list))]


def _article(nodes: dict[str, dict[str, Any]], page: Page) -> dict[str, Any]:
    """The node that describes this page: an article, by its headline where there are several; else empty."""
    articles = [node for node in nodes.values() if any(part in _type(node) for part in _ARTICLES)]
    if len(articles) > 1:
        shown = (
            f"{page.title} {' '.join(piece.text for piece in page.pieces if piece.kind is BlockKind.HEADING)}"
        )
        matching = [
            node for node in articles if _text(node.get("headline")) and _text(node["headline"]) in shown
        ]
        addressed = [
            node
            for node in articles
            if page.canonical and page.canonical in (node.get("url"), node.get("@id"))
        ]
        articles = addressed or matching
    if articles:
        return articles[0]
    pages = [node for node in nodes.values() if _type(node).endswith("page") and node.get("datePublished")]
    return pages[0] if len(pages) == 1 else {}


def _type(node: dict[str, Any]) -> str:
    return " ".join(part for part in _listed(node.get("@type")) if isinstance(part, str)).lower()


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  JSON has any shape
    if value is None:
        return []
    return value[:50] if isinstance(value, list) else [value]


def _resolve(value: Any, nodes: dict[str, dict[str, Any]]) -> Any:  # noqa: ANN401  JSON has any shape
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return nodes.get(value["@id"], value)
    return value


def _name(value: Any) -> str:  # noqa: ANN401  JSON has any shape
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:  # noqa: ANN401  JSON has any shape
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value", "")
    return value.strip() if isinstance(value, str) else ""


def _strings(node: dict[str, Any], keys: tuple[str, ...]) -> tuple[Sourced, ...]:
    return tuple(Sourced(_text(node.get(key)), Origin.JSON_LD) for key in keys if _text(node.get(key)))
