"""Notebook 05: other numbers as a loss."""

NUMBER = 5
EXPERIMENTS = {"any-number-can-be-a-loss": "any_number"}
