"""What goes on in the demo: a week's menu with orders, an activity, a member's records and aims.

So that a person who looks around sees the canteen, the waiting list and the handbook at work. All
of it lies around the day on which it is loaded; a second run in the same week changes nothing.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from deploy.client import Client
from deploy.demo.people import HELPER, person_id
from shared.days import day_of, start_of

LUNCHES = 5
"""From Monday to Friday."""
DISHES = (
    ("rice", "米饭", "Rice", 100),
    ("tofu", "家常豆腐", "Home-style tofu", 600),
    ("greens", "炒青菜", "Stir-fried greens", 500),
    ("fish", "清蒸鱼", "Steamed fish", 1_200),
)
ACTIVITY = "周末楼道清洁"
ROOM = 2
"""One place less than there are people who sign up: the third waits."""
DUES_FEN, MEETING_MINUTES, PLEDGED_MINUTES = 2_000, 90, 600


async def go_on(by: Mapping[str, Client], members: Mapping[int, str], *, now: datetime) -> None:
    """Bring it about, as those do whose it is; ``by`` are the callers by role. ``Refused``."""
    today = day_of(now)
    await asyncio.gather(
        _meals(by["staff"], by["resident"], today),
        _activity(by, today),
        _records(by["member"], by["branch"], today),
        _aims(by["member"], by["branch"], members[HELPER], today),
    )


async def _meals(staff: Client, resident: Client, today: date) -> None:
    """Next week's menu, of which the household that asks has ordered every lunch."""
    week_on = today + timedelta(days=7 - today.weekday())
    listed = await staff.items("pairing", "/menus")
    if any(menu["week_on"] == week_on.isoformat() for menu in listed):
        return
    days = [week_on + timedelta(days=n) for n in range(LUNCHES)]
    body = {"week_on": week_on.isoformat(), "sittings": [_lunch(day) for day in days]}
    key = f"demo-menu-{week_on}"
    menu = await staff.post("pairing", "/menus", body, key=key)
    await staff.post("pairing", f"/menus/{menu['id']}/publication", key=f"{key}-publication")
    for day in days:
        order = {
            "menu_id": menu["id"],
            "on": day.isoformat(),
            "kind": "lunch",
            "portions": [{"dish": "rice"}, {"dish": "tofu"}],
            "way": "helper",
        }
        await resident.post("pairing", "/meals", order, key=f"{key}-{day}")


def _lunch(on: date) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "price_fen")
    return {
        "on": on.isoformat(),
        "kind": "lunch",
        "dishes": [dict(zip(names, dish, strict=True)) for dish in DISHES],
        "orders_until": _clock(on, -6),
        "served_from": _clock(on, 11),
        "served_until": _clock(on, 13),
    }


async def _activity(by: Mapping[str, Client], today: date) -> None:
    """Saturday morning of next week, with somebody on the waiting list."""
    staff, on = by["staff"], today + timedelta(days=12 - today.weekday())
    listed = await staff.items("pairing", "/activities")
    if any(each["title"] == ACTIVITY for each in listed):
        return
    body = {
        "title": ACTIVITY,
        "place": "红庙东院 1 号楼",
        "starts_at": _clock(on, 9),
        "ends_at": _clock(on, 11),
        "sign_up_until": _clock(on, -6),
        "capacity": ROOM,
    }
    key = f"demo-activity-{on}"
    activity = await staff.post("pairing", "/activities", body, key=key)
    path = f"/activities/{activity['id']}/sign-up"
    for who in ("member", "resident"):
        await by[who].post("pairing", path, key=f"{key}-{who}")
    another = {"person_id": person_id("member", HELPER + 1)}
    await staff.post("pairing", path, another, key=f"{key}-another")


async def _records(member: Client, branch: Client, today: date) -> None:
    """What the helper of the demo told: two records are confirmed, one waits for the branch."""
    if await member.items("pairing", "/contributions", kind="dues"):
        return
    yesterday = (today - timedelta(days=1)).isoformat()
    told = [
        {"kind": "dues", "amount_fen": DUES_FEN},
        {"kind": "meeting", "minutes": MEETING_MINUTES, "about": "支部党员大会"},
        {"kind": "volunteering", "minutes": 60, "about": "清理一号楼楼道"},
    ]
    made = []
    for each in told:
        body = {**each, "done_on": yesterday}
        key = f"demo-record-{each['kind']}-{yesterday}"
        made.append((await member.post("pairing", "/contributions", body, key=key))["id"])
    wanted = {"items": [{"contribution_id": each} for each in made[:2]]}
    key = f"demo-records-{yesterday}"
    await branch.post("pairing", "/contributions/confirmations", wanted, key=key)


async def _aims(member: Client, branch: Client, member_id: str, today: date) -> None:
    """What the helper has set out to do, and the branch's thanks."""
    if not await member.items("pairing", "/pledges"):
        body = {
            "measure": "minutes",
            "target": PLEDGED_MINUTES,
            "first_on": today.isoformat(),
            "last_on": (today + timedelta(days=60)).isoformat(),
        }
        await member.post("pairing", "/pledges", body, key=f"demo-pledge-{today}")
    if not await member.items("pairing", "/thanks"):
        words = {"member_id": member_id, "words": "谢谢你每周去看望邻居。"}
        await branch.post("pairing", "/thanks", words, key=f"demo-thanks-{today}")


def _clock(on: date, hour: int) -> str:
    return (start_of(on) + timedelta(hours=hour)).isoformat()
