"""The page of stable names says what the package offers, in the package's own words."""

from __future__ import annotations

import re

import pytest

import lossacc
from tests.packaging import api


def test_the_page_is_the_packages_own() -> None:
    assert api.PAGE.read_text(encoding="utf-8") == api.page()


def test_every_name_has_a_sentence_and_a_room() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| `(\w+)` \|$", api.page(), flags=re.M)
    assert {name for name, _, _ in rows} >= set(lossacc.__all__)
    for name, sentence, room in rows:
        assert sentence.endswith("."), name
        assert (api.ROOT / "lossacc" / room).is_dir()


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'secret'"):
        _ = lossacc.secret
    assert set(lossacc.__all__) <= set(dir(lossacc))
