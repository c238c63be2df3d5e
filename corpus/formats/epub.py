"""EPUB books: the chapters in the order of the spine, each read as a page is; title, authors and date from the package."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.boilerplate import Place
from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, counted, flat, people, unread
from corpus.formats.html import linearise
from corpus.formats.html_table import Piece
from corpus.formats.package import names, opened, part, xml
from corpus.metadata import Claims
from corpus.types import Authors, BlockKind, Document, Origin, Sourced

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = ("application/epub+zip", "epub/4")

_MAXIMUM_CHAPTER = 10_000_000
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DOCUMENT_TYPE = re.compile(rb"<!DOCTYPE[^\[>]*>")
_CLOSED = re.compile(
    r"<(title|script|style|a|i|b|em|strong|span|p|div|td|th|li|ul|ol|h[1-6]|sup|sub|textarea|iframe|object|video|audio)"
    r"(\s[^<>]{0,2000}?)?/>",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"<(/?)aside\b", re.IGNORECASE)
_NO_PUBLICATION = ("modification", "conversion", "creation")


@dataclass(frozen=True, slots=True)
class _Item:
    """One file of the book as its manifest names it."""

    path: str
    kind: str
    properties: tuple[str, ...]


def read_epub(data: bytes, name: str) -> Document:
    """The document in an EPUB book. Raises UnreadableDocument for what is none, is damaged or locked, or holds no text."""
    with opened(data, name, "an EPUB book") as archive:
        package = _package_path(archive)
        root = _xml(archive, package)
        items = _manifest(root, posixpath.dirname(package))
        spine = _spine(root, items, names(archive))
        locked = _locked(archive)
        if any(item.path in locked for item in spine):
            raise UnreadableDocument(f"{name} is locked by its seller; only a copy without that can be read")
        labels = _labels(archive, items)
        pieces: list[Piece] = []
        for item in spine:
            pieces += _chapter(archive, item, labels.get(item.path, ""))
        return compose(data, name, pieces, _claims(root), READER, _notes(items, names(archive)))


def _notes(items: dict[str, _Item], there: frozenset[str]) -> list[str]:
    kinds = [item.kind for item in items.values()]
    pictures = sum(kind.startswith("image/") for kind in kinds)
    films = sum(kind.startswith(("audio/", "video/")) for kind in kinds)
    missing = sum(item.kind in _PAGES and item.path not in there for item in items.values())
    notes = unread([(pictures, "picture"), (films, "film or sound recording")])
    if missing:
        notes.append(f"{counted(missing, 'chapter')} {'is' if missing == 1 else 'are'} missing.")
    return notes


def _xml(archive: zipfile.ZipFile, path: str) -> _Element:
    """The root of a part; a document type without declarations of its own is common here and means nothing."""
    return xml(_DOCUMENT_TYPE.sub(b"", part(archive, path, _MAXIMUM_CHAPTER), count=1))


def _package_path(archive: zipfile.ZipFile) -> str:
    there = names(archive)
    if "META-INF/container.xml" in there:
        for element in _xml(archive, "META-INF/container.xml").iter("{*}rootfile"):
            path = unquote(element.get("full-path") or "")
            if path in there:
                return path
    found = sorted(path for path in there if path.lower().endswith(".opf"))
    if not found:
        raise ValueError("it has no package file")
    return found[0]


def _manifest(root: _Element, folder: str) -> dict[str, _Item]:
    items: dict[str, _Item] = {}
    for element in root.iter("{*}item"):
        path = _resolved(folder, element.get("href") or "")
        properties = tuple((element.get("properties") or "").split())
        items[element.get("id") or ""] = _Item(path, (element.get("media-type") or "").lower(), properties)
    return items


def _resolved(folder: str, reference: str) -> str:
    """The path in the archive that a reference means; references are written with %20 for a space."""
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/") if path else ""


def _spine(root: _Element, items: dict[str, _Item], there: frozenset[str]) -> list[_Item]:
    """The chapters in reading order, each once; all pages of the manifest where there is no order."""
    ordered = [items.get(element.get("idref") or "") for element in root.iter("{*}itemref")]
    chosen = [item for item in ordered if item] or list(items.values())
    pages = {item.path: item for item in chosen if item.path in there and item.kind in _PAGES}
    return list(pages.values())


def _locked(archive: zipfile.ZipFile) -> frozenset[str]:
    """The files that are encrypted; fonts often are, and do not matter."""
    if "META-INF/encryption.xml" not in names(archive):
        return frozenset()
    root = _xml(archive, "META-INF/encryption.xml")
    return frozenset(unquote(element.get("URI") or "") for element in root.iter("{*}CipherReference"))


def _chapter(archive: zipfile.ZipFile, item: _Item, label: str) -> Iterator[Piece]:
    source = decode(part(archive, item.path, _MAXIMUM_CHAPTER), markup=True)
    source = _CLOSED.sub(lambda match: f"<{match[1]}{match[2] or ''}></{match[1]}>", source)
    pieces = linearise(_ASIDE.sub(r"<\1div", source)).pieces  # an aside is a note here, not a page's margin
    contents = "nav" in item.properties
    for piece in pieces:
        piece.place = Place.CHROME if contents or piece.place is Place.CHROME else Place.CONTENT
        piece.links = 0.0
    if label and pieces and not contents and not any(piece.kind is BlockKind.HEADING for piece in pieces):
        same = flat(pieces[0].text).casefold() == label.casefold()
        if same:
            pieces[0].kind, pieces[0].level = BlockKind.HEADING, 1
        else:
            yield Piece(label, BlockKind.HEADING, 1)
    yield from pieces


def _labels(archive: zipfile.ZipFile, items: dict[str, _Item]) -> dict[str, str]:
    """What the table of contents calls each chapter, by its path; of several entries the first."""
    labels: dict[str, str] = {}
    there = names(archive)
    for item in items.values():
        if item.path not in there or (
            item.kind != "application/x-dtbncx+xml" and "nav" not in item.properties
        ):
            continue
        try:
            root = _xml(archive, item.path)
        except ValueError:
            continue  # a table of contents that cannot be read costs its labels only
        folder = posixpath.dirname(item.path)
        for point in root.iter("{*}navPoint"):
            content, text = point.find("{*}content"), point.find("{*}navLabel/{*}text")
            if content is not None and text is not None:
                labels.setdefault(_resolved(folder, content.get("src") or ""), flat(text.text or ""))
        for link in root.iter("{http://www.w3.org/1999/xhtml}a"):
            words = flat("".join(str(text) for text in link.itertext()))
            labels.setdefault(_resolved(folder, link.get("href") or ""), words)
    return labels


def _claims(root: _Element) -> Claims:
    def said(field: str) -> list[_Element]:
        return [element for element in root.iter(f"{_DUBLIN}{field}") if flat(element.text or "")]

    def meant(field: str) -> tuple[Sourced, ...]:
        return tuple(Sourced(flat(element.text or ""), Origin.META) for element in said(field))

    dates = [
        element for element in said("date") if (element.get(f"{_OPF}event") or "") not in _NO_PUBLICATION
    ]
    dates.sort(key=lambda element: element.get(f"{_OPF}event") != "publication")
    writers = [element for element in said("creator") if (element.get(f"{_OPF}role") or "aut") == "aut"]
    names = people([element.text or "" for element in writers])
    return Claims(
        titles=meant("title")[:1],
        publishers=meant("publisher")[:1],
        dates=tuple(Sourced(flat(element.text or ""), Origin.META) for element in dates),
        languages=meant("language")[:1],
        authors=Authors(names, Origin.META) if names else None,
    )
