"""Notebook 11: when the number itself is wrong."""

NUMBER = 11
EXPERIMENTS = {"one-slip": "one_slip", "ten-shots": "ten_shots"}
