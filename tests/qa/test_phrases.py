"""Words of sentences as comparing needs them."""

from __future__ import annotations

import pytest

from qa.phrases import names_in


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Resolution 1244 authorised the deployment of Lake Force.", {"resolut", "lake", "forc"}),
        ("Article five counts no troops.", {"articl"}),
        ("Some 500 troops of Lake Force left.", {"lake", "forc"}),
        ("Twelve troops left.", set()),
    ],
)
def test_the_first_word_is_a_name_unless_it_counts(sentence: str, names: set[str]) -> None:
    assert names_in(sentence, opening=True) == names
