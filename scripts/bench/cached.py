"""How many requests a second cached answers of the API are, server and clients on the same cores."""
from events import metrics

ANSWERS = [('zstd', 'laps of a car, packed with zstd', 20000), ('plain', 'laps of a car, plain', 20000), ('unchanged', 'unchanged laps, 304', 20000),
           ('board', 'the board of a session that is over', None)]


def run(results, times):
    results.section('Cache: hot endpoints of the API over loopback')
    figures = metrics('./internal/api', 'Hot', times)
    for name, title, goal in ANSWERS:
        f = figures.get(name, {})
        results.add(title, f.get('requests/s'), 'requests/s', goal=goal)
        results.add('  processor time a request, server and client', f.get('cpu-µs/request'), 'µs')
