"""Notebook 09: little data."""

NUMBER = 9
EXPERIMENTS = {
    "few-images": "few_images",
    "thirteen-classes": "thirteen_classes",
    "borrowed-features": "borrowed_features",
}
