"""The process that reads documents for another one, within limits: started by `corpus.workers`, told what to read.

Both sides talk over one socket: a line of JSON, then as many bytes as it announces. What comes back is data in the
database's own packing, never pickled objects: a parser that was taken over cannot make the other side run anything.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableDocument
from corpus.formats import read, reread
from corpus.formats.containers import Member, members
from corpus.formats.ocr import DEFAULT, Ocr, OcrMode
from corpus.limits import MAXIMUM_CHARACTERS, Limits, report_pages
from corpus.packing import (
    decode,
    encode,
    pack_blocks,
    pack_metadata,
    pack_pages,
    unpack_blocks,
    unpack_metadata,
    unpack_pages,
)
from corpus.types import Document, Metadata, Origin, Sourced

_GRACE_SECONDS = 5.0
_SEVERAL = 500
_SWOLLEN_KILOBYTES = 600_000


@dataclass(frozen=True, slots=True)
class Task:
    """Bytes to read and their name; with `reader` that reader and no other is taken, as for a text once quoted.

    `password` and `ocr` count for PDF files. `on_page` stays on this side: it is told every page that is begun.
    """

    data: bytes
    name: str
    password: str | None = None
    reader: str | None = None
    ocr: Ocr = DEFAULT
    on_page: Callable[[int], None] | None = field(default=None, compare=False)

    def run(self) -> Document:
        """Read in this process; raises UnreadableDocument."""
        if self.reader is not None:
            document = reread(self.data, _quoted(self.name, self.reader), self.password)
        else:
            document = read(self.data, self.name, self.password, self.ocr)
        if len(document.text) > MAXIMUM_CHARACTERS:
            raise UnreadableDocument(
                f"{self.name} gives {len(document.text):,} characters of text and at most {MAXIMUM_CHARACTERS:,} "
                "are read; split it into parts"
            )
        return document


@dataclass(frozen=True, slots=True)
class Opening:
    """Bytes of an archive or an e-mail, to be taken apart into the files in it."""

    data: bytes
    name: str

    def run(self) -> list[Member]:
        """Take it apart in this process; raises UnreadableDocument."""
        return members(self.data, self.name) or []


def _quoted(name: str, reader: str) -> Document:
    """A document as far as reading its original again needs it."""
    return Document("", "", (), Metadata(Sourced(name, Origin.FILE)), "", reader)


def pack_task(task: Task | Opening) -> tuple[bytes, bytes]:
    """The line that announces a task's bytes, and the bytes."""
    head: dict[str, Any] = {"name": task.name, "size": len(task.data)}
    if isinstance(task, Task):
        head |= {"password": task.password, "reader": task.reader}
        head |= {"ocr": task.ocr.mode.value, "languages": task.ocr.languages}
    return _line(head), task.data


def _unpack_task(head: dict[str, Any], data: bytes) -> Task | Opening:
    if "ocr" not in head:
        return Opening(data, head["name"])
    ocr = Ocr(OcrMode(head["ocr"]), tuple(head["languages"]))
    return Task(data, head["name"], head["password"], head["reader"], ocr)


def pack_members(found: Sequence[Member]) -> list[bytes]:
    """The line that announces the files in a container, and their bytes."""
    told = [
        {
            "name": member.name,
            "reason": member.reason,
            "size": None if member.data is None else len(member.data),
        }
        for member in found
    ]
    return [_line({"members": told}), *(member.data for member in found if member.data)]


def unpack_member(told: dict[str, Any], take: Callable[[int], bytes]) -> Member:
    """One of the files announced; `take` gives the next bytes."""
    size = told["size"]
    return Member(str(told["name"]), None if size is None else take(int(size)), str(told["reason"]))


def pack_document(document: Document) -> list[bytes]:
    """The line that announces a document's parts, and the parts."""
    parts = [encode(document.text), pack_blocks(document.blocks), pack_pages(document.pages)]
    head = {
        "sizes": [len(part) for part in parts],
        "id": document.id,
        "metadata": pack_metadata(document.metadata),
        "media_type": document.media_type,
        "reader": document.reader,
        "notes": list(document.notes),
    }
    return [_line(head), *parts]


def unpack_document(head: dict[str, Any], parts: bytes) -> Document:
    """Undo `pack_document`; raises ValueError, KeyError or TypeError for what it cannot have made."""
    text, blocks, _ = head["sizes"]
    return Document(
        id=head["id"],
        text=decode(parts[:text]),
        blocks=unpack_blocks(parts[text : text + blocks]),
        metadata=unpack_metadata(head["metadata"]),
        media_type=head["media_type"],
        reader=head["reader"],
        pages=unpack_pages(parts[text + blocks :]),
        notes=tuple(head["notes"]),
    )


def _line(head: dict[str, Any]) -> bytes:
    return json.dumps(head).encode() + b"\n"


def serve(descriptor: int, limits: Limits) -> None:
    """Read what the other side of the socket asks for until it closes it, or until this process has grown too big."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_FSIZE, limits.file_bytes)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    with (
        socket.socket(fileno=descriptor) as connection,
        connection.makefile("rb") as incoming,
        connection.makefile("wb") as outgoing,
    ):
        outgoing.write(_line({"ready": True}))
        outgoing.flush()
        for number in range(_SEVERAL):
            line = incoming.readline()
            if not line:
                return
            head = json.loads(line)
            task = _unpack_task(head, _exactly(incoming, head["size"]))
            answer = _answer(task, outgoing, limits)
            last = _memory_kilobytes() > _SWOLLEN_KILOBYTES or number == _SEVERAL - 1
            for part in (_line({"last": last}), *answer):
                outgoing.write(part)
            outgoing.flush()
            del task, answer
            if last:
                return


def _memory_kilobytes() -> int:
    """What this process holds in memory now; 0 where the system does not tell.

    Not the peak of `getrusage`: a new process starts with the peak of the one that started it, however large that was.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize() // 1024


def _answer(task: Task | Opening, outgoing: BufferedWriter, limits: Limits) -> list[bytes]:
    """What comes of the task, in parts; nothing does if it takes too long, for then this process ends."""
    # The other side keeps the time; these two make an end here, too, should it be gone.
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + limits.total_seconds + _GRACE_SECONDS + 1

    def tell(page: int) -> None:
        nonlocal seconds
        outgoing.write(_line({"page": page}))
        outgoing.flush()
        seconds += limits.page_seconds
        _limit(resource.RLIMIT_CPU, int(seconds))
        signal.setitimer(signal.ITIMER_REAL, limits.stall_seconds + _GRACE_SECONDS)

    _limit(resource.RLIMIT_CPU, int(seconds))
    signal.setitimer(signal.ITIMER_REAL, limits.stall_seconds + _GRACE_SECONDS)
    report_pages(tell)
    try:
        return pack_members(task.run()) if isinstance(task, Opening) else pack_document(task.run())
    except UnreadableDocument as error:
        return [_line({"unreadable": str(error)})]
    except MemoryError:
        return [_line({"memory": limits.memory_bytes})]
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return [_line({"memory": limits.memory_bytes})]
        return [_line({"broke": type(error).__name__, "detail": str(error)[:300]})]
    finally:
        report_pages(None)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(which: int, amount: int) -> None:
    """Set the soft limit, as far as the hard one allows."""
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


def _exactly(incoming: BufferedReader, size: int) -> bytes:
    data = incoming.read(size)
    if len(data) != size:
        raise EOFError
    return data


def main(arguments: list[str]) -> None:
    """Serve on the inherited socket; the arguments are its number and the limits as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    serve(int(arguments[0]), Limits(**json.loads(arguments[1])))
