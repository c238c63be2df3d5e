"""Why a citation was found is told in words of the question."""

from __future__ import annotations

from pathlib import Path

from qa.engine import Sourcebook
from tests.fakes import FakeEncoder
from tests.qa.material import build

DOCUMENT = (
    "# Customs\n\nThe customs gate at Merdare opened in 2004. It closed in May 2009 after the strike.\n"
)


def test_words_places_and_time_are_told(tmp_path: Path) -> None:
    with Sourcebook.open(build(tmp_path, {"gate.md": DOCUMENT}), encoder=FakeEncoder()) as book:
        answer = book.ask("Why did the customs gates at Podgorica close in May 2009?")
        because = (answer.citations + answer.nearest)[0].because
        assert because is not None
        assert {"customs", "gates", "2009"} <= set(because.matched)
        assert "Podgorica" in because.missing and "the" not in because.matched + because.missing
        assert because.lexical_rank == 1
        assert because.timely is not None and because.timely > 0.9
        timeless = book.ask("Where is the customs gate?")
        because = (timeless.citations + timeless.nearest)[0].because
        assert because is not None and because.timely is None
