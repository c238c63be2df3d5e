"""Reads pictures of pages with Debian's tesseract, where it is installed; what it read is kept by the picture's hash."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from statistics import median
from typing import IO, TYPE_CHECKING

from corpus.errors import InvalidInput
from corpus.formats.pdf_lines import Boxes, Line, PageText, Word
from corpus.limits import at_page

if TYPE_CHECKING:
    from lxml.etree import _Element

DPI = 200  # 150 and 300 gave the same words on scanned reports; below 150 they get worse
_PROCESSOR_SECONDS = (
    40  # of one run, which takes 2 to 5: the same on a busy machine, so that the text is the same
)
_SECONDS = 600.0  # however busy the machine is
_BEAT_SECONDS = 10.0  # so often a run says that it goes on
_SAME_HEIGHT = 0.2  # lines of a scan whose heights differ by less are set in one size
_HARDLY_READ = 0.7  # scanned text has 0.89 and more, what lies on its side 0.28 to 0.37, maps 0.54 to 0.68
_SPECK = 60.0  # signs without letters that are less sure are dirt on the paper
_DESCENDER = 0.22  # of the characters' height, below the base line
_NUMBERS = r"(-?[\d.]+)"
_BBOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_BASELINE = re.compile(rf"baseline {_NUMBERS} {_NUMBERS}")
_SIZE = re.compile(rf"x_size {_NUMBERS}")
_CONFIDENCE = re.compile(rf"x_wconf {_NUMBERS}")
_ROTATE = re.compile(r"Rotate: (\d+)")
_VERSION = re.compile(r"tesseract v?(\d+(?:\.\d+)*)")
_PROGRAM = ("tesseract",)
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}")


class OcrMode(StrEnum):
    """Which pages are read from their picture."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Ocr:
    """Which pages are read from their picture, and in which languages (tesseract's names: "eng", "fra")."""

    mode: OcrMode = OcrMode.AUTO
    languages: tuple[str, ...] = ("eng",)

    def __post_init__(self) -> None:
        for language in self.languages:
            if _LANGUAGE.fullmatch(language) is None:
                raise ValueError(
                    f"not a language of tesseract: {language!r}; they are written like eng or fra"
                )
        if not self.languages:
            raise ValueError("no language of tesseract is named; they are written like eng or eng+fra")


DEFAULT = Ocr()
INSTALL = "install tesseract (Debian: apt-get install tesseract-ocr) and add the file again"


@dataclass(frozen=True, slots=True)
class OcrChoice:
    """What a person says about reading pictures; None: as it was."""

    mode: OcrMode | None = None
    languages: tuple[str, ...] | None = None

    def over(self, before: Ocr) -> Ocr:
        """What holds now."""
        return Ocr(self.mode or before.mode, self.languages or before.languages)

    def check(self) -> None:
        """Raise InvalidInput, with what to install, if this asks for what the machine does not have."""
        if self.mode is OcrMode.ALWAYS and engine() is None:
            raise InvalidInput(f"pages cannot be read from their pictures here: {INSTALL}")
        if self.languages and engine() is not None and (missing := lacking(self.languages)):
            raise InvalidInput(lacks(missing))


class OcrFailed(Exception):
    """Tesseract could not read a page; the message ends a sentence that names the page."""


@cache
def engine() -> str | None:
    """The installed tesseract with its version, "tesseract-5.3.0"; None where there is none."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(told.stdout + told.stderr)
    return f"tesseract-{match[1]}" if match else None


@cache
def installed_languages() -> frozenset[str]:
    """The languages that the installed tesseract knows; none without tesseract."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    command = [program, "--list-langs"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    lines = (told.stdout + told.stderr).splitlines()
    return frozenset(line.strip() for line in lines if _LANGUAGE.fullmatch(line.strip()))


def lacking(languages: Iterable[str]) -> tuple[str, ...]:
    """Those of the languages that the installed tesseract does not know."""
    known = installed_languages()
    return tuple(language for language in languages if language not in known)


