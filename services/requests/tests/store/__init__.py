"""Tests of services/requests/store."""
