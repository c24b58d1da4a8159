package openf1

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// The states of a car in a change of order, as DriverRaceInfo has them.
const gainedPlace = 2

// overtaken are the cars that a message has behind the one that gained a place in it. From the first such message on, of a
// topic that needs an account, these are the session's overtakes; else they are those of our events.
func (d *Derivation) overtaken(m *feed.Message, v *fastjson.Value) {
	var gained int64
	type loser struct{ car, position int64 }
	var lost []loser
	each(v, func(key string, e *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		state, _ := wholeOf(e.Get("OvertakeState"))
		position, placed := wholeOf(e.Get("Position"))
		switch {
		case state == gainedPlace && gained == 0:
			gained = car
		case state != gainedPlace && placed:
			lost = append(lost, loser{car, position})
		}
	})
	if gained == 0 || len(lost) == 0 {
		return
	}
	d.overtaking = true
	slices.SortFunc(lost, func(a, b loser) int { return cmp.Compare(b.position, a.position) })
	for _, l := range lost {
		doc := d.keep(overtakesCollection, fmt.Sprintf("%d_%d_%d", m.Time.UnixMilli(), gained, l.car))
		doc.set("date", dateOf(m.Time))
		doc.set("overtaking_driver_number", integerOf(gained))
		doc.set("overtaken_driver_number", integerOf(l.car))
		doc.set("position", integerOf(l.position-1))
	}
}
