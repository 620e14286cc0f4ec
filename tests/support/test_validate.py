from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.analysis.ledger import ledger_of
from lossacc.losses.bounds import LN2, error_bound, loss_floor, topk_error_bound
from lossacc.support import validate

finite = st.floats(0, 1e6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.complex_numbers(),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text(), some, max_size=3),
)


@settings(max_examples=50)
@given(anything)
def test_whatever_is_given_is_taken_or_refused_with_a_sentence(value: object) -> None:
    checks = (
        lambda: validate.number("it", value, least=0, most=1),
        lambda: validate.whole_number("it", value, least=0),
        lambda: validate.array("it", value, ("N",), finite=True),
        lambda: validate.truths("it", value, ("N",)),
        lambda: validate.labels("it", value, classes=3),
        lambda: validate.logits("it", value),
        lambda: validate.one_of("it", value, ("this", "that")),
        lambda: validate.whole_numbers("it", value, least=0),
        lambda: validate.named("it", value, str, "a text"),
        lambda: validate.texts("it", value),
    )
    for text in filter(None, map(_refusal, checks)):
        assert text.endswith((".", "?"))
        assert "\n" not in text
        assert "expected" in text


def _refusal(check: Callable[[], object]) -> str:
    try:
        check()
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4), min_size=1))
def test_lists_columns_and_floats_are_the_same_labels(labels: list[int]) -> None:
    forms = (labels, tuple(labels), np.array(labels, float), np.array(labels)[:, None])
    for form in forms:
        assert validate.labels("y", form, classes=5).tolist() == labels


@settings(max_examples=50)
@given(finite, st.integers(1, 9))
def test_the_bounds_are_their_closed_forms(loss: float, k: int) -> None:
    assert topk_error_bound(np.float32(loss), np.int64(k)) == pytest.approx(
        min(1, loss / math.log(k + 1)), rel=1e-6
    )
    assert error_bound(loss_floor(1 - error_bound(loss))) == pytest.approx(min(1, loss / LN2))


@settings(max_examples=50)
@given(st.lists(st.tuples(finite, finite, st.booleans(), st.booleans()), min_size=1))
def test_a_ledger_of_lists_leaves_nothing_over(rows: list[tuple]) -> None:
    found = ledger_of(*map(list, zip(*rows, strict=True)))
    counts = found.counts
    assert found.residual == pytest.approx(0, abs=1e-6 * (1 + sum(row[0] + row[1] for row in rows)))
    assert found.accuracy_after - found.accuracy_before == pytest.approx(
        (counts["newly right"] - counts["newly wrong"]) / len(rows)
    )


def test_numbers_of_arrays_without_axes_are_numbers() -> None:
    assert validate.number("it", np.array(0.5)) == 0.5
    assert validate.whole_number("it", np.array(3), least=0) == 3
    assert type(validate.whole_number("it", np.int64(3), least=0)) is int


def test_a_text_that_comes_near_is_named() -> None:
    with pytest.raises(ValueError, match=r'Did you mean "validation"\?'):
        validate.one_of("on", "valdation", ("train", "validation"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((1,), "(1,)"),
        ([np.float64(2), None], "[2.0, None]"),
        ({"a": np.ones(3)}, "{'a': an array of shape (3,)}"),
        (10**5000, "a number of thousands of digits"),
        ("\x1b[31m", "'\\x1b[31m'"),
        (int, "the class int"),
        ([[[[1]]]], "[[[[...]]]]"),
        (object(), "an object"),
    ],
    ids=range(8),
)
def test_what_was_given_is_quoted(value: object, text: str) -> None:
    assert validate.quoted(value) == text
