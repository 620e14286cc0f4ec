"""Notebook 00: from a symptom to its place, and how a lab works."""

NUMBER = 0
EXPERIMENTS: dict[str, str] = {}
