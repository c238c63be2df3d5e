"""What the OpenDocument formats have in common: their properties, and whether they are locked."""

from __future__ import annotations

import zipfile

from corpus.formats.compose import filled_in
from corpus.formats.package import names, xml_part
from corpus.metadata import Claims
from corpus.types import Sourced

KIND_TEXT = "application/vnd.oasis.opendocument.text"
KIND_SHEET = "application/vnd.oasis.opendocument.spreadsheet"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"


def odf_properties(archive: zipfile.ZipFile, titles: tuple[Sourced, ...] = ()) -> Claims:
    """What meta.xml says: title, author, language. Its dates are those of the file and no publication dates.

    `titles` are stronger ones.
    """
    root = xml_part(archive, "meta.xml")
    if root is None:
        return Claims(titles=titles)
    said = {str(element.tag): element.text or "" for element in root.iter() if len(element) == 0}
    author = said.get(f"{_META}initial-creator") or said.get(f"{_DUBLIN}creator", "")
    return filled_in(said.get(f"{_DUBLIN}title", ""), author, said.get(f"{_DUBLIN}language", ""), titles)


def is_locked(archive: zipfile.ZipFile) -> bool:
    """Whether parts of it are encrypted."""
    manifest = (
        xml_part(archive, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names(archive) else None
    )
    return manifest is not None and manifest.find(".//{*}encryption-data") is not None
