"""What a person chose for a library once and for all: how pictures of pages are read; the SQL for it."""

from __future__ import annotations

import sqlite3

from corpus.formats.ocr import DEFAULT, Ocr, OcrMode


def load_ocr(connection: sqlite3.Connection) -> Ocr:
    """How pictures of pages are read in this library; the defaults where nobody said."""
    row = connection.execute("SELECT value FROM choices WHERE name = 'ocr'").fetchone()
    if row is None:
        return DEFAULT
    mode, languages = row[0].split(" ")
    return Ocr(OcrMode(mode), tuple(languages.split("+")))


def save_ocr(connection: sqlite3.Connection, ocr: Ocr) -> None:
    """Remember it."""
    value = f"{ocr.mode.value} {'+'.join(ocr.languages)}"
    connection.execute("INSERT OR REPLACE INTO choices VALUES ('ocr', ?)", (value,))
