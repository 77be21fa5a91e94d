"""Tests of services/pairing/domain."""
