"""The canteen over the same backing as everything else; a menu with one lunch is published."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.pairing.consumers import of_meals
from services.pairing.domain import post as posts_domain
from services.pairing.domain.household import Household
from services.pairing.domain.meal import Meal
from services.pairing.domain.meal_choice import Choice, Way
from services.pairing.domain.member import Member
from services.pairing.domain.menu import MealKind, Menu
from services.pairing.domain.post import Post, Remit
from services.pairing.service.canteen import Canteen
from services.pairing.service.meal import MealParts, Wanted
from services.pairing.service.meal_lists import ListOf
from services.pairing.service.onlooker import Onlooker
from services.pairing.store.canteen import meals, menus
from services.pairing.store.post import posts
from services.pairing.tests.canteen_samples import choice, clock, lunch
from services.pairing.tests.harness import HERE, KEYS, Harness, me
from shared.days import day_of
from shared.mongo import Database
from shared.readings import ReadingLog
from shared.sealing import Sealer
from shared.store import Store
from shared.testing import FakeStore

RUNNING = Onlooker(HERE)
"""Who runs the canteen."""
HOUR = timedelta(hours=1)


@dataclass
class CanteenHarness:
    """The canteen, and the harness of what it rests on."""

    harness: Harness
    canteen: Canteen
    parts: MealParts
    on: date
    menu: Menu

    @property
    def sitting(self) -> ListOf:
        """The one lunch of the menu."""
        return ListOf(self.menu.id, self.on, MealKind.LUNCH)

    def wanted(self, person_id: str, dwelling_id: str | None = None) -> Wanted:
        """Lunch for somebody."""
        return Wanted(self.menu.id, self.on, MealKind.LUNCH, person_id, dwelling_id)

    async def lunch(
        self, home: Household, way: Way = Way.PICK_UP, chosen: Choice | None = None
    ) -> Meal:
        """Lunch for the first person of a household, ordered by themselves."""
        eater = home.person_ids[0]
        return await self.canteen.meals.order(self.wanted(eater), chosen or choice(way), me(eater))

    def at(self, hour: int) -> None:
        """It is this hour of the day of the lunch."""
        self.harness.clock.moment = clock(self.on, hour)

    async def held(self, member: Member, *categories: str) -> Post:
        """A post of theirs that answers for these."""
        now = self.harness.clock.now()
        made, told = posts_domain.register(
            id=f"pst_{member.id}",
            community=HERE[0],
            code=f"code_{member.id}",
            remit=Remit("岗", "Post", request_categories=categories),
        )
        kept = await self.parts.posts.save(made, told)
        held = posts_domain.appoint(kept, member=member, since=now, until=None, at=now)
        return await self.parts.posts.save(*held)


async def canteen_over(harness: Harness, database: Database | None) -> CanteenHarness:
    """A canteen over the fakes or the database that the harness is over."""
    orders: Store[Meal] = FakeStore(Meal)
    dishes: Store[Menu] = FakeStore(Menu)
    held: Store[Post] = FakeStore(Post)
    if database is not None:
        orders, dishes = meals(database, Sealer(KEYS)), menus(database)
        held = posts(database)
        await database.migrate()
    kept = harness.backing
    parts = MealParts(
        orders, dishes, kept.households, kept.pairings, kept.members, held, kept.estates
    )
    canteen = Canteen(parts, ReadingLog(kept.readings, harness.clock), harness.clock)
    harness.hearings += of_meals(canteen.serving)
    today = day_of(harness.clock.now())
    monday = today - timedelta(days=today.weekday())
    on = today + timedelta(days=2)
    menu = await canteen.menus.draft(HERE[0], week_on=monday, sittings=(lunch(on),))
    menu = await canteen.menus.publish(menu.id, communities=HERE, seen=1)
    return CanteenHarness(harness, canteen, parts, on, menu)
