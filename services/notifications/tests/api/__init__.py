"""Tests of the api of the notifications service."""
