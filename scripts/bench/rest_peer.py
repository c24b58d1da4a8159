"""The peer of the REST bench: FastAPI on uvicorn with uvloop, asyncpg and orjson, the same rows of the same view.

usage: rest_peer.py PORT DATABASE_URL
"""
import sys
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import ORJSONResponse

PORT, DATABASE = int(sys.argv[1]), sys.argv[2]
SQL = 'SELECT * FROM api.laps WHERE session_key = $1 AND driver_number = $2 ORDER BY driver_number, lap_number LIMIT $3'


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(DATABASE, min_size=4, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, default_response_class=ORJSONResponse)


@app.get('/api/v1/sessions/{session}/laps')
async def laps(session: str, driver_number: int = Query(ge=0, le=255), limit: int = Query(500, ge=1, le=5000)):
    rows = await app.state.pool.fetch(SQL, session, driver_number, limit)
    if not rows:
        raise HTTPException(404, 'no such session')
    return ORJSONResponse({'data': [dict(r) for r in rows]})


uvicorn.run(app, host='127.0.0.1', port=PORT, loop='uvloop', http='httptools', log_level='warning', access_log=False)
