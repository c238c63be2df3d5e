"""What the Office Open XML formats (Word, PowerPoint, Excel) have in common: their properties and what they embed."""

from __future__ import annotations

import re
import zipfile

from corpus.formats.compose import filled_in
from corpus.formats.package import names, xml_part
from corpus.metadata import Claims
from corpus.types import Sourced

_CORE = "{http://purl.org/dc/elements/1.1/}"
_MACROS = "vbaProject.bin"
_CHART = re.compile(r"/charts/chart(?:ex)?\d*\.xml$")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".emf", ".wmf", ".svg", ".webp")
_FILMS = (".mp4", ".m4v", ".mov", ".avi", ".wmv", ".mpg", ".mpeg", ".mp3", ".m4a", ".wav", ".wma", ".ogg")


def properties(archive: zipfile.ZipFile, titles: tuple[Sourced, ...] = ()) -> Claims:
    """What docProps/core.xml says: title, author, language. Its dates are those of the file and no publication dates.

    `titles` are stronger ones.
    """
    root = xml_part(archive, "docProps/core.xml")
    if root is None:
        return Claims(titles=titles)
    title, author, language = (
        root.findtext(f"{_CORE}{name}") or "" for name in ("title", "creator", "language")
    )
    return filled_in(title, author, language, titles)


def embedded(archive: zipfile.ZipFile, *, reads_charts: bool = False) -> list[tuple[int, str]]:
    """How many pictures, films, charts, embedded files and macros it holds: nothing of that is read.

    A chart has its figures in an embedded file, which is not counted once more.
    """
    paths = [path.lower() for path in names(archive)]
    media = [path for path in paths if "/media/" in path]
    charts = sum(_CHART.search(path) is not None for path in paths)
    films = sum(path.endswith(_FILMS) for path in media)
    return [
        (sum(path.endswith(_PICTURES) for path in media), "picture"),
        (films, "film or sound recording"),
        (0 if reads_charts else charts, "chart"),
        (max(0, sum("/embeddings/" in path for path in paths) - charts), "embedded file"),
        (sum(path.endswith(_MACROS.lower()) for path in paths), "macro project"),
    ]
