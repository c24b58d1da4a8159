"""Questions that Schemathesis takes for good ones because OpenAPI can not say that they are none."""

import schemathesis


def refused(case) -> bool:
    """Whether a question agrees with the description and is refused for good reasons."""
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    # Of the moments there may be one: at, at_lap, clock, as_known_on; of a clock's: at, lap, step_laps.
    moments = sum(query.get(name) not in (None, "") for name in ("at", "at_lap", "clock", "as_known_on"))
    if moments > 1 or sum(name in body for name in ("at", "lap", "step_laps")) > 1:
        return True
    # A cursor is what a page before gave; laps by distance alone have a reference.
    if query.get("cursor") or query.get("delta_to") and query.get("by", "distance") != "distance":
        return True
    # Links that are guessed from names send whole objects as keys.
    if len(str((case.path_parameters or {}).get("session", ""))) > 100:
        return True
    # JSON Schema takes 99.0 for a whole number; ours are written without a fraction.
    return any(isinstance(v, float) and v.is_integer() for name, v in body.items() if name != "speed")


def sounds_good(case) -> bool:
    """Whether a bad question may be a good one as it is written in an address: an empty value is as none there, and
    first_name=false asks for a driver of that name."""
    query = case.query if isinstance(case.query, dict) else {}
    return any(v is None or v == "" or isinstance(v, bool) for v in query.values())


@schemathesis.hook
def filter_case(context, case):
    """Bad questions are all asked, if they are still bad when they are written down."""
    if case.meta is None:
        return True
    return not (refused(case) if case.meta.generation.mode.is_positive else sounds_good(case))


@schemathesis.hook
def before_add_examples(context, examples):
    """Examples of several moments at once are asked with each of them alone."""
    for case in list(examples):
        if not refused(case):
            continue
        examples.remove(case)
        others = {n: v for n, v in case.query.items() if n not in ("at", "at_lap", "clock", "as_known_on", "delta_to")}
        for name in ("at", "at_lap", "clock", "as_known_on"):
            if name in case.query:
                examples.append(case.operation.Case(path_parameters=case.path_parameters, query={**others, name: case.query[name]}))


# What scripts/stand.sh has: one session that is played and one that is stored.
SESSIONS = ["latest", "azerbaijan_simulation_2026_race"]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two of three good names of sessions are those of sessions that are there: else hardly anything would be found."""
    session = (path_parameters or {}).get("session")
    if isinstance(session, str) and 0 < len(session) <= 100 and (n := sum(session.encode(errors="replace")) % 3) < 2:
        return {**path_parameters, "session": SESSIONS[n]}
    return path_parameters
