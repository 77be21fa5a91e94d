"""The integrators' pages, followed word for word against the running services."""

import asyncio
import json
import re
import sys
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from deploy.client import Client
from deploy.demo.estates import COMMUNITY
from tests.contracts.test_readme import text
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PAGES = ["docs/integrators.md", "docs/integrators.zh-CN.md"]
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.M | re.S)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy()


def script(name: str) -> str:
    """What the page gives to be typed, in its order; a program is given to Python."""
    typed = []
    for kind, block in BLOCK.findall(text(name)):
        program = f"{sys.executable} - << 'PROGRAM'\n{block}PROGRAM\n"
        typed.append(program if kind == "python" else block)
    return "set -e\n" + "".join(typed)


async def test_both_pages_give_the_same_to_be_typed() -> None:
    first, second = (BLOCK.findall(text(name)) for name in PAGES)
    assert first == second
    assert len(first) > 5


@pytest.mark.parametrize("name", PAGES)
async def test_what_the_page_says_happens(
    deployment: Deployment, session: aiohttp.ClientSession, tmp_path: Path, name: str
) -> None:
    (tmp_path / ".local").symlink_to(deployment.home)

    typed = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script(name),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await typed.communicate())[0].decode()

    assert typed.returncode == 0, said
    assert said.startswith("HTTP/1.1 201"), said
    assert "HM-" in said
    outcomes = re.findall(r"^(\d) (created|duplicate|rejected) (\S+)$", said, re.M)
    assert [kind for _, kind, _ in outcomes] == [
        *["created"] * 3,
        "rejected",
        *["duplicate"] * 3,
        "rejected",
    ]
    assert outcomes[3][2] == "#/occurred_at"
    assert re.findall(r"^\d{3}$", said, re.M) == ["201", "201", "201"]
    home = deployment.home
    affected = json.loads((home / "affected.json").read_text())
    assert affected["dwellings"] > 0
    assert json.loads((home / "hook.json").read_text())["company"] == "cmp_sandbox"
    sandbox = deployment.demo["sandbox"]
    seen = Client(session, deployment.urls, sandbox["key"])
    made = json.loads((home / "made.json").read_text())
    assert (await seen.get("property", f"/incidents/{made['id']}"))["community"] == "sandbox"


async def test_the_sandbox_is_nobody_else_s(
    deployment: Deployment, session: aiohttp.ClientSession
) -> None:
    staff = Client(session, deployment.urls, deployment.demo["keys"]["staff"])
    estates = await staff.items("property", "/estates", limit=100)
    assert {each["community"] for each in estates} == {COMMUNITY}
