"""Whether torch sees a GPU: as far as files tell before torch is imported, which takes seconds; then by torch itself."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

_PLACE = Path("/dev")
_DEVICES = ("nvidia[0-9]*", "kfd")
_LIBRARIES = ("*torch_cuda*", "*torch_hip*")


def torch_sees_gpu() -> bool:
    """Whether documents may be encoded on a GPU; imports torch only where there is one that its build can use."""
    if device() == "cpu" or not _may_see():
        return False
    import torch

    return torch.cuda.is_available()


def device() -> str | None:
    """What torch is to compute on, "cpu" where SOURCEBOOK_DEVICE says so; None: the best that it sees."""
    return "cpu" if os.environ.get("SOURCEBOOK_DEVICE", "").strip().lower() == "cpu" else None


def _may_see() -> bool:
    spec = find_spec("torch")
    if spec is None or spec.origin is None or not _any(_PLACE, _DEVICES):
        return False
    return _any(Path(spec.origin).parent / "lib", _LIBRARIES)


def _any(folder: Path, patterns: tuple[str, ...]) -> bool:
    return any(True for pattern in patterns for _ in folder.glob(pattern))
