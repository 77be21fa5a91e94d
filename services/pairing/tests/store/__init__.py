"""Tests of services/pairing/store."""
