"""`PYTHON -m tests.benchmarks.clinic.in_torch FOLDER [SEEDS]`: the same faults, trained in PyTorch.

With a Python that has torch. Plans, images and labels are those of the Keras trainings; network,
optimizer and loop are PyTorch's own, and a `RunBuilder` records them as a reader of ours would. No
threshold was chosen on any of these.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lossacc import RunBuilder
from lossacc.data import Examples
from lossacc.runs.run import Run
from tests.benchmarks.clinic.plans import Plan, plan_of
from tests.benchmarks.clinic.trainings import sets

CAUSES = (
    "healthy", "overfitting", "wrong labels", "conflicting duplicates", "softmax twice",
    "training mode", "rate too high", "rate too low", "rate cut", "sorted split", "leakage",
    "renamed labels", "other preprocessing", "lost optimizer", "small validation set",
)  # fmt: skip
DATA, WIDTH, RATE = ("digits", "parity", "glyphs", "clouds"), 80, 0.002


def network(inputs: int, classes: int, dropout: float) -> torch.nn.Sequential:
    """Build the network that no threshold was chosen on: two layers with LayerNorm."""
    hidden: list[torch.nn.Module] = []
    for width in (inputs, WIDTH):
        hidden += [torch.nn.Linear(width, WIDTH), torch.nn.GELU(), torch.nn.LayerNorm(WIDTH)]
    out = torch.nn.Linear(WIDTH, classes)
    return torch.nn.Sequential(*hidden, torch.nn.Dropout(dropout), out)


def _loss(plan: Plan, outputs: Any, labels: Any) -> Any:
    """Give cross-entropy; of probabilities where the plan has a second softmax."""
    taken = outputs.softmax(1) if plan.loss == "softmax twice" else outputs
    return torch.nn.functional.cross_entropy(taken, labels)


def _tensors(part: Examples) -> tuple[Any, Any]:
    return torch.tensor(part.images.reshape(len(part), -1)), torch.tensor(part.labels)


def make(plan: Plan) -> Run:
    """Train a plan; give the run as whoever trained it would have it."""
    torch.manual_seed(plan.seed)
    one, two = sets(plan)
    train, held = _tensors(one), _tensors(two)
    model = network(train[0].shape[1], one.classes, plan.dropout)
    builder = RunBuilder(train[1], held[1], outputs="logits", settings={"epochs": plan.epochs})
    optimizer = torch.optim.Adam(model.parameters(), RATE * plan.rate)
    _record(builder, plan, model, (train, held), {})
    for epoch in range(plan.epochs):
        if epoch and epoch == plan.resume:
            optimizer = torch.optim.Adam(model.parameters(), RATE * plan.rate)
        elif epoch and epoch == plan.cut:
            optimizer.param_groups[0]["lr"] = RATE * plan.rate / 10
        printed = _one_epoch(plan, model, optimizer, train)
        _record(builder, plan, model, (train, held), printed)
    return builder.run


def _one_epoch(plan: Plan, model: Any, optimizer: Any, train: tuple[Any, Any]) -> dict[str, float]:
    """Train once through the set, and give what a loop prints: means over its batches."""
    model.train()
    told, size = np.zeros(2), len(train[1])
    for rows in torch.randperm(size).split(plan.batch):
        outputs = model(train[0][rows])
        loss = _loss(plan, outputs, train[1][rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right = (outputs.argmax(1) == train[1][rows]).sum().item()
        told += len(rows) * loss.item(), right
    return {"loss": told[0] / size, "accuracy": told[1] / size}


def _record(
    builder: RunBuilder, plan: Plan, model: Any, parts: tuple[Any, Any], printed: dict[str, float]
) -> None:
    """Score both sets in evaluation mode, print validation and add the epoch."""
    model.eval()
    with torch.no_grad():
        logits = [model(x) for x, _ in parts]
        if printed:
            labels = parts[1][1]
            printed["val_loss"] = _loss(plan, logits[1], labels).item()
            printed["val_accuracy"] = (logits[1].argmax(1) == labels).float().mean().item()
    builder.add(*logits, printed={name: round(value, 4) for name, value in printed.items()})


def main(folder: Path, seeds: range) -> None:
    """Train each plan once; what is there already is left."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed in seeds:
        for cause in CAUSES:
            for data in DATA:
                plan = replace(plan_of(cause, data, "layer norm", seed), builder=True)
                path = folder / f"{plan.name}-torch.npz"
                if not path.exists():
                    make(plan).save(path)
                    path.with_suffix(".json").write_text(json.dumps(asdict(plan)))


if __name__ == "__main__":
    first, last = (sys.argv[2] if len(sys.argv) > 2 else "403:404").split(":")
    main(Path(sys.argv[1]), range(int(first), int(last)))
