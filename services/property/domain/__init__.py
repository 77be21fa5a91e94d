"""What is true of an estate and what may happen on it; plain functions, no I/O."""
