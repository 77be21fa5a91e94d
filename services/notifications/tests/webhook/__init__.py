"""Tests of the webhook of the notifications service."""