def lacks(languages: Sequence[str]) -> str:
    """The sentence about languages that tesseract does not know, with what to do."""
    packages = " ".join(f"tesseract-ocr-{language.replace('_', '-').lower()}" for language in languages)
    word = "language" if len(languages) == 1 else "languages"
    return f"tesseract lacks the {word} {', '.join(languages)}; run: apt-get install {packages}"


def read_picture(picture: bytes, page: PageText, languages: Sequence[str]) -> None:
    """Fill a page with the lines that tesseract finds in its picture (PGM, at DPI); raises OcrFailed.

    What is hardly read is looked at again the way up that tesseract thinks right.
    """
    best = _page(page, _recognised(picture, languages, page.number), 0)
    if best.confidence is not None and best.confidence < _HARDLY_READ:
        with contextlib.suppress(OcrFailed):  # then what was read first has to do
            if turn := _upright(picture, page.number):
                other = _page(page, _recognised(_turned(picture, turn), languages, page.number), turn)
                best = max(best, other, key=lambda found: found.confidence or 0.0)
    page.lines, page.characters, page.confidence = best.lines, best.characters, best.confidence
    page.width, page.height, page.boxes = best.width, best.height, best.boxes


def _upright(picture: bytes, number: int) -> int:
    """How far, clockwise in degrees, tesseract would turn the picture; 0 where it cannot say."""
    try:
        told = _recognised(picture, (), number, ("--psm", "0")).decode("ascii", "replace")
    except OcrFailed:
        return 0
    turn = _ROTATE.search(told)
    return int(turn[1]) % 360 if turn else 0


def _turned(picture: bytes, turn: int) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.open(io.BytesIO(picture)).rotate(-turn, expand=True).save(target, "PPM")
    return target.getvalue()


def _recognised(picture: bytes, languages: Sequence[str], number: int, options: Sequence[str] = ()) -> bytes:
    """What tesseract writes about a picture, from the folder of earlier results where it is there."""
    arguments = [
        *(("-l", "+".join(languages)) if languages else ()),
        "--dpi",
        str(DPI),
        *(options or ("hocr",)),
    ]
    key = hashlib.sha256(f"{engine()} {' '.join(arguments)}\n".encode() + picture).hexdigest()
    kept = _folder() / key[:2] / key
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    found = _run(picture, arguments, languages, number)
    with contextlib.suppress(OSError):  # a folder that cannot be written costs time, nothing else
        _keep(kept, found)
    return found


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("sourcebook") / "ocr"


def _keep(path: Path, found: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as target:
        target.write(found)
    Path(target.name).replace(path)


def _run(picture: bytes, arguments: Sequence[str], languages: Sequence[str], number: int) -> bytes:
    if missing := lacking(languages):  # with two languages tesseract itself goes on with the other
        raise OcrFailed(lacks(missing))
    # pages are read side by side, not one by many threads
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command = [*_PROGRAM, "stdin", "stdout", *arguments]
    try:
        with (
            _as_file(picture) as given,
            subprocess.Popen(
                command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
            ) as process,
        ):
            answer, errors = _finished(process, number)
    except OSError as error:
        raise OcrFailed(f"tesseract could not be started ({error.strerror})") from error
    if process.returncode == -signal.SIGXCPU:
        raise OcrFailed(f"tesseract gave up after {_PROCESSOR_SECONDS} s of computing")
    if process.returncode != 0:
        told = errors.decode("utf-8", "replace").strip().splitlines()
        raise OcrFailed(f"tesseract failed: {told[0] if told else 'no reason given'}")
    return answer


@contextlib.contextmanager
def _as_file(picture: bytes) -> Iterator[IO[bytes]]:
    """The picture in a nameless file: `communicate` forgets what is left of an input when it is asked a second time."""
    with tempfile.TemporaryFile() as file:
        file.write(picture)
        file.seek(0)
        yield file


def _finished(process: subprocess.Popen[bytes], number: int) -> tuple[bytes, bytes]:
    """What the process writes about its picture; while it computes, the page counts as being read."""
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS + 1))
    until = time.monotonic() + _SECONDS
    while True:
        try:
            return process.communicate(timeout=_BEAT_SECONDS)
        except subprocess.TimeoutExpired as error:
            if time.monotonic() > until:
                process.kill()
                raise OcrFailed(f"tesseract gave up after {_SECONDS:.0f} s") from error
            at_page(number)


