"""Tests of the requests service."""
