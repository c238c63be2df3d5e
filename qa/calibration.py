"""How one library reads its confidence: a scale, an intercept and a threshold kept beside it; fits nothing (eval does)."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from corpus.errors import SourcebookError
from embeddings.errors import ModelError
from embeddings.reader import Reader
from qa import model
from qa.answer import THRESHOLD

FILE: Final = "calibration.json"
FORMAT: Final = 1
"""The version of the file's layout, which docs/calibration.schema.json describes."""
RENEW: Final = (
    "fit it again: sourcebook calibrate --questions FILE; or remove it: sourcebook calibrate --forget"
)
_MOST_BYTES = 1_000_000
_LEAST = 1e-6  # confidences have six decimals
_JUDGING = ("answerable", "evidence", "reading")

log = logging.getLogger(__name__)


class CalibrationUnreadable(SourcebookError):
    """A library's calibration is damaged, or was made by another version; the sentence names the fix."""


class Model(Protocol):
    """An encoder, or what a library says of the one it was made with."""

    @property
    def model(self) -> str:
        """Its name."""
        ...

    @property
    def revision(self) -> str:
        """What changes when its vectors do."""
        ...


@dataclass(frozen=True, slots=True)
class Judges:
    """All models that a confidence comes from; `weights` is a hash over the fitted ones."""

    model: str
    revision: str
    reader: str
    weights: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Answerable and unanswerable questions."""

    answerable: int
    unanswerable: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure on the held-out questions with its 95% interval; `n` questions count in it."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Made:
    """How a calibration came about: when, from which questions of which file, by which models, and what it is worth.

    `shipped` and `calibrated` are figures of the held-out questions without and with it; `documents` the documents
    that the library held; `max_false_answers` the rate that was asked for, None for the least sum of both errors.
    """

    made: str
    file: str
    sha256: str
    seed: int
    max_false_answers: float | None
    fitted: Counts
    held_out: Counts
    documents: int
    judges: Judges
    shipped: tuple[Figure, ...]
    calibrated: tuple[Figure, ...]

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return sum((self.fitted.answerable, self.fitted.unanswerable)) + sum(
            (self.held_out.answerable, self.held_out.unanswerable)
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """What makes a shipped confidence this library's: log odds * scale + intercept, answered from `threshold` on.

    As it is by default it is the shipped one, which changes nothing. `made` is set on what was read from a library.
    """

    scale: float = 1.0
    intercept: float = 0.0
    threshold: float = field(default_factory=lambda: THRESHOLD)
    made: Made | None = None

    def probability(self, shipped: float) -> float:
        """The probability, 0..1, for a shipped confidence; 0 (nothing was found at all) stays 0."""
        if shipped == 0.0 or (self.scale, self.intercept) == (1.0, 0.0):
            return shipped
        return round(sigmoid(self.scale * log_odds(shipped) + self.intercept), 6)


def log_odds(probability: float) -> float:
    """Log odds of a confidence, which has six decimals: 0 and 1 count as the next ones."""
    inside = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))


def sigmoid(odds: float) -> float:
    """The probability for log odds, without overflow."""
    small = math.exp(-abs(odds))
    return (1.0 if odds >= 0 else small) / (1.0 + small)


def judges_of(encoder: Model, reader: Reader | None = None) -> Judges:
    """The models that judge with this encoder and reader (without one, the shipped reader); raises ModelError."""
    total = hashlib.sha256()
    for name in _JUDGING:
        total.update((model.FOLDER / f"{name}.json").read_bytes())
    try:
        revision = (reader or Reader()).revision
    except OSError as error:
        raise ModelError("the reader's weights are missing; install the program again") from error
    return Judges(encoder.model, encoder.revision, revision, total.hexdigest())


def written(calibration: Calibration) -> str:
    """The text of the file that keeps a calibration."""
    return json.dumps({"format": FORMAT, **asdict(calibration)}, indent=2)


def read_calibration(folder: Path) -> Calibration | None:
    """The calibration in a library's folder; None where there is none. Raises CalibrationUnreadable."""
    file = folder / FILE
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError("it is far too large")
        held = json.loads(data)
        if not isinstance(held, dict):
            raise ValueError("it is no JSON object")
        if held.get("format") == FORMAT:
            return _calibration(held)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CalibrationUnreadable(
            f"the calibration at {file} cannot be read ({error.strerror}), so the shipped one is in use; "
            "allow reading it, or remove it: sourcebook calibrate --forget"
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CalibrationUnreadable(
            f"the calibration at {file} is damaged, so the shipped one is in use; {RENEW}"
        ) from error
    raise CalibrationUnreadable(
        f"the calibration at {file} has format {held.get('format')!r}, this program reads {FORMAT}, so the shipped one "
        f"is in use; {RENEW}"
    )


def trouble(calibration: Calibration, judges: Judges) -> str | None:
    """Why a calibration cannot be used with these models, in a sentence; None if it can."""
    if calibration.made is None:
        return None
    theirs = calibration.made.judges
    named = (
        (f"the model {theirs.model}", theirs.revision == judges.revision),
        ("another reader", theirs.reader == judges.reader),
        ("other weights of evidence", theirs.weights == judges.weights),
    )
    others = [name for name, same in named if not same]
    if not others:
        return None
    return (
        f"the calibration of {day_of(calibration.made)} was made with {' and '.join(others)}, so the shipped one is in "
        f"use; {RENEW}"
    )


def day_of(made: Made) -> str:
    """The day on which a calibration was made, as YYYY-MM-DD."""
    return made.made[:10]


class Calibrations:
    """The calibration in a library's folder as it is now; safe to use from several threads.

    What cannot be used is told in the log, once, and the shipped calibration takes its place.
    """

    def __init__(self, folder: Path, encoder: Model, reader: Reader | None) -> None:
        """With `reader` None some stage is left out: then the shipped calibration is used, and nothing is read."""
        self._folder, self._encoder, self._reader = folder, encoder, reader
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._current = Calibration()

    def current(self) -> Calibration:
        """The calibration to use for the next question; the file is read again only when it has changed."""
        seen = None if self._reader is None else _state(self._folder / FILE)
        if seen is None:
            return Calibration()
        with self._lock:
            if seen != self._seen:
                self._current, self._seen = self._read(), seen
            return self._current

    def _read(self) -> Calibration:
        try:
            found = read_calibration(self._folder)
        except CalibrationUnreadable as error:
            log.warning("%s", error)
            return Calibration()
        if found is None:
            return Calibration()
        problem = trouble(found, judges_of(self._encoder, self._reader))
        if problem is not None:
            log.warning("%s", problem)
            return Calibration()
        return found


def _state(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _calibration(held: Mapping[str, Any]) -> Calibration:
    """Read the parsed file; raises ValueError, TypeError or KeyError for what is not as written."""
    made, judges = held["made"], held["made"]["judges"]
    scale, intercept = _number(held["scale"]), _number(held["intercept"])
    threshold, asked = _number(held["threshold"]), made["max_false_answers"]
    if scale <= 0 or not 0 < threshold <= 1:
        raise ValueError("scale or threshold is out of range")
    datetime.fromisoformat(made["made"])
    return Calibration(
        scale,
        intercept,
        threshold,
        Made(
            made=made["made"],
            file=_words(made["file"]),
            sha256=_words(made["sha256"]),
            seed=_count(made["seed"]),
            max_false_answers=None if asked is None else _number(asked),
            fitted=_counts(made["fitted"]),
            held_out=_counts(made["held_out"]),
            documents=_count(made["documents"]),
            judges=Judges(**{name: _words(judges[name]) for name in _names(Judges)}),
            shipped=_figures(made["shipped"]),
            calibrated=_figures(made["calibrated"]),
        ),
    )


def _figures(held: Iterable[Mapping[str, Any]]) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            _words(one["name"]),
            _number(one["value"]),
            _number(one["low"]),
            _number(one["high"]),
            _count(one["n"]),
        )
        for one in held
    )


def _counts(held: Mapping[str, Any]) -> Counts:
    return Counts(**{name: _count(held[name]) for name in _names(Counts)})


def _names(kind: type[Judges] | type[Counts]) -> list[str]:
    return [one.name for one in fields(kind)]


Value = TypeVar("Value")


def _of(kind: type[Value], value: object) -> Value:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


def _words(value: object) -> str:
    return _of(str, value)


def _count(value: object) -> int:
    return _of(int, value)


def _number(value: object) -> float:
    number = float(_of(int, value) if isinstance(value, int) else _of(float, value))
    if not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number
