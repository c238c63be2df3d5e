"""What a benchmark says about where and when it ran, and how it measures time and memory."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from eval.about import processor


def heading(*packages: str) -> str:
    """Date, processor, load and versions, in two lines."""
    parts = [f"{datetime.now(UTC):%Y-%m-%d}", processor(), f"{os.cpu_count()} processors", machine_load()]
    versions = [f"Python {platform.python_version()}"]
    for package in packages:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts) + "\n" + ", ".join(versions)


def machine_load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and seconds of this process's processors that an action takes."""
    wall, busy = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - busy


def middle(values: Sequence[float]) -> float:
    return float(np.median(values))


def high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return float(np.quantile(values, 0.95))


def most_memory() -> float:
    """The most memory this process has held, in MB."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def memory(process: int | str = "self") -> dict[str, float]:
    """MB held by a process now, of it its own and mapped from files, and the most it ever held (Linux)."""
    file = Path(f"/proc/{process}/status")
    if not file.exists():
        return {}
    found = {}
    for line in file.read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM", "RssAnon", "RssFile"):
            found[name] = int(value.split()[0]) * 1024 / 1e6
    return found


def folder_size(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
