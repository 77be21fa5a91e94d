"""The platform on one machine, without containers: brokers found or fetched, services run.

`make up` and `make test` both stand on it. Everything lives under one folder (`.local/`), every
listener is on 127.0.0.1, and what was started is stopped.
"""
