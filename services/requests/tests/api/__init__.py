"""Tests of services/requests/api."""
