"""What a browser sends is checked before anything sees it."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.errors import InvalidInput
from corpus.types import Filters, Span
from qa.app.request import AskRequest, OpenRequest, is_document_id, read_ask, read_open

ID = "ab" * 32


def test_a_full_question() -> None:
    sent = {
        "question": " Who? ",
        "from": "2001-02-03",
        "to": "2004-05-06",
        "as_of": "2007-12-31",
        "limit": "20",
        "publishers": ["UN"],
    }
    filters = Filters(published_from=date(2001, 2, 3), published_to=date(2004, 5, 6), publishers=("UN",))
    assert read_ask(sent) == AskRequest("Who?", 20, date(2007, 12, 31), filters)


def test_odd_values_fall_back() -> None:
    assert read_ask({"question": "Who?", "limit": "x", "publishers": "UN"}) == AskRequest(
        "Who?", 10, None, Filters()
    )
    assert read_ask({"question": "Who?", "limit": 10**400}).limit == 50
    assert read_ask({"question": "Who?", "limit": -3, "publishers": [1, "", "UN"]}).filters.publishers == (
        "UN",
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Write a question first"),
        ({"question": ["list"]}, "Write a question first"),
        ({"question": "x" * 1001}, "has 1,001 characters, and the limit here is 1,000"),
        ({"question": "Who?", "from": "yesterday"}, "“Published from” is not a date"),
        ({"question": "Who?", "from": "2005-01-01", "to": "2004-01-01"}, "lies after"),
    ],
)
def test_refusals_are_sentences(sent: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read_ask(sent)


def test_opening_a_document() -> None:
    sent = {"document": ID, "start": 3, "end": 9, "quotes": [[3, 9], ["12", 15], [5, 2], "no", [None, 1]]}
    assert read_open(sent) == OpenRequest(ID, Span(3, 9), (Span(3, 9), Span(12, 15)))
    assert read_open({"document": ID, "start": None, "end": None, "quotes": None}) == OpenRequest(
        ID, None, ()
    )


def test_only_document_ids_are_opened() -> None:
    assert is_document_id(ID)
    assert not is_document_id("../../etc/passwd")
    assert not is_document_id("AB" * 32)
    with pytest.raises(InvalidInput, match="not a document of this library"):
        read_open({"document": "../../etc/passwd"})
