"""Tests of the pairing service."""
