"""Stages by name, and titles of those who head a mission."""

from __future__ import annotations

import pytest

from corpus.errors import InvalidInput
from qa.heads import MEANT, office, same_words
from qa.question import understand
from qa.stages import Stage, stages


def test_stages_are_read_by_name() -> None:
    assert stages(["time", " Reader"]) == {Stage.TIME, Stage.READER}
    assert stages([]) == frozenset()


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["speed"], "there is no stage 'speed'; the stages are: dense, lexical"),
        (["dense", "lexical"], "only one"),
    ],
)
def test_what_cannot_be_left_out_is_told(names: list[str], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        stages(names)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who headed UNMIK in the spring of 2003?", True),
        ("Who led the mission in October 2016?", True),
        ("Which people held the post of UN special representative?", True),
        ("Who was SRSG in 2004?", True),
        ("Who heads the OSCE Mission?", True),
        ("Who led the prayer?", False),
        ("How many people did the mission lead?", False),
        ("Who was prime minister of Kosovo in summer 2006?", False),
    ],
)
def test_only_a_question_for_the_head_of_a_mission_asks_for_the_office(question: str, asks: bool) -> None:
    assert (office(understand(question)) == MEANT) is asks


def test_the_title_stands_for_the_words_of_the_question() -> None:
    assert same_words(understand("Who headed UNMIK?")) == {"headed": ("special representative",)}
    assert same_words(understand("Who was SRSG?")) == {"SRSG": ("special representative",)}
    assert same_words(understand("Who wrote it?")) == {}
