"""`train()` against the fastest honest ways to do without it.

    python -m tests.benchmarks.speed [--size 8 28] [--json FILE] [--torch-python PYTHON]

Each contestant runs in processes of its own, one after the other, at every setting that may suit
it, and is judged by its best. Run it on an idle machine: 8 minutes a size on two cores. PyTorch
takes part where it is installed, here or in the environment of `--torch-python`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
THREADS = (("--threads", "1"), ())
PLAIN = ((), ("--jit",))
# An epoch in one call of `fit`: a setting of `compile` that few know.
ONE_CALL = (("--one-call",), ("--jit", "--one-call"))


@dataclass(frozen=True)
class Rival:
    """One of the others.

    Parameters
    ----------
    name, way
        What it is called, and what it does; see `contestant`.
    settings
        How it may be told to do so.
    must, aim
        train() must be so many times as fast at 8x8, and aims to be; 0: told, with no promise.
    """

    name: str
    way: str
    settings: tuple[tuple[str, ...], ...] = ((),)
    must: float = 0.0
    aim: float = 0.0


RIVALS = (
    Rival("fit+predict", "fit+predict", PLAIN + ONE_CALL, 4.5, 6.0),
    Rival("fit", "fit", PLAIN, 4.0, 5.5),
    Rival("torch", "torch", must=2.0, aim=2.8),
    Rival("fit, an epoch in one call", "fit", ONE_CALL),
    Rival("fit+on_batch", "fit+on_batch", PLAIN + ONE_CALL),
)


def measure(way: str, size: int, flags: tuple[str, ...], python: str, extra: list[str]) -> Any:
    """Run one contestant at one setting; None where it fails."""
    command = [python, "-m", "tests.benchmarks.contestant", way, "--size", str(size), *flags]
    done = subprocess.run([*command, *extra], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{way} {' '.join(flags)} failed: {done.stderr[-300:]}", file=sys.stderr)
        return None
    result = json.loads(done.stdout.splitlines()[-1])
    result["median"] = statistics.median(result["ms"])
    print(f"{size}x{size} {way} {' '.join(flags)}: {result['median']:.1f} ms an epoch", flush=True)
    return result


def best(rival: Rival, size: int, python: str, extra: list[str]) -> Any:
    """Give a contestant at its fastest setting, None where it did not run."""
    flags = [(*threads, *setting) for threads in THREADS for setting in rival.settings]
    results = [measure(rival.way, size, one, python, extra) for one in flags]
    return min((r for r in results if r), key=lambda result: result["median"], default=None)


def compare(size: int, torch_python: str | None, extra: list[str]) -> dict[str, Any]:
    """Compare train() with every rival at one size of image."""
    ours = best(Rival("train", "train"), size, sys.executable, extra)
    if ours is None:
        raise RuntimeError("train() itself failed")
    report: dict[str, Any] = {"size": size, "train": ours, "rivals": {}}
    for rival in RIVALS:
        python = torch_python if rival.way == "torch" else sys.executable
        found = best(rival, size, python, extra) if python else None
        if found is not None:
            ratio = round(found["median"] / ours["median"], 2)
            budget = {"must": rival.must, "aim": rival.aim}
            report["rivals"][rival.name] = {"ratio": ratio, **budget, "best": found}
    return report


def torch_python() -> str | None:
    return sys.executable if importlib.util.find_spec("torch") else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", choices=(8, 28), default=[8, 28])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--torch-python", default=torch_python())
    parser.add_argument("--epochs", type=int, help="fewer, to try the script out")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    extra = ["--repeats", str(args.repeats)]
    extra += ["--epochs", str(args.epochs)] if args.epochs else []
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    reports = [compare(size, args.torch_python, extra) for size in args.size]
    for report in reports:
        print(f"\n{report['size']}x{report['size']}: train() {report['train']['median']:.1f} ms")
        for name, rival in report["rivals"].items():
            verdict = f"must {rival['must']}, aim {rival['aim']}" if rival["must"] else "no budget"
            milliseconds = rival["best"]["median"]
            print(f"  {name}: {milliseconds:.1f} ms, {rival['ratio']} times ({verdict})")
    if args.json:
        machine = {"cores": os.cpu_count(), "load_before": load, "python": sys.version.split()[0]}
        args.json.write_text(json.dumps({"machine": machine, "reports": reports}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
