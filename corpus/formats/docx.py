"""Word files: mammoth turns them into HTML, which is read as every page is; what mammoth would lose is mended first."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.boilerplate import Place
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, unread
from corpus.formats.html import linearise
from corpus.formats.html_table import Piece
from corpus.formats.office_xml import embedded, properties
from corpus.formats.package import names, opened, part, repacked, xml, xml_part
from corpus.types import BlockKind, Document, Origin, Sourced

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx/4")

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_STORY = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_OTHER_XML = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/[^/]+\.rels|styles\.xml|numbering\.xml))"
)
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='TOC Heading'] => nav > p:fresh
p[style-name='table of figures'] => nav > p:fresh
"""
_KNOWN = {tag: "smartTag" for tag in ("fldSimple", "dir", "bdo", "ruby", "rubyBase")} | {"cr": "br"}
"""Elements that mammoth passes over with all their words, and one of the same meaning that it looks into."""
_DEPTH = 9  # of tables of contents
_NOTE = re.compile(r'<li id="(?:foot|end)note-[^"]*">(?:<p>)?')
_NOTE_BACK = re.compile(r'<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_BOLD_ROW = re.compile(
    r"<table><tr>((?:<td[^>]*>(?:<p></p>)?</td>)?(?:<td[^>]*><p><strong>[^<]*</strong></p></td>){2,})</tr>"
)  # the corner may be empty


def read_docx(data: bytes, name: str) -> Document:
    """The document in a Word file: tracked insertions are text, deletions are not.

    Raises UnreadableDocument for what is no Word file, is damaged or locked, or holds no text.
    """
    with opened(data, name, "a Word file") as archive:
        if not any(_STORY.fullmatch(path) for path in names(archive)):
            raise UnreadableDocument(f"{name} is not a Word file: it has no text part")
        parts, hidden = _mended(archive)
        page = linearise(_html(parts, _outline(parts.get("word/styles.xml")), name))
        counts = [*embedded(archive), *_comments(archive), (hidden, "hidden stretch of text")]
        notes = unread(counts) + _margins(archive)
        claims = properties(archive, _titled(page.pieces))
        for piece in page.pieces:
            piece.place = Place.CONTENT if piece.place is not Place.CHROME else Place.CHROME
            piece.suspect, piece.links = False, 0.0
        return compose(data, name, page.pieces, replace(claims, headings=()), READER, notes)


def _titled(pieces: list[Piece]) -> tuple[Sourced, ...]:
    """The document's visible title: a heading of the first rank before any text."""
    first = next((piece for piece in pieces if piece.place is not Place.CHROME), None)
    titled = first is not None and first.kind is BlockKind.HEADING and first.level == 1
    return (Sourced(first.text, Origin.TEXT),) if first is not None and titled else ()


def _html(parts: dict[str, bytes], outline: str, name: str) -> str:
    import mammoth

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(repacked(parts.items())),
            style_map=_STYLES + outline,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
    except RecursionError as error:
        raise UnreadableDocument(f"{name} cannot be read: its parts are nested too deep") from error
    except (KeyError, AttributeError, TypeError, IndexError) as error:
        raise ValueError(f"its parts do not fit together: {type(error).__name__} {error}") from error
    html = _NOTE_BACK.sub("", result.value)
    numbers = iter(range(1, 1_000_000))
    html = _NOTE.sub(lambda match: f"<p>[{next(numbers)}] ", html)
    return _BOLD_ROW.sub(
        lambda match: f"<table><tr>{match[1].replace('<td', '<th').replace('</td', '</th')}</tr>", html
    )


# What mammoth would lose


def _mended(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], int]:
    """The parts that mammoth needs, and how many hidden runs were left out of them."""
    from lxml import etree

    parts: dict[str, bytes] = {}
    hidden = 0
    for path in sorted(names(archive)):
        if _OTHER_XML.fullmatch(path):
            parts[path] = etree.tostring(xml(part(archive, path).replace(_STRICT, _LOOSE)), encoding="UTF-8")
        elif _STORY.fullmatch(path):
            root = xml(part(archive, path).replace(_STRICT, _LOOSE))
            hidden += _mend(root)
            parts[path] = etree.tostring(root, encoding="UTF-8")
    return parts, hidden


