"""Tests of services/pairing/service."""
