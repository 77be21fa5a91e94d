"""Tests of the service of the notifications service."""
