"""Tests of the store of the notifications service."""
