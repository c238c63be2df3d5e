"""Every error the program raises on purpose; each message is a sentence that names the fix.

SourcebookError
├── UnreadableDocument     one file cannot be read; the others can
│   └── GaveUp             reading it took too long or too much, or crashed the reader
├── LibraryNotFound        no library in that folder
├── LibraryBusy            another process is writing to it
├── LibraryIncompatible    made by another version or with another model
└── InvalidInput           a question, option or file of questions that cannot be used
"""

from __future__ import annotations

from pathlib import Path


class SourcebookError(Exception):
    """Base of all errors that are shown to a person as one sentence."""


class UnreadableDocument(SourcebookError):
    """One file cannot be read."""


class GaveUp(UnreadableDocument):
    """Reading one file took too long or too much, or crashed its reader; trying again would do the same."""


class LibraryNotFound(SourcebookError):
    """There is no library in that folder."""


class LibraryBusy(SourcebookError):
    """Another process is writing to the library."""


class LibraryIncompatible(SourcebookError):
    """The library was made by another version or with another model."""


class InvalidInput(SourcebookError):
    """A question, option or file that cannot be used as it is."""


def unwritable(file: Path, error: OSError) -> InvalidInput:
    """The error to raise where a file or folder cannot be written, with the system's reason."""
    return InvalidInput(f"{file} cannot be written: {(error.strerror or str(error)).lower()}.")
