"""A user whom permissions bind, also where the tests run as the superuser, and folders that such a user may read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import CHECKOUT

NOBODY = 65534


@contextmanager
def public_folder() -> Iterator[Path]:
    """A new folder that every user gets at; removed afterwards, whatever was made read-only in it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)


def make_read_only(folder: Path) -> None:
    """Let nobody write to a folder and all in it; who may look into it is not changed."""
    for path in [*folder.rglob("*"), folder]:
        path.chmod(path.stat().st_mode & 0o555)


def run_as_nobody(
    code: str, *arguments: Path, imports: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run code with these arguments; `imports` are made before, by the user who runs the tests."""
    if os.geteuid() == 0:
        code = f"import os; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", f"{imports}\n{code}", *map(str, arguments)],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
