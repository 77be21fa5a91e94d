"""Asks one address whether its part is well: `python -m deploy.healthy URL`, for health checks.

Exit status 0 for an answer 2xx within 3 s; else 1 and one line saying why, which `docker inspect`
then shows.
"""

import sys
import urllib.error
import urllib.request

ANSWER_SECONDS = 3.0
REASON_BYTES_MAX = 300


def main(url: str) -> int:
    """0 if ``url`` answers 2xx, else 1."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS):
            return 0
    except urllib.error.HTTPError as error:
        said = error.read(REASON_BYTES_MAX).decode("utf-8", "replace")
        print(f"{url}: {error.code} {said}")  # noqa: T201
    except OSError as error:
        print(f"{url}: {error}")  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
