"""Damage to files that may be mapped into memory just then."""

from __future__ import annotations

from pathlib import Path


def replace_content(path: Path, content: bytes) -> None:
    """Put a file of this content in the place of another: written over, a mapped one would end under its reader's hands."""
    other = path.with_name(f"{path.name}.other")
    other.write_bytes(content)
    other.replace(path)
