"""What a health check says of an answer, a refusal and silence."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy import healthy


class Part(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/well" else 503)
        self.end_headers()
        self.wfile.write(b'{"parts": "store"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def part() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Part)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_part_that_is_well_is_healthy_and_silent(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert healthy.main(f"{part}/well") == 0
    assert capsys.readouterr().out == ""


def test_a_part_that_is_unwell_says_why(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main(f"{part}/unwell") == 1
    assert '503 {"parts": "store"}' in capsys.readouterr().out


def test_a_part_that_is_gone_is_unhealthy(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main("http://127.0.0.1:1/") == 1
    assert "http://127.0.0.1:1/" in capsys.readouterr().out
