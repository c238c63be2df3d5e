"""The calibration of a library: used at once, damaged or foreign ones told and not used, never a crash."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qa.answer import THRESHOLD, strength
from qa.calibration import (
    FILE,
    Calibration,
    CalibrationUnreadable,
    Counts,
    Figure,
    Judges,
    Made,
    judges_of,
    log_odds,
    read_calibration,
    trouble,
    written,
)
from qa.doctor import examine
from qa.engine import Sourcebook
from qa.stages import Stage
from tests.conftest import CHECKOUT
from tests.fakes import FakeEncoder
from tests.qa.material import ANSWERED, DOCUMENTS, build

SCHEMA: dict[str, Any] = json.loads((CHECKOUT / "docs" / "calibration.schema.json").read_text())
QUESTION = next(iter(ANSWERED))
FIGURE = Figure("false answers", 0.1, 0.0, 0.3, 14)


@pytest.fixture(scope="module")
def judges() -> Judges:
    return judges_of(FakeEncoder())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return build(tmp_path)


@pytest.fixture
def book(library: Path) -> Iterator[Sourcebook]:
    with Sourcebook.open(library, encoder=FakeEncoder()) as opened:
        yield opened


def calibration(judges: Judges, threshold: float = 0.6, intercept: float = -1.0) -> Calibration:
    made = Made(
        made="2026-11-22T09:00:00+00:00",
        file="mine.jsonl",
        sha256="00",
        seed=1,
        max_false_answers=None,
        fitted=Counts(41, 14),
        held_out=Counts(41, 14),
        documents=len(DOCUMENTS),
        judges=judges,
        shipped=(FIGURE,),
        calibrated=(FIGURE, FIGURE),
    )
    return Calibration(0.5, intercept, threshold, made)


def keep(library: Path, text: str) -> None:
    fresh = library / "fresh"
    fresh.write_text(text)
    fresh.replace(library / FILE)


def test_a_calibration_comes_back_as_it_was_written(tmp_path: Path, judges: Judges) -> None:
    assert read_calibration(tmp_path) is None
    for one in (calibration(judges), replace(calibration(judges), scale=1)):
        keep(tmp_path, written(one))
        assert read_calibration(tmp_path) == one
        jsonschema.validate(json.loads(written(one)), SCHEMA)


def test_probabilities_by_hand() -> None:
    # log odds of 0.8 are log 4; half of them are log 2: odds 2, so 2/3
    assert Calibration(0.5, 0.0).probability(0.8) == pytest.approx(2 / 3, abs=1e-6)
    assert Calibration(0.5, 0.0).probability(0.0) == 0.0
    assert 0 < Calibration(0.5, 0.0).probability(1e-6) < Calibration(0.5, 0.0).probability(1.0) < 1
    assert Calibration().probability(0.123456) == 0.123456
    assert Calibration().threshold == THRESHOLD
    assert Calibration(900.0, 0.0).probability(0.01) == 0.0
    assert (log_odds(1.0), log_odds(0.0)) == pytest.approx((13.8155, -13.8155), abs=1e-4)


def test_an_open_library_uses_it_at_once_and_until_it_is_gone(
    library: Path, book: Sourcebook, judges: Judges
) -> None:
    shipped = book.ask(QUESTION)
    assert shipped.threshold == THRESHOLD
    own = calibration(judges, threshold=0.999)
    keep(library, written(own))
    declined = book.ask(QUESTION)

    assert not declined.answered and declined.reason and declined.nearest
    assert declined.confidence == own.probability(shipped.confidence)
    keep(library, written(replace(own, threshold=0.0001)))
    assert book.ask(QUESTION).answered
    (library / FILE).unlink()
    assert book.ask(QUESTION) == shipped


def test_it_does_not_hold_where_a_stage_is_left_out(library: Path, judges: Judges) -> None:
    keep(library, written(calibration(judges)))
    with Sourcebook.open(library, encoder=FakeEncoder(), without=frozenset({Stage.READER})) as book:
        assert book.calibration == Calibration()


def broken(judges: Judges) -> dict[str, str]:
    """Files that cannot be used, by what is wrong with them."""
    held: dict[str, Any] = {"format": 1, **asdict(calibration(judges))}
    made = held["made"]
    wrong = {
        "scale": {**held, "scale": -1},
        "threshold": {**held, "threshold": 2},
        "text": {**held, "intercept": "0"},
        "truth": {**held, "scale": True},
        "no record": {**held, "made": None},
        "no day": {**held, "made": {**made, "made": "today"}},
        "no counts": {**held, "made": {**made, "fitted": 3}},
        "no judges": {**held, "made": {**made, "judges": {}}},
        "figures": {**held, "made": {**made, "shipped": [1]}},
    }
    texts = {name: json.dumps(value) for name, value in wrong.items()}
    return texts | {
        "empty": "",
        "cut": written(calibration(judges))[:100],
        "a list": "[]",
        "not a number": written(calibration(judges)).replace("-1.0", "NaN"),
        "deep": "[" * 100_000,
        "large": " " * 1_000_001,
    }


def test_damaged_files_are_told_once_and_the_shipped_one_answers(
    library: Path, book: Sourcebook, judges: Judges, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = book.ask(QUESTION)
    for name, text in broken(judges).items():
        keep(library, text)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert book.ask(QUESTION) == shipped, name
            book.ask(QUESTION)
        (told,) = [record.message for record in caplog.records if record.name == "qa.calibration"]
        assert "is damaged, so the shipped one is in use; fit it again: sourcebook calibrate" in told, name
    (library / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalibrationUnreadable, match="is damaged"):
        read_calibration(library)


def test_other_versions_and_folders_are_told(library: Path, judges: Judges) -> None:
    keep(library, json.dumps({"format": 2}))
    with pytest.raises(CalibrationUnreadable, match="has format 2, this program reads 1"):
        read_calibration(library)
    (library / FILE).unlink()
    (library / FILE).mkdir()
    with pytest.raises(CalibrationUnreadable, match="cannot be read"):
        read_calibration(library)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"revision": "other"}, "the model fake"),
        ({"reader": "other"}, "another reader"),
        ({"weights": "other", "reader": "other"}, "another reader and other weights of evidence"),
    ],
)
def test_a_calibration_by_other_models_is_told_and_not_used(
    library: Path,
    book: Sourcebook,
    judges: Judges,
    change: dict[str, str],
    named: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = calibration(replace(judges, **change))
    sentence = f"the calibration of 2026-11-22 was made with {named}, so the shipped one is in use"
    assert (trouble(other, judges) or "").startswith(sentence)
    assert trouble(calibration(judges), judges) is trouble(Calibration(), judges) is None

    keep(library, written(other))
    assert book.calibration == Calibration()
    assert sentence in caplog.text
    found = examine(library)
    assert found.sound and any(note.startswith(sentence) for note in found.notes)
    assert "the calibration: the shipped one is in use" in found.checked


def test_the_doctor_tells_which_calibration_is_in_use(library: Path, judges: Judges) -> None:
    assert "the calibration: the shipped one is in use" in examine(library).checked
    own = calibration(judges)
    keep(library, written(own))
    found = examine(library)
    line = "the calibration: made on 2026-11-22 from 110 questions in mine.jsonl; answers from 0.600"
    assert line in found.checked and not found.notes

    assert own.made is not None
    keep(library, written(replace(own, made=replace(own.made, documents=3))))
    assert any("held 3 documents, it holds 5 now" in note for note in examine(library).notes)
    keep(library, "{")
    assert any("is damaged" in note for note in examine(library).notes)


def test_a_file_that_may_not_be_read_is_told(library: Path, judges: Judges) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    keep(library, written(calibration(judges)))
    (library / FILE).chmod(0)
    with pytest.raises(CalibrationUnreadable, match="cannot be read"):
        read_calibration(library)


@pytest.mark.parametrize(
    ("probability", "threshold", "word"),
    [
        (0.85, None, "strong"),
        (0.7, THRESHOLD, "partial"),
        (0.69, THRESHOLD, "weak"),
        (0.85, 0.1, "strong"),  # a low threshold makes no probability stronger
        (0.3, 0.1, "weak"),
        (0.8, 0.78, "weak"),  # above a high one the words share what is left as they do by default
        (0.87, 0.78, "partial"),
        (0.95, 0.78, "strong"),
    ],
)
def test_strength_follows_a_higher_threshold(probability: float, threshold: float | None, word: str) -> None:
    assert strength(probability, threshold) == word
