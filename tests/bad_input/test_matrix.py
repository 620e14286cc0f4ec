from __future__ import annotations

import pytest

from tests.bad_input import matrix
from tests.bad_input.refusals import faults, refusal
from tests.bad_input.world import plain, world


@pytest.mark.parametrize("call", matrix.PLAIN, ids=lambda call: call.name)
def test_every_bad_value_of_every_argument_is_refused_with_a_sentence(call: matrix.Call) -> None:
    _check(call, plain())


@pytest.mark.parametrize("call", matrix.MODELS, ids=lambda call: call.name)
def test_so_is_it_where_models_are_made_read_or_trained(call: matrix.Call) -> None:
    before = [v.numpy() for v in world()["normal"].variables]
    _check(call, world())
    after = [v.numpy() for v in world()["normal"].variables]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


def test_there_are_many() -> None:
    assert sum(len(list(call.bad())) for call in (*matrix.PLAIN, *matrix.MODELS)) > 1000


def _check(call: matrix.Call, names: object) -> None:
    wrong = []
    for argument, _, text in call.bad():
        error = refusal(text, names)
        found = faults(error)
        told = (argument, *call.right, *("x", "y") * (call.kinds[argument] == "pair"))
        if not any(name in str(error) for name in told):
            found.append(f"does not name {argument}")
        wrong += [f"{text}: {error} ({', '.join(found)})"] if found else []
    assert not wrong, "\n".join(wrong)
