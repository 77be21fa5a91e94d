"""What one can do with requests: load, decide, save."""
