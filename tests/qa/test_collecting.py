"""Collecting goes on after imports as it was before, whatever goes wrong among them."""

from __future__ import annotations

import gc

import pytest

from qa.collecting import without_collecting


def test_nothing_is_collected_meanwhile_and_all_is_as_before_afterwards() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"), without_collecting():
        assert not gc.isenabled()
        raise ValueError("no")
    assert gc.isenabled()
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
