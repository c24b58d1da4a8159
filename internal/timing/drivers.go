package timing

import (
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// entryListClosed is how long after the start new drivers are still believed. After the session the
// same stream may be overwritten with the drivers of a support series, whose numbers collide.
const entryListClosed = 60 * time.Minute

// driverList applies the list of drivers. A null or an empty name says nothing; after the session
// only the order is taken.
func (s *Session) driverList(v *fastjson.Value, m *feed.Message, ch *Change) error {
	closed := s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds ||
		s.startedAt != 0 && m.Time.Sub(time.Unix(0, s.startedAt)) > entryListClosed
	fields(v, func(key []byte, e *fastjson.Value) {
		n, ok := atoi(key)
		if !ok || e.Type() != fastjson.TypeObject || closed && s.Cars[n] == nil {
			return
		}
		c := s.car(key)
		if c == nil {
			return
		}
		if tla := e.Get("Tla"); closed && c.TLA != "" && tla != nil && text(tla) != c.TLA {
			return // somebody else with this number
		}
		ch.touch(n)
		ch.Parts |= PartCars
		c.driver(e, closed, s.timingDataSeen || s.appLines)
	})
	return nil
}

// someoneElse reports whether a driver's fields are those of another person than the car has: another reference, or where
// there is none another abbreviation with another name. A correction of one of them is not.
func (c *Car) someoneElse(v *fastjson.Value) bool {
	differs := func(has, name string) bool {
		f := v.Get(name)
		return f != nil && has != "" && text(f) != "" && text(f) != has
	}
	return differs(c.Reference, "Reference") || differs(c.TLA, "Tla") && (differs(c.Last, "LastName") || differs(c.FullName, "FullName"))
}

// driver applies one driver's fields; ordered says that another topic gives the order. Who takes over a number brings
// his own name and has nothing of the one before; the car, its team and its laps stay.
func (c *Car) driver(v *fastjson.Value, closed, ordered bool) {
	if !closed && c.someoneElse(v) {
		c.TLA, c.First, c.Last, c.FullName, c.Broadcast, c.Country, c.Reference, c.HeadshotURL = "", "", "", "", "", "", "", ""
	}
	fields(v, func(key []byte, f *fastjson.Value) {
		var dst *string
		switch string(key) {
		case "Line":
			if n, ok := small(f); ok && (!ordered || c.Line == 0) {
				c.Line = n
			}
			return
		case "Tla":
			dst = &c.TLA
		case "FirstName":
			dst = &c.First
		case "LastName":
			dst = &c.Last
		case "FullName":
			dst = &c.FullName
		case "BroadcastName":
			dst = &c.Broadcast
		case "TeamName":
			dst = &c.Team
		case "TeamColour":
			dst = &c.Colour
		case "CountryCode":
			dst = &c.Country
		case "Reference":
			dst = &c.Reference
		case "HeadshotUrl":
			dst = &c.HeadshotURL
		default:
			return
		}
		if !closed || *dst == "" {
			setText(dst, f)
		}
	})
}
