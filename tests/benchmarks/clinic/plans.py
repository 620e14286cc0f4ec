"""What is done to a training so that it has one known fault: plans, drawn by a seed.

The truth of a run is the fault that its plan put there. Networks and data of the part "tune" are
for choosing thresholds, those of "held out" for judging them: a run belongs to the held-out part
as soon as its network or its data does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

# The last two of "tune" were held out until rules were chosen with a look at them.
NETWORKS = {
    "tune": ("mlp", "cnn", "bn", "residual", "tanh", "layer norm", "group norm"),
    "held out": ("branches",),
}
DATA = {
    "tune": ("digits", "parity", "table", "glyphs", "gratings", "orbits"),
    "held out": ("clouds",),
}
DENSE = ("mlp", "tanh", "layer norm")  # networks that read rows of numbers


@dataclass(frozen=True)
class Plan:
    """One training: what it learns from, how, and what is done to it.

    `rate` multiplies what suits the network. `loss` is a name of `losses.in_keras`. `cut` is the
    epoch at which the rate falls to a tenth, `resume` the one at which state is lost.
    """

    cause: str
    data: str
    network: str
    seed: int
    builder: bool = False  # whether only logits and printed numbers are known
    train: int = 400
    validation: int = 300
    noise: float = 0.1
    epochs: int = 15
    batch: int = 32
    rate: float = 1.0
    dropout: float = 0.0
    l2: float = 0.0
    loss: str = "cross-entropy"
    wrong: float = 0.0
    wrong_validation: float = 0.0
    copies: float = 0.0
    majority: float = 0.0
    leaked: float = 0.0
    mixed: float = 0.0
    weight: float = 1.0
    bottleneck: str = ""
    dead: str = ""
    statistics: bool = False
    in_order: bool = False
    names: str = ""
    prepared: str = ""
    moving: str = ""
    metric: str = ""
    cut: int = 0
    resume: int = 0
    also: str = ""  # a second cause

    @property
    def part(self) -> str:
        """Whether the run may be looked at when thresholds are chosen."""
        held = self.network in NETWORKS["held out"] or self.data in DATA["held out"]
        return "held out" if held else "tune"

    @property
    def name(self) -> str:
        """A file's name."""
        cause = f"{self.cause}+{self.also}" if self.also else self.cause
        return f"{cause}-{self.data}-{self.network}-{self.seed}".replace(" ", "_")


Draw = np.random.Generator
Fault = Callable[[Plan, Draw], dict[str, Any]]


def _pick(draw: Draw, *values: Any) -> Any:
    return values[int(draw.integers(len(values)))]


def _healthy(plan: Plan, draw: Draw) -> dict[str, Any]:
    noise = _pick(draw, 0.05, 0.1)
    return {"dropout": _pick(draw, 0.0, 0.0, 0.2), "noise": noise, "train": 700}


def _overfitting(plan: Plan, draw: Draw) -> dict[str, Any]:
    noise = _pick(draw, 0.3, 0.4, 0.5)
    return {
        "train": _pick(draw, 60, 100, 140),
        "noise": noise,
        "epochs": 60,
        "batch": 16,
        "rate": 0.4,
    }


def _wrong_labels(plan: Plan, draw: Draw) -> dict[str, Any]:
    share = _pick(draw, 0.15, 0.25, 0.35)
    beside = {"wrong_validation": share if draw.random() < 0.5 else 0.0}
    return {"wrong": share, "epochs": _pick(draw, 25, 50), "rate": 0.5, **beside}


def _conflicts(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"copies": _pick(draw, 0.3, 0.5, 0.7), "epochs": 40}


