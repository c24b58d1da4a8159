package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// storedEvents are the events of a session of which only the rows are here, as its log would tell them: the same page,
// with the sentences made from the rows and the names that the drivers have in the end.
func (a *api) storedEvents(ctx context.Context, session string, wish wire.EventWish) (wire.Events, error) {
	list := wire.Events{Events: []wire.Event{}}
	skip := 0
	if wish.Cursor != "" {
		n, err := strconv.Atoi(wish.Cursor)
		if err != nil || n < 0 {
			return list, invalid("query.cursor", "it is none of ours", wish.Cursor)
		}
		skip = n
	}
	names, err := a.codes(ctx, session)
	if err != nil {
		return list, err
	}
	lowest := len(priorities) - 1
	if wish.Priority != "" {
		lowest = slices.Index(priorities, wish.Priority)
	}
	var all []f1.Event
	for row, err := range a.store.Rows(ctx, &store.Query{Session: session, Table: "events"}) {
		if err != nil {
			return list, err
		}
		e, err := eventOfCells(row.Cells)
		if err != nil {
			return list, fmt.Errorf("api: events of %s: %w", session, err)
		}
		all = append(all, e)
	}
	for i := range all {
		e := &all[i]
		about := wish.Driver == 0 || e.Car.Value == wish.Driver || e.Other.Value == wish.Driver || slices.Contains(e.Cars, wish.Driver)
		if int(e.Priority) > lowest || !strings.HasPrefix(string(e.Kind), wish.Kind) || !about {
			continue
		}
		if list.Total >= skip && len(list.Events) < wish.Limit {
			list.Events = append(list.Events, eventOf(e, names))
		}
		list.Total++
	}
	if next := skip + len(list.Events); next < list.Total {
		list.Next = wire.Text(strconv.Itoa(next))
	}
	return list, nil
}

// codes are what the drivers of a stored session are called, by car.
func (a *api) codes(ctx context.Context, session string) (map[int]string, error) {
	drivers := tables.Drivers.Describe()
	number, code := drivers.Index("driver_number"), drivers.Index("tla")
	names := map[int]string{}
	for row, err := range a.store.Rows(ctx, &store.Query{Session: session, Table: "drivers"}) {
		if err != nil {
			return nil, err
		}
		names[int(row.Cells[number].N)] = row.Cells[code].S
	}
	return names, nil
}

var eventsTable = tables.Events.Describe()

// eventOfCells is the event that a row of table events stands for.
func eventOfCells(row tables.Row) (f1.Event, error) {
	cell := func(name string) tables.Cell { return row[eventsTable.Index(name)] }
	number := func(names ...string) f1.Opt[int] {
		for _, name := range names {
			if c := cell(name); c.Known {
				return f1.Some(int(c.N))
			}
		}
		return f1.Opt[int]{}
	}
	moment := func(name string) (t time.Time) {
		if c := cell(name); c.Known {
			t = time.UnixMilli(c.N).UTC()
		}
		return t
	}
	e := f1.Event{
		SessionKey: cell("session_key").S, ID: cell("event_id").S, Version: int(cell("version").N), Kind: f1.EventKind(cell("kind").S),
		Status: f1.EventStatus(cell("status").S), Time: moment("time"), Known: moment("known"), Offset: uint64(cell("offset").N),
		Lap: number("lap_number"), Car: number("driver_number"), Other: number("other_driver_number"),
		From: number("position_from", "count_from"), To: number("position_to", "count_to"),
		Detail: cell("detail").S, Supersedes: cell("supersedes").S,
	}
	if v := cell("value"); v.Known {
		e.Value = f1.Some(v.F)
	}
	e.Priority = f1.Priority(max(slices.Index(priorities, cell("priority").S), 0))
	for text := range strings.FieldsSeq(cell("driver_numbers").S) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return e, err
		}
		e.Cars = append(e.Cars, n)
	}
	for text := range strings.FieldsSeq(cell("evidence").S) {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return e, err
		}
		e.Evidence = append(e.Evidence, n)
	}
	return e, nil
}

// eventOf is an event as it leaves the program.
func eventOf(e *f1.Event, names map[int]string) wire.Event {
	r := events.Row(e)
	return wire.Event{
		ID: e.ID, Version: e.Version, Kind: string(e.Kind), Title: events.Title(e.Kind),
		Text:     events.Sentence(e, func(n int) string { return names[n] }),
		Priority: e.Priority.String(), Status: string(e.Status), Time: wire.Time(e.Time), Known: wire.Time(e.Known), Offset: e.Offset,
		Lap: pointer(e.Lap), Driver: pointer(e.Car), Other: pointer(e.Other), Drivers: e.Cars,
		From: pointer(r.PositionFrom), To: pointer(r.PositionTo), CountFrom: pointer(r.CountFrom), CountTo: pointer(r.CountTo), CountOf: wire.Text(r.CountOf),
		Value: pointer(e.Value), Detail: wire.Text(e.Detail), Supersedes: wire.Text(e.Supersedes), Evidence: e.Evidence,
	}
}
