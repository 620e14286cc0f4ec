"""Notebook 07: what happens between two cuts of the learning rate."""

NUMBER = 7
EXPERIMENTS = {"three-boxes": "three_boxes"}
