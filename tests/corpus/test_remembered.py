"""Functions of texts that remember what they worked out."""

from __future__ import annotations

from corpus.remembered import forget, remembered


def test_a_text_is_worked_out_once_until_all_is_forgotten() -> None:
    worked: list[str] = []

    @remembered
    def length(text: str) -> int:
        worked.append(text)
        return len(text)

    assert [length("one"), length("three"), length("one")] == [3, 5, 3]
    assert worked == ["one", "three"]
    forget()
    assert length("one") == 3
    assert worked == ["one", "three", "one"]
