"""Tests of services/pairing/api."""
