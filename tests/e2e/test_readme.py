"""What the READMEs give to be typed works word for word."""

import asyncio
import json
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.client import until
from tests.contracts.test_readme import READMES, shell
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import Deployment
from tests.e2e.effects import received

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy()


@pytest.mark.parametrize("name", READMES)
async def test_the_commands_that_ask_the_running_platform_do_what_is_said(
    deployment: Deployment, tmp_path: Path, name: str
) -> None:
    (tmp_path / ".local").symlink_to(deployment.home)
    before = len(received(deployment))
    asking = "".join(block for block in shell(name) if "$demo" in block)

    typed = await asyncio.create_subprocess_exec(
        "sh", "-e", "-c", asking, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    said = (await typed.communicate())[0].decode()

    assert typed.returncode == 0, said
    assert said.startswith("HTTP/1.1 201"), said
    asked = json.loads((tmp_path / ".local" / "asked.json").read_text())
    assert asked["request"]["state"] == "assigned"
    timeline, shown = (json.loads(line) for line in said.splitlines()[-2:])
    assert timeline["items"]
    assert asked["request"]["id"] in str(shown)

    async def told() -> bool:
        return len(received(deployment)) > before

    await until(told, "the web hook of the incident")
