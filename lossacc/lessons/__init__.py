"""What each lesson needs of its own: its exercises, and in the TOML files its questions."""