def _imbalance(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {
        "majority": _pick(draw, 0.85, 0.9, 0.95), "noise": 0.4, "epochs": _pick(draw, 5, 8, 12),
        "rate": 0.1,
    }  # fmt: skip


def _penalty(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"l2": _pick(draw, 0.003, 0.01, 0.02)}


def _twice(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"loss": "softmax twice", "rate": 2.0, "epochs": 40}


def _flat(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"loss": _pick(draw, "1 - accuracy", "mean probability, all classes")}


_OTHER = {
    "mean squared error": 8.0, "categorical hinge": 0.2, "focal": 1.5,
    "mean absolute error": 4.0, "swapped: Keras": 0.06,
}  # fmt: skip


def _other_loss(plan: Plan, draw: Draw) -> dict[str, Any]:
    loss = _pick(draw, *_OTHER)
    return {"loss": loss, "rate": _OTHER[loss]}


def _metric(plan: Plan, draw: Draw) -> dict[str, Any]:
    two = plan.data == "parity"
    return {"metric": _pick(draw, "always class 0", "cut at .5" if two else "each unit")}


def _training_mode(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"dropout": _pick(draw, 0.6, 0.7, 0.8)}


def _statistics(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"statistics": True, "train": 240, "epochs": _pick(draw, 4, 5, 7)}


def _lag(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"train": 1000, "epochs": _pick(draw, 3, 4, 5), "batch": 8, "rate": 0.3}


def _rate_high(plan: Plan, draw: Draw) -> dict[str, Any]:
    calm = 5.0 if plan.network in ("bn", "residual") else 1.0  # what normalisation bears
    return {"rate": calm * _pick(draw, 15.0, 40.0, 100.0)}


def _rate_low(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"rate": _pick(draw, 0.003, 0.01, 0.02)}


def _restless(plan: Plan) -> float:
    """Give a rate at which the network still jumps about before it is cut."""
    return 3.0 if plan.network in ("mlp", "tanh") else 1.0


def _rate_cut(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {
        "rate": _pick(draw, 0.5, 0.8) * _restless(plan), "batch": 8, "noise": 0.25, "epochs": 24,
        "cut": _pick(draw, 10, 14),
    }  # fmt: skip


def _stuck(plan: Plan, draw: Draw) -> dict[str, Any]:
    if plan.network in ("bn", "residual", "layer norm", "group norm"):  # they would revive it
        return {"dead": "zeros"}
    return {"dead": _pick(draw, "zeros", "dead units", "tiny inputs")}


def _capacity(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"bottleneck": "mean" if plan.data == "parity" else "one unit", "epochs": 30}


def _small_validation(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"validation": _pick(draw, 14, 20, 30), "noise": 0.2}


def _soft(plan: Plan, draw: Draw) -> dict[str, Any]:
    if draw.random() < 0.5:
        return {"loss": "label smoothing", "epochs": 30}
    return {"mixed": 0.4, "epochs": 25, "loss": "shares"}


def _weights(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"weight": _pick(draw, 5.0, 10.0, 20.0), "rate": 0.3}


def _in_order(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"in_order": True}


def _leak(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"leaked": _pick(draw, 0.5, 0.8, 1.0), "train": 200, "noise": 0.25, "epochs": 40}


def _renamed(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"names": "renamed"}


def _mispaired(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"names": "mispaired"}


def _prepared(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"prepared": _pick(draw, "times 255", "over 255", "inverted", "centred")}


def _moving(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {"moving": _pick(draw, "noise", "subset"), "epochs": 20}


def _resume(plan: Plan, draw: Draw) -> dict[str, Any]:
    return {
        "rate": _restless(plan),
        "cut": 8,
        "resume": _pick(draw, 14, 17),
        "epochs": 24,
        "batch": 16,
    }


FAULTS: dict[str, Fault] = {
    "healthy": _healthy,
    "overfitting": _overfitting,
    "wrong labels": _wrong_labels,
    "conflicting duplicates": _conflicts,
    "imbalance": _imbalance,
    "penalty": _penalty,
    "softmax twice": _twice,
    "flat loss": _flat,
    "another loss": _other_loss,
    "metric": _metric,
    "training mode": _training_mode,
    "batchnorm statistics": _statistics,
    "epoch mean": _lag,
    "rate too high": _rate_high,
    "rate too low": _rate_low,
    "rate cut": _rate_cut,
    "stuck": _stuck,
    "capacity": _capacity,
    "small validation set": _small_validation,
    "soft targets": _soft,
    "weights": _weights,
    "sorted split": _in_order,
    "leakage": _leak,
    "renamed labels": _renamed,
    "mispaired labels": _mispaired,
    "other preprocessing": _prepared,
    "moving validation": _moving,
    "lost optimizer": _resume,
}


def plan_of(cause: str, data: str, network: str, seed: int) -> Plan:
    """Draw one plan; the same words and seed draw the same."""
    number = list(FAULTS).index(cause)
    draw = np.random.default_rng([number, seed, len(data), len(network)])
    plan = Plan(cause, data, network, seed, builder=bool(seed % 2))
    if data == "glyphs":  # which are harder to learn
        plan = replace(plan, train=600, epochs=20)
    return replace(plan, **FAULTS[cause](plan, draw))


def plans(part: str, seeds: range, healthy: int = 4) -> Iterator[Plan]:
    """Give every plan of a part; healthy ones `healthy` times as often."""
    for network in (*NETWORKS["tune"], *NETWORKS["held out"]):
        for data in (*DATA["tune"], *DATA["held out"]):
            if data == "table" and network not in DENSE:
                continue  # its columns have no neighbours for a convolution to see
            for cause in FAULTS:
                times = healthy if cause == "healthy" else 1
                for seed in range(times * seeds.start, times * seeds.stop):
                    plan = plan_of(cause, data, network, seed)
                    if plan.part == part:
                        yield plan


PAIRS = (
    ("penalty", "wrong labels"), ("softmax twice", "wrong labels"), ("leakage", "penalty"),
    ("training mode", "renamed labels"), ("overfitting", "other preprocessing"),
)  # fmt: skip


def pairs(seeds: range) -> Iterator[Plan]:
    """Give plans with two causes at once, of the network that is held out; both are the truth."""
    (network,) = NETWORKS["held out"]
    for seed in seeds:
        for data in (*DATA["tune"], *DATA["held out"]):
            if data == "table" and network not in DENSE:
                continue
            for cause, also in PAIRS:
                plan = plan_of(cause, data, network, seed)
                second = FAULTS[also](plan, np.random.default_rng([seed, len(also)]))
                own = {name: value for name, value in second.items() if name in _OF_DATA}
                yield replace(plan, also=also, **own)


# What a second cause changes; epochs, rate and noise stay those of the first.
_OF_DATA = ("wrong", "wrong_validation", "l2", "names", "prepared", "dropout", "leaked")
