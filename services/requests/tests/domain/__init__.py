"""Tests of services/requests/domain."""
