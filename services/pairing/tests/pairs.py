"""Pairings of the first members and homes, for the tests of what becomes of them."""

from dataclasses import replace
from datetime import date, timedelta

from services.pairing.domain.household import Household, RiskLevel
from services.pairing.domain.pairing import Pairing, PairingMode
from services.pairing.domain.plan import CareService, Plan, PlannedService
from services.pairing.service.pairing import Proposal
from services.pairing.tests.harness import HERE, Harness

DAY = timedelta(days=1)
MONTHLY = PlannedService(
    CareService.CHAT, "FREQ=MONTHLY;BYMONTHDAY=3", None, date(2026, 11, 24), "14:00", 2
)
WEEKLY = replace(MONTHLY, rhythm="FREQ=WEEKLY")


async def proposed(
    harness: Harness, helpers: int = 1, homes: int = 1, plan: Plan | None = None
) -> Pairing:
    """Of the first members and homes."""
    sides = [await harness.member(number) for number in range(1, helpers + 1)]
    households = [await harness.household(f"dwl_{number}") for number in range(1, homes + 1)]
    mode = PairingMode.ONE_MANY if homes > 1 else PairingMode.MANY_ONE
    proposal = Proposal(
        mode if helpers + homes > 2 else PairingMode.ONE_ONE,
        tuple(each.id for each in sides),
        tuple(each.id for each in households),
        plan,
    )
    return await harness.pairings.propose(proposal, communities=HERE)


async def active(harness: Harness, helpers: int = 1, homes: int = 1) -> Pairing:
    pairing = await proposed(harness, helpers, homes)
    await harness.pairings.consent(pairing.id, communities=HERE)
    return await harness.pairings.activate(pairing.id, communities=HERE)


async def told(harness: Harness, pairing: Pairing) -> list[str]:
    return [each.type.split(".")[2] for each in await harness.backing.pairings.story(pairing.id)]


async def now(harness: Harness, pairing: Pairing) -> Pairing:
    return await harness.pairings.get(pairing.id, communities=HERE)


async def change_risk(harness: Harness, home_id: str, risk: RiskLevel) -> Household:
    changes = {"risk_level": risk}
    return await harness.households.change(home_id, changes, communities=HERE)
