"""What is true of a request and what may happen to it: plain functions, no I/O, no clock."""
