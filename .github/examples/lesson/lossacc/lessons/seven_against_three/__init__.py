"""Notebook 99: ten identical images, seven labelled A and three B."""

NUMBER = 99
EXPERIMENTS = {"seven-against-three": "seven_against_three"}
