"""`lossacc doctor`: what on this machine would spoil a workshop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lossacc.commands import check_machine, check_notebooks, check_packages
from lossacc.support.finding import Finding, Severity

Check = Callable[[], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    check_packages.python,
    check_packages.packages,
    check_packages.tensorflow,
    check_machine.memory,
    check_machine.cores,
    check_machine.processor,
    check_machine.folder,
    check_notebooks.notebooks,
    check_notebooks.front_end,
    check_notebooks.kernel,
    check_machine.training,
)
"""What the doctor looks at, quickest first."""

_LEVELS: Mapping[Severity, str] = {"wrong": "problem", "note": "warning"}


def doctor(checks: Sequence[Check] = CHECKS) -> int:
    """Look at everything that a workshop needs, and print what was found.

    Parameters
    ----------
    checks
        What to look at. A check that raises is itself a problem.

    Returns
    -------
    int
        The exit code: 1 if something would spoil a workshop, else 0.
    """
    problems: list[Finding] = []
    for check in checks:
        for finding in _findings(check):
            print(line(finding), flush=True)
            if finding.severity == "wrong":
                problems.append(finding)
    if problems:
        print(f"\n{_count(len(problems))} would spoil a workshop.")
        return 1
    print("\nNothing would spoil a workshop.")
    return 0


def line(finding: Finding) -> str:
    """Write a finding as one line: `ok`, `warning` or `problem`, what it is, and what to do."""
    level = _LEVELS.get(finding.severity, finding.severity)
    remedy = f": {finding.remedy}" if finding.remedy else ""
    return f"{level:8} {finding.check}: {finding.what}{remedy}"


def _findings(check: Check) -> Iterable[Finding]:
    """Run one check; whatever it raises is a problem with a name."""
    try:
        yield from check()
    except Exception as error:
        subject = check.__name__.replace("_", " ")
        yield Finding(subject, "wrong", f"failed: {type(error).__name__}: {error}")


def _count(number: int) -> str:
    """Say how many problems there are."""
    return "One problem" if number == 1 else f"{number} problems"
