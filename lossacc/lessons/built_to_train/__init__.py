"""Notebook 10: what starts a deep network, what burns it, and what does nothing."""

NUMBER = 10
EXPERIMENTS = {"built-to-train": "built_to_train"}
