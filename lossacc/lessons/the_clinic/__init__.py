"""Notebook 12: from a run or a log to its cause, and the measurement that decides."""

NUMBER = 12
EXPERIMENTS: dict[str, str] = {}
