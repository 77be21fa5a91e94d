"""What one can do: load, decide, save, by noun."""
