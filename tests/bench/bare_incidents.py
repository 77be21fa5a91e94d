"""What a careful engineer would write without us to take incidents: a transaction for each report,
in a batch as well, as one that fails may undo no other.

``python -m tests.bench.bare_incidents PORT``. It has no authentication, logs or metrics.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, ConfigDict, Field
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

from tests.bench.bare import DATABASE, Id, client, fresh, now_utc


class Place(BaseModel):
    model_config = ConfigDict(extra="forbid")

    building_id: Id | None = None
    entrance_id: Id | None = None
    note: Annotated[str, Field(max_length=300)] | None = None


class Report(BaseModel):
    """The same body as ours."""

    model_config = ConfigDict(extra="forbid")

    estate_id: Id
    kind: Id
    severity: Annotated[int, Field(ge=1, le=4)]
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    place: Place = Place()
    external_ref: Id | None = None
    occurred_at: datetime | None = None


class Batch(BaseModel):
    items: list[Report] = Field(min_length=1, max_length=100)


class Made(BaseModel):
    id: str


class Outcomes(BaseModel):
    items: list[Made]


def http() -> FastAPI:
    """One route for a report, one for a batch."""
    state: dict[str, AsyncIOMotorClient[dict[str, Any]]] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state["mongo"] = client()
        database = state["mongo"][DATABASE]
        await database["incidents"].create_index(
            "external_ref", unique=True, partialFilterExpression={"external_ref": {"$gt": ""}}
        )
        if "incident_outbox" not in await database.list_collection_names():
            await database.create_collection("incident_outbox")
        yield
        state["mongo"].close()

    async def kept(report: Report) -> Made:
        """The report with its event, or neither."""
        mongo, now = state["mongo"], now_utc()
        row: dict[str, Any] = {"_id": fresh(), "state": "reported", "at": now}
        row |= report.model_dump()
        event: dict[str, Any] = {"_id": fresh(), "type": "property.incident.reported.v1"}
        event |= {"at": now, "data": row}
        async with (
            await mongo.start_session() as session,
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
            ),
        ):
            await mongo[DATABASE]["incidents"].insert_one(row, session=session)
            await mongo[DATABASE]["incident_outbox"].insert_one(event, session=session)
        return Made(id=row["_id"])

    app = FastAPI(lifespan=lifespan)

    @app.post("/incidents", status_code=201)
    async def one(body: Report) -> Made:
        return await kept(body)

    @app.post("/incidents:batch")
    async def many(body: Batch) -> Outcomes:
        return Outcomes(items=await asyncio.gather(*(kept(each) for each in body.items)))

    return app


if __name__ == "__main__":
    options: dict[str, Any] = {"log_level": "error", "loop": "uvloop", "http": "httptools"}
    uvicorn.run(http(), port=int(sys.argv[1]), **options)
