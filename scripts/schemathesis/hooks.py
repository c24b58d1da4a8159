"""Questions that Schemathesis takes for good ones because OpenAPI can not say that they are none."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what agrees with the description and is refused for good reasons; bad questions are all asked."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return True
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    # Of the moments there may be one: at, at_lap, clock; of a clock's: at, lap, step_laps.
    if sum(name in query for name in ("at", "at_lap", "clock")) > 1 or sum(name in body for name in ("at", "lap", "step_laps")) > 1:
        return False
    # A cursor is what a page before gave; laps by distance alone have a reference.
    if query.get("cursor") or query.get("delta_to") and query.get("by", "distance") != "distance":
        return False
    # JSON Schema takes 99.0 for a whole number; ours are written without a fraction.
    return not any(isinstance(v, float) and v.is_integer() for name, v in body.items() if name != "speed")
