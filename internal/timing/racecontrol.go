package timing

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/racecontrol"
)

// raceControl applies messages of race control. The index is the identity: a corrected message comes
// again under its index and replaces the old one. One that comes again as it was is not heard twice.
func (s *Session) raceControl(v *fastjson.Value, m *feed.Message, ch *Change) error {
	messages := v.Get("Messages")
	if messages == nil {
		return nil
	}
	before := s.RaceControl
	if m.Snapshot {
		s.RaceControl = nil
	}
	ch.Parts |= PartRaceControl
	each(messages, func(i int, e *fastjson.Value) {
		if e.Type() != fastjson.TypeObject {
			return
		}
		row, old := f1.RaceControlRow{MessageID: i, Time: m.Time}, withID(before, i)
		if old >= 0 {
			row.Time = before[old].Time
			if !m.Snapshot {
				row = before[old]
			}
		}
		readMessage(&row, e)
		switch {
		case m.Snapshot || old < 0:
			s.RaceControl = append(s.RaceControl, row)
		case row != before[old]:
			// A clone may share the list: change a copy.
			s.RaceControl = append([]f1.RaceControlRow(nil), s.RaceControl...)
			s.RaceControl[old] = row
		}
		if old < 0 || row != before[old] {
			s.forgetDeletions(func(id int) bool { return id == i })
			s.hear(&row, m, ch)
		}
		if !m.Snapshot {
			before = s.RaceControl
		}
	})
	if m.Snapshot {
		s.forgetDeletions(func(id int) bool { return withID(s.RaceControl, id) < 0 })
	}
	return nil
}

// withID is the place of a message in a list, -1 when it is not there. The newest are asked for most.
func withID(list []f1.RaceControlRow, id int) int {
	for k := len(list) - 1; k >= 0; k-- {
		if list[k].MessageID == id {
			return k
		}
	}
	return -1
}

// forgetDeletions drops what was concluded from messages that were corrected or taken back.
func (s *Session) forgetDeletions(gone func(id int) bool) {
	if slices.ContainsFunc(s.deletions, func(d deletion) bool { return gone(int(d.message)) }) {
		s.deletions = slices.DeleteFunc(slices.Clone(s.deletions), func(d deletion) bool { return gone(int(d.message)) })
	}
}

func readMessage(row *f1.RaceControlRow, v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Utc":
			if t, ok := moment(f); ok {
				row.Time = t
			}
		case "Lap":
			row.LapNumber = optSmall(f)
		case "Category":
			row.Category = text(f)
		case "Flag":
			row.Flag = text(f)
		case "Scope":
			row.Scope = text(f)
		case "Sector":
			row.Sector = optSmall(f)
		case "RacingNumber":
			row.DriverNumber = optSmall(f)
		case "Message":
			row.Message = strings.TrimSpace(text(f))
		}
	})
}

func optSmall(v *fastjson.Value) f1.Opt[int] {
	n, ok := small(v)
	return f1.Opt[int]{Value: n, Known: ok}
}

// hear draws the conclusions of a message: flags of marshal sectors, the chequered flag, deleted laps.
func (s *Session) hear(row *f1.RaceControlRow, m *feed.Message, ch *Change) {
	switch {
	case row.Flag == "CHEQUERED":
		if s.Flag.IsZero() || !s.IsRace() {
			s.Flag = row.Time
		}
		// A snapshot also tells of the flags of parts that are over.
		if past := m.Snapshot && !s.IsRace() && s.Status == f1.StatusStarted; s.finishedAt == 0 && !past {
			s.finishedAt = nanos(m.Time)
		}
	case row.Scope == "Sector" && row.Sector.Known:
		ch.Parts |= PartTrack
		switch row.Flag {
		case "YELLOW":
			s.Track.Sectors[row.Sector.Value] = "yellow"
		case "DOUBLE YELLOW":
			s.Track.Sectors[row.Sector.Value] = "double_yellow"
		default:
			delete(s.Track.Sectors, row.Sector.Value)
		}
	case row.Scope == "Track":
		ch.Parts |= PartTrack
		clear(s.Track.Sectors)
	}
	said := racecontrol.Parse(row)
	if d, ok := deletionOf(&said); ok {
		d.message, d.at = int32(row.MessageID), nanos(row.Time)
		d.heard = nanos(m.Time)
		s.deletions = append(s.deletions, d)
	}
}

// tlaRcm is the text mirror of race control; its time is local.
func (s *Session) tlaRcm(v *fastjson.Value, _ *feed.Message, ch *Change) error {
	if f := v.Get("Timestamp"); f != nil {
		s.TextMirror.Local = text(f)
	}
	if f := v.Get("Message"); f != nil {
		s.TextMirror.Text = text(f)
	}
	ch.Parts |= PartRaceControl
	return nil
}
