"""How many requests a second a cached endpoint answers, server and clients on the same cores."""
from events import metrics

ANSWERS = [('zstd', 'a cached board, packed with zstd'), ('plain', 'a cached board, plain'), ('unchanged', 'an unchanged board, 304')]


def run(results, times):
    results.section('Cache: a hot endpoint over loopback')
    figures = metrics('./internal/cache', 'HotServe', times)
    for name, title in ANSWERS:
        f = figures.get(name, {})
        results.add(title, f.get('requests/s'), 'requests/s', goal=20000)
        results.add('  processor time a request, server and client', f.get('cpu-µs/request'), 'µs')