# From tesseract's answer to lines


_Read = tuple[str, int, int, float]  # text, left and right edge in pixels, confidence from 0 to 100


@dataclass(slots=True)
class _Found:
    """A line in the picture: its words, base line and height, in pixels."""

    words: list[_Read]
    base: float
    size: float


def _page(page: PageText, answer: bytes, turn: int) -> PageText:
    """The page with the lines that were found in its picture when it was turned so far clockwise."""
    lines = [line for line in _lines(answer) if line.words]
    usual = median([line.size for line in lines for _word in line.words]) if lines else 0.0
    scale = 72 / DPI
    aside = turn % 180 != 0
    width, height = (page.height, page.width) if aside else (page.width, page.height)
    found = PageText(page.number, width, height, [], 0, Boxes(*(array("f") for _ in range(4))))
    for line in lines:
        size = usual if abs(line.size - usual) < _SAME_HEIGHT * usual else line.size
        bottom = height - scale * (line.base + _DESCENDER * size)
        words = []
        for text, left, right, _sure in line.words:
            first = _characters(found, text, scale * left, scale * right, bottom, bottom + scale * size, turn)
            indices = range(first, first + len(text))
            words.append(Word(text, indices, scale * left, bottom, scale * right, bottom + scale * size))
        found.lines.append(Line(page.number, words, sure=_mean(line.words)))
    found.characters = sum(len(word[0]) for line in lines for word in line.words)
    found.confidence = round(_mean([word for line in lines for word in line.words]), 4)
    return found


def _mean(words: Sequence[_Read]) -> float:
    """The mean confidence (0..1) of the characters."""
    total = sum(len(text) for text, _left, _right, _sure in words)
    return sum(len(text) * sure for text, _left, _right, sure in words) / total / 100 if total else 0.0


def _characters(
    page: PageText, text: str, left: float, right: float, bottom: float, top: float, turn: int
) -> int:
    """Add the boxes of a word's characters, which share its width evenly, as the page is shown; the first's index."""
    boxes = page.boxes
    assert boxes is not None
    first, step = len(boxes.left), (right - left) / len(text)
    for place in range(len(text)):
        start, end = left + place * step, left + (place + 1) * step
        if turn == 90:
            box = page.height - top, start, page.height - bottom, end
        elif turn == 180:
            box = page.width - end, page.height - top, page.width - start, page.height - bottom
        elif turn == 270:
            box = bottom, page.width - end, top, page.width - start
        else:
            box = start, bottom, end, top
        for target, value in zip((boxes.left, boxes.bottom, boxes.right, boxes.top), box, strict=True):
            target.append(value)
    return first


def _lines(answer: bytes) -> Iterator[_Found]:
    from lxml import etree

    if not answer.strip():
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(answer, parser)
    if root is None:
        return
    for element in root.iter("{*}span"):
        kind = element.get("class", "")
        if kind not in ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"):
            continue
        title = element.get("title", "")
        box, size = _BBOX.search(title), _SIZE.search(title)
        if box is None:
            continue
        left, top, right, bottom = map(int, box.groups())
        slope = _BASELINE.search(title)
        base = bottom + (float(slope[2]) + float(slope[1]) * (right - left) / 2 if slope else 0.0)
        words = [word for span in element.iter("{*}span") if (word := _read_word(span)) is not None]
        yield _Found(words, base, float(size[1]) if size else float(bottom - top))


def _read_word(element: _Element) -> _Read | None:
    if element.get("class") != "ocrx_word":
        return None
    title = element.get("title", "")
    box, sure = _BBOX.search(title), _CONFIDENCE.search(title)
    text = "".join("".join(map(str, element.itertext())).split())
    if box is None or not text:
        return None
    confidence = float(sure[1]) if sure else 0.0
    if confidence < _SPECK and not any(map(str.isalnum, text)):
        return None
    return text, int(box[1]), int(box[3]), confidence
