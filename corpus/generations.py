"""The folders of index files in a library: their names, and which of them nothing needs; no database."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.schema import GENERATIONS_NAME

BUILDING_NAME = ".building"
_OURS = re.compile(rf"\d{{6,}}|{re.escape(BUILDING_NAME)}")


def generation_folder(folder: Path, number: int) -> Path:
    """Return where the index files of a generation lie."""
    return folder / GENERATIONS_NAME / f"{number:06d}"


def stray_folders(folder: Path, number: int) -> list[Path]:
    """What crashed builds left, and generations that were replaced more than once; `number` is the published one.

    Only what a library itself names so: anything else that lies there is its owner's.
    """
    kept = {generation_folder(folder, each).name for each in (number, number - 1) if each > 0}
    generations = folder / GENERATIONS_NAME
    found = sorted(generations.iterdir()) if generations.is_dir() else []
    return [path for path in found if _OURS.fullmatch(path.name) and path.name not in kept]