def _mend(root: _Element) -> int:
    hidden = [run for run in list(root.iter(f"{_W}r")) if _is_hidden(run)]
    for element in (*hidden, *list(root.iter(f"{_W}rt"))):
        _drop(element)
    for tag, known in _KNOWN.items():
        for element in list(root.iter(f"{_W}{tag}")):
            element.tag = f"{_W}{known}"
    for formula in list(root.iter(f"{_MATH}oMath")):
        _write_formula(formula)
    for choice in list(root.iter(f"{_MC}AlternateContent")):
        _show_text_boxes(choice)
    return sum(bool(_text(run, f"{_W}t").strip()) for run in hidden)


def _is_hidden(run: _Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false", "off")


def _text(element: _Element, tag: str) -> str:
    return "".join(child.text or "" for child in element.iter(tag))


def _drop(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _write_formula(formula: _Element) -> None:
    """A formula as the row of its signs: less than what is printed, and more than nothing."""
    signs = _text(formula, f"{_MATH}t")
    for child in list(formula):
        formula.remove(child)
    formula.tag = f"{_W}r"
    text = formula.makeelement(f"{_W}t")
    text.text = signs
    formula.append(text)


def _show_text_boxes(choice: _Element) -> None:
    """Text boxes that are only there in the new form: mammoth reads the old one."""
    if choice.find(f"{_MC}Fallback") is not None:
        return
    boxes = list(choice.iter(f"{_W}txbxContent"))
    fallback = choice.makeelement(f"{_MC}Fallback")
    for box in boxes:
        picture = fallback.makeelement(f"{_W}pict")
        frame = picture.makeelement(f"{_VML}textbox")
        frame.append(box)
        picture.append(frame)
        fallback.append(picture)
    choice.append(fallback)


# Styles and what is not read


def _outline(styles: bytes | None) -> str:
    """Map the styles that have a rank in the outline, also by the style they are based on, to headings."""
    lines = [f"p[style-name='toc {level}'] => nav > p:fresh" for level in range(1, _DEPTH + 1)]
    if styles is None:
        return "\n".join(lines)
    named: dict[str, tuple[str, str, int | None]] = {}
    for style in xml(styles).iter(f"{_W}style"):
        name, based = style.find(f"{_W}name"), style.find(f"{_W}basedOn")
        rank = style.find(f"{_W}pPr/{_W}outlineLvl")
        value = rank.get(f"{_W}val", "") if rank is not None else ""
        if style.get(f"{_W}type") == "paragraph" and name is not None:
            above = based.get(f"{_W}val", "") if based is not None else ""
            named[style.get(f"{_W}styleId", "")] = (
                name.get(f"{_W}val", ""),
                above,
                int(value) if value.isdecimal() else None,
            )
    for name_, level in _ranked(named):
        lines.append(f"p[style-name='{name_}'] => h{level}:fresh")
    return "\n".join(lines)


def _ranked(named: dict[str, tuple[str, str, int | None]]) -> Iterator[tuple[str, int]]:
    for name, above, own in named.values():
        rank, steps = own, 0
        while rank is None and above in named and steps < 20:
            _name, above, rank = named[above]
            steps += 1
        usable = "'" not in name and "\\" not in name and name.isprintable() and name
        if (
            rank is not None
            and rank < 6
            and usable
            and not name.lower().startswith(("heading", "toc", "title"))
        ):
            yield name, rank + 1


def _comments(archive: zipfile.ZipFile) -> list[tuple[int, str]]:
    root = xml_part(archive, "word/comments.xml")
    return [(len(root.findall(f"{_W}comment")), "comment")] if root is not None else []


def _margins(archive: zipfile.ZipFile) -> list[str]:
    """A sentence if there are words in headers or footers."""
    for path in sorted(names(archive)):
        if _MARGIN.fullmatch(path):
            root = xml(part(archive, path))
            if any(map(str.isalpha, _text(root, f"{_W}t"))):
                return ["Headers and footers of its pages are not read."]
    return []
