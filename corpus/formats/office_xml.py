"""What the Office Open XML formats (Word, PowerPoint, Excel) have in common: their properties and what they embed."""

from __future__ import annotations

import zipfile

from corpus.formats.compose import people, real_title
from corpus.formats.package import names, xml_part
from corpus.metadata import Claims
from corpus.types import Origin, Sourced

_CORE = "{http://purl.org/dc/elements/1.1/}"
_MACROS = "vbaProject.bin"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".emf", ".wmf", ".svg", ".webp")
_FILMS = (".mp4", ".m4v", ".mov", ".avi", ".wmv", ".mpg", ".mpeg", ".mp3", ".m4a", ".wav", ".wma", ".ogg")


def properties(archive: zipfile.ZipFile, titles: tuple[Sourced, ...] = ()) -> Claims:
    """What docProps/core.xml says: title, author, language. Its dates are those of the file and no publication dates.

    `titles` are stronger ones.
    """
    root = xml_part(archive, "docProps/core.xml")
    if root is None:
        return Claims(titles=titles)
    title = real_title(root.findtext(f"{_CORE}title") or "")
    language = root.findtext(f"{_CORE}language")
    return Claims(
        titles=(*titles, *((Sourced(title, Origin.META),) if title else ())),
        languages=(Sourced(language, Origin.META),) if language else (),
        authors=people([root.findtext(f"{_CORE}creator") or ""]),
    )


def embedded(archive: zipfile.ZipFile) -> list[tuple[int, str]]:
    """How many pictures, films, embedded files and macros it holds: nothing of that is read."""
    paths = [path.lower() for path in names(archive)]
    media = [path for path in paths if "/media/" in path]
    films = sum(path.endswith(_FILMS) for path in media)
    return [
        (sum(path.endswith(_PICTURES) for path in media), "picture"),
        (films, "film or sound recording"),
        (sum("/embeddings/" in path for path in paths), "embedded file"),
        (sum(path.endswith(_MACROS.lower()) for path in paths), "macro project"),
    ]
