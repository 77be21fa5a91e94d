"""Exemplars: picked by a branch from the figures of a period, shown to all with these figures."""

from contextlib import suppress
from datetime import date

from services.pairing.domain import exemplar as domain
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.exemplar import Exemplar, ExemplarState, Merit
from services.pairing.domain.member import Member
from services.pairing.domain.tally import Dimension, Question, Row, period
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.tally import ROWS_MAX, Tallies
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Conflict, NotFound
from shared.events.pairing_contribution import ContributionRevoked
from shared.store import Order, Page, Store, check_seen

NAMED_MAX = 1_000
LAST_NAMED_FIRST = Order((("named_at", -1),))
Days = tuple[date, date]


class ExemplarService:
    """What one can do with exemplars."""

    def __init__(
        self,
        store: Store[Exemplar],
        members: Store[Member],
        contributions: Store[Contribution],
        tallies: Tallies,
        clock: Clock,
    ) -> None:
        self._store = store
        self._members = members
        self._contributions = contributions
        self._tallies = tallies
        self._clock = clock

    async def candidates(
        self, communities: tuple[str, ...], branch_id: str | None, days: Days
    ) -> list[Merit]:
        """The members of a branch, or of whole communities, by their figures of these days."""
        return domain.ranked(await self._rows(communities, branch_id, days, where="query:"))

    async def name(self, onlooker: Onlooker, member_id: str, days: Days, *, by: str) -> Exemplar:
        """Name a member within the onlooker's bounds. ``Conflict`` if they were for these days."""
        member = await member_of(self._members, onlooker, member_id)
        first_on, last_on = days
        exemplar_id = derived_id("exm", member.id, first_on.isoformat(), last_on.isoformat())
        rows = await self._rows((member.community,), member.branch_id, days, where="/")
        named = domain.name(
            id=exemplar_id,
            member=member,
            days=days,
            ranking=domain.ranked(rows),
            by=by,
            at=self._clock.now(),
        )
        if await self._is_there(exemplar_id):
            raise Conflict("exemplar.exists", exemplar_id=exemplar_id)
        return await self._store.save(*named)

    async def withdraw(self, exemplar_id: str, onlooker: Onlooker, *, seen: int | None) -> Exemplar:
        """Name a member of the onlooker's branch no more."""
        exemplar = await self._store.get(exemplar_id, communities=onlooker.communities)
        onlooker.check(exemplar.id, person_id=exemplar.person_id, branch_id=exemplar.branch_id)
        check_seen(exemplar, seen)
        return await self._store.save(*domain.withdraw(exemplar))

    async def get(self, exemplar_id: str, communities: tuple[str, ...]) -> Exemplar:
        """One exemplar; everybody of the community may see it."""
        return await self._store.get(exemplar_id, communities=communities)

    async def page(
        self, communities: tuple[str, ...], *, cursor: str | None, limit: int
    ) -> Page[Exemplar]:
        """Those named in these communities, last named first."""
        return await self._store.page(
            {"state": ExemplarState.NAMED.value},
            communities=communities,
            order=LAST_NAMED_FIRST,
            cursor=cursor,
            limit=limit,
        )

    async def on_contribution_revoked(self, event: ContributionRevoked, envelope: Envelope) -> None:
        """Count anew for whom the branch named by figures in which this record was."""
        record = await self._contributions.get(event.contribution_id)
        where = {"branch_id": record.branch_id, "state": ExemplarState.NAMED.value}
        for exemplar in await self._store.find(where, limit=NAMED_MAX):
            if domain.covers(exemplar, record.done_on):
                with suppress(AlreadyHeard):
                    await self._recount(exemplar, envelope)

    async def _recount(self, exemplar: Exemplar, envelope: Envelope) -> None:
        days = exemplar.first_on, exemplar.last_on
        rows = await self._rows((exemplar.community,), exemplar.branch_id, days, where="/")
        counted = domain.recount(exemplar, ranking=domain.ranked(rows), at=self._clock.now())
        if counted is not None:
            await self._store.save(*counted, handling=envelope)

    async def _is_there(self, exemplar_id: str) -> bool:
        try:
            await self._store.get(exemplar_id)
        except NotFound:
            return False
        return True

    async def _rows(
        self, communities: tuple[str, ...], branch_id: str | None, days: Days, *, where: str
    ) -> list[Row]:
        question = Question(
            period(*days, where=where), communities, (Dimension.MEMBER,), branch_id=branch_id
        )
        return list(await self._tallies.rows(question, limit=ROWS_MAX))
