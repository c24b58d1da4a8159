package openf1

import (
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// weekend is what one session's log says of all sessions of the weekend; the store has it of none.
type weekend struct {
	venue                   wire.Venue
	official, circuit, land string
	race                    time.Time // its start, in the time of the place; zero: not known
}

// weekends are those of all sessions that are known here, held or stored. When and where a weekend is is no secret of any
// clock.
func weekends(list []wire.SessionEntry, stored []store.Session) map[string]*weekend {
	all := map[string]*weekend{}
	of := func(o *occasion) *weekend {
		w := all[o.weekend()]
		if w == nil {
			w = &weekend{}
			all[o.weekend()] = w
		}
		if o.kind == "race" && !o.start.IsZero() {
			w.race = o.start.Add(o.offset)
		}
		return w
	}
	for i := range list {
		if list[i].Stored {
			continue
		}
		o := heldOccasion(&list[i].Session)
		if w := of(&o); w.venue.MeetingKey == 0 {
			w.venue, w.official, w.circuit, w.land = o.venue, o.official, o.circuit, o.country
		}
	}
	for i := range stored {
		o := storedOccasion(&stored[i])
		of(&o)
	}
	return all
}

// weekend names the weekend of an occasion.
func (o *occasion) weekend() string {
	return strconv.Itoa(o.season) + " " + strconv.FormatBool(o.simulated) + " " + o.event
}

// completed gives a stored session what the weekend's logs say: the meeting's key and place, as the feed has them.
func (o *occasion) completed(w *weekend) {
	if w == nil {
		return
	}
	if w.venue.MeetingKey != 0 {
		o.meeting, o.venue, o.official, o.country = int64(w.venue.MeetingKey), w.venue, w.official, w.land
		o.circuit = w.circuit
	}
	o.path = archivePath(o, w.race)
}

// archivePath is where the official archive has a session: the weekend is named by the day of its race, each session by
// its own, both as they are there. "" when a day is not known, or there is no archive of it.
func archivePath(o *occasion, race time.Time) string {
	if race.IsZero() || o.start.IsZero() || o.simulated || o.event == "" || o.name == "" {
		return ""
	}
	const day = "2006-01-02"
	path := race.Format("2006/") + race.Format(day) + "_" + o.event + "/" + o.start.Add(o.offset).Format(day) + "_" + o.name + "/"
	return strings.ReplaceAll(path, " ", "_")
}
