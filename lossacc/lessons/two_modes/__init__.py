"""Notebook 08: one network in training mode and in evaluation mode."""

NUMBER = 8
EXPERIMENTS = {"two-modes": "two_modes"}
