"""Notebook 04: one class is nine tenths of the images, or one of many is rare."""

NUMBER = 4
EXPERIMENTS = {"the-ninety-per-cent-class": "ninety_per_cent", "long-tail": "long_tail"}
