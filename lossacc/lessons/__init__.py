"""What each lesson needs of its own: its exercises."""
