from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.support.json_text import DEPTH, parsed

BAD = ["", "{", "[1,]", "9" * 5000, "[" * 100_000, "[" * 102 + "]" * 102, b"\xff\xfe\xff", b"\x80"]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_is_no_json_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"^it is (no JSON|nested too deep)[^()']*$"):
        parsed(text)


def test_as_deep_as_allowed_is_read():
    deep = "[" * DEPTH + "]" * DEPTH
    assert json.dumps(parsed(deep)) == deep
    assert parsed('{"a": [{"b": 1}]}') == {"a": [{"b": 1}]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_bytes_in_any_of_its_encodings(encoding):
    assert parsed('{"größer": "é"}'.encode(encoding)) == {"größer": "é"}


@given(st.binary(max_size=40) | st.text(st.sampled_from('[]{}":,1e9-\\u'), max_size=40))
def test_whatever_comes_it_is_a_value_or_a_sentence(text):
    try:
        expected = json.loads(text)
    except (ValueError, RecursionError):
        with pytest.raises(ValueError, match=r"^it is "):
            parsed(text)
    else:
        assert repr(parsed(text)) == repr(expected)
