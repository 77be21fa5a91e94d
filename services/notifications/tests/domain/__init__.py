"""Tests of the domain of the notifications service."""
