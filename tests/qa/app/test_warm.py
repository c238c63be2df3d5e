"""A server loads model and index behind its start; what fails there is told by the first question, not by the thread."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError
from qa.app.wiring import warm
from qa.engine import Sourcebook
from tests.qa.material import CountingEncoder, build


def _finish() -> None:
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(30)


def test_the_model_is_loaded_before_the_first_question(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    with Sourcebook.open(build(tmp_path), encoder=encoder) as sourcebook:
        warm(sourcebook)
        _finish()
        assert encoder.questions == 1


def test_a_model_that_cannot_be_loaded_does_not_stop_the_server(tmp_path: Path) -> None:
    class Broken(CountingEncoder):
        def encode_query(self, text: str) -> NDArray[np.float32]:
            self.questions += 1
            raise ModelError("the weights are gone")

    encoder = Broken()
    with Sourcebook.open(build(tmp_path), encoder=encoder) as sourcebook:
        warm(sourcebook)
        _finish()
        assert encoder.questions == 1
