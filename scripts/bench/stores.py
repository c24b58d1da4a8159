"""How much faster than a live session the stores take one in, and how soon a lap's telemetry is read."""
from events import metrics


def run(results, times):
    results.section('Stores: a race taken in, in multiples of the live need, and a lap read')
    writer = metrics('./internal/persist', 'Writer', '1x')
    for name, title in (('sqlite', 'SQLite'), ('postgres', 'PostgreSQL')):
        f = writer.get(name, {})
        results.add('%s: log to rows, the slowest session' % title, f.get('x-live'), 'times live', goal=20)
        results.add('  heap of the writer, the log of the test included', f.get('MB-heap'), 'MB')
    for name, title in (('SealFolder', 'objects: a log sealed into segments'), ('RestoreFolder', 'objects: restored to a log')):
        results.add(title, metrics('./internal/store/objects', name, times).get('', {}).get('x-live-need'), 'times live', goal=20)
    f = metrics('./internal/store/sqlite', 'SamplesWhole', times).get('', {})
    results.add('SQLite: samples of a race in one batch', f.get('samples/s'), 'samples/s', goal=400000)
    f = metrics('./internal/store/sqlite', 'SamplesLive', times).get('', {})
    results.add('SQLite: samples in batches of a second', f.get('samples/s'), 'samples/s')
    f = metrics('./internal/store/sqlite', 'LapTelemetry', '2000x').get('', {})
    results.add('SQLite: telemetry of a lap, p50', f.get('p50-µs'), 'µs')
    results.add('SQLite: telemetry of a lap, p99', f.get('p99-µs'), 'µs', most=5000)
    f = metrics('./internal/store/postgres', 'Lap', '2000x').get('', {})
    results.add('PostgreSQL: telemetry of a lap, p50', f.get('µs/p50'), 'µs')
    results.add('PostgreSQL: telemetry of a lap, p99', f.get('µs/p99'), 'µs')
