#!/usr/bin/env python3
"""fastf1_replay.py FOLDER: what FastF1's parser takes for the pages of one session, as one JSON object.

The pages come from the folder instead of the network; everything behind the download is FastF1's own code:
splitting, JSON, inflation, laps, stints, car data, positions and the small tables. Its cache is off, the
import is not timed.
"""
import gzip
import json
import logging
import os
import sys
import time

import fastf1
from fastf1 import _api as api

folder = sys.argv[1]


class Page:
    status_code = 200

    def __init__(self, content):
        self.content = content


class Missing:
    status_code = 404


def from_disk(urls, **_):
    path = os.path.join(folder, urls[0].rsplit('/', 1)[1] + '.gz')
    if not os.path.exists(path):
        return Missing()
    with gzip.open(path) as f:
        return Page(f.read().replace(b'\r\n', b'\n').replace(b'\n', b'\r\n'))


logging.disable(logging.CRITICAL)
fastf1.Cache.set_disabled()
api.Cache.requests_get = from_disk

wanted = {
    'timing_data': 'TimingData', 'timing_app_data': 'TimingAppData', 'car_data': 'CarData.z', 'position_data': 'Position.z',
    'track_status_data': 'TrackStatus', 'session_status_data': 'SessionStatus', 'race_control_messages': 'RaceControlMessages',
    'lap_count': 'LapCount', 'driver_info': 'DriverList', 'weather_data': 'WeatherData', 'session_info': 'SessionInfo',
}
used, failed, laps = {}, {}, 0
wall, cpu = time.perf_counter(), time.process_time()
for name, topic in wanted.items():
    if not os.path.exists(os.path.join(folder, topic + '.jsonStream.gz')):
        continue
    t = time.process_time()
    try:
        result = getattr(api, name)('/')
        if name == 'timing_data':
            laps = len(result[0])
    except Exception as e:  # a page it can not read is reported, and counts for the time it took
        failed[name] = repr(e)
    used[name] = round(time.process_time() - t, 3)
print(json.dumps({
    'version': fastf1.__version__, 'python': sys.version.split()[0], 'cpu_s': time.process_time() - cpu,
    'wall_s': time.perf_counter() - wall, 'laps': laps, 'parts': used, 'failed': failed,
}))
