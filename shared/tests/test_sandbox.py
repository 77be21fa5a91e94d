"""Which communities are somebody's trial."""

from shared.sandbox import counted, is_sandbox


def test_a_sandbox_is_known_by_its_name_and_no_figure_counts_it() -> None:
    told = {"sandbox": True, "sandbox-anju": True, "sandboxes": False, "hongmiao": False, "": False}
    assert {name: is_sandbox(name) for name in told} == told
    assert counted(["hongmiao", "sandbox", "west", "sandbox-2"]) == ("hongmiao", "west")
