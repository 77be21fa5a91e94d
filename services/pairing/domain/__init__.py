"""What is true and what may happen: one file per noun, its states and its transition table."""
