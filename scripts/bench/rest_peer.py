"""The peer of the REST bench: FastAPI on uvicorn with uvloop and asyncpg, the same rows of the same view.

As its documentation has it, /api/v1/… declares what it returns, so that the answer is checked and described as ours is;
/bare/… leaves both out and has orjson encode the rows.

usage: rest_peer.py PORT DATABASE_URL
"""
import sys
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import ORJSONResponse
from pydantic import BaseModel

PORT, DATABASE = int(sys.argv[1]), sys.argv[2]
CAR = 'SELECT * FROM api.laps WHERE session_key = $1 AND driver_number = $2 ORDER BY driver_number, lap_number LIMIT $3'
SESSION = 'SELECT * FROM api.laps WHERE session_key = $1 ORDER BY driver_number, lap_number LIMIT $2'


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(DATABASE, min_size=4, max_size=8) as pool:
        app.state.pool = pool
        yield


class Lap(BaseModel):
    session_key: str
    driver_number: int
    lap_number: int
    date_start: datetime | None
    lap_time_ms: int | None
    s1_ms: int | None
    s2_ms: int | None
    s3_ms: int | None
    speed_i1_kmh: int | None
    speed_i2_kmh: int | None
    speed_fl_kmh: int | None
    speed_st_kmh: int | None
    stint_number: int | None
    compound: str | None
    tyre_age_laps: int | None
    fresh_tyre: bool | None
    position: int | None
    gap_to_leader_ms: int | None
    interval_ms: int | None
    laps_down: int | None
    in_pit_at_start: bool | None
    pit_in_time: datetime | None
    pit_out_time: datetime | None
    is_personal_best: bool | None
    deleted: bool | None
    deleted_reason: str | None
    track_status: str | None
    is_accurate: bool | None


class Page(BaseModel):
    data: list[Lap]


app = FastAPI(lifespan=lifespan)


async def rows(session: str, driver_number: int | None, limit: int):
    pool = app.state.pool
    if driver_number is None:
        found = await pool.fetch(SESSION, session, limit)
    else:
        found = await pool.fetch(CAR, session, driver_number, limit)
    if not found:
        raise HTTPException(404, 'no such session')
    return [dict(r) for r in found]


@app.get('/api/v1/sessions/{session}/laps')
async def laps(session: str, driver_number: int | None = Query(None, ge=0, le=255), limit: int = Query(500, ge=1, le=5000)) -> Page:
    return {'data': await rows(session, driver_number, limit)}


@app.get('/bare/sessions/{session}/laps')
async def bare(session: str, driver_number: int | None = Query(None, ge=0, le=255), limit: int = Query(500, ge=1, le=5000)):
    return ORJSONResponse({'data': await rows(session, driver_number, limit)})


uvicorn.run(app, host='127.0.0.1', port=PORT, loop='uvloop', http='httptools', log_level='warning', access_log=False)
