package timing

import (
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

func (s *Session) sessionStatus(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if f := v.Get("Status"); f != nil {
		s.setStatus(text(f), m.Time, m.Snapshot, ch)
	}
	return nil
}

// setStatus moves the session on. Started after Aborted is a restart, not a new part. A snapshot tells what
// is, but not since when.
func (s *Session) setStatus(word string, at time.Time, snapshot bool, ch *Change) {
	status := f1.SessionStatus(strings.ToLower(word))
	if status == "" || status == s.Status {
		return
	}
	s.Status, s.StatusSince = status, at
	s.statuses = append(s.statuses, statusMark{at: nanos(at), status: status})
	ch.Parts |= PartStatus
	switch status {
	case f1.StatusStarted:
		if s.startedAt == 0 {
			s.startedAt = nanos(at)
			switch {
			case s.IsRace() && snapshot:
				s.lightsOut(0)
			case s.IsRace():
				s.lightsOut(nanos(at))
			}
		}
	case f1.StatusFinished:
		if s.finishedAt == 0 {
			s.finishedAt = nanos(at)
		}
		if s.Flag.IsZero() {
			s.Flag = at
		}
	}
}

// lightsOut begins the first lap of a race for the cars on the grid, and forgets their laps to it.
func (s *Session) lightsOut(at int64) {
	for _, c := range s.Cars {
		if c.Laps > 0 || c.visits != nil {
			continue
		}
		c.absent = c.Stopped || c.Retired
		c.own()
		l := c.open(1, at)
		*l = lap{number: 1, start: at, gap: noGap, inter: noGap, down: -1, fromPit: c.InPit}
	}
}

func (s *Session) trackStatus(v *fastjson.Value, m *feed.Message, ch *Change) error {
	code, message := "", s.Track.Message
	if f := v.Get("Status"); f != nil {
		code = text(f)
	}
	if f := v.Get("Message"); f != nil {
		message = text(f)
	}
	status := trackWord(code)
	if status == "" {
		status = s.Track.Status
	}
	if status == "" {
		return nil
	}
	ch.Parts |= PartTrack
	if status == s.Track.Status && message == s.Track.Message {
		return nil
	}
	s.Track.Status, s.Track.Message, s.Track.Since = status, message, m.Time
	mark := trackMark{at: nanos(m.Time), status: status, message: message}
	if len(code) == 1 {
		mark.code = code[0]
	}
	s.track = append(s.track, mark)
	if status == f1.TrackClear {
		clear(s.Track.Sectors)
	}
	return nil
}

// trackWord names a code of the feed; a code without a name is kept as "code_N".
func trackWord(code string) f1.TrackStatus {
	switch code {
	case "":
		return ""
	case "1":
		return f1.TrackClear
	case "2":
		return f1.TrackYellow
	case "4":
		return f1.TrackSC
	case "5":
		return f1.TrackRed
	case "6":
		return f1.TrackVSC
	case "7":
		return f1.TrackVSCEnding
	}
	if len(code) > 8 {
		code = code[:8]
	}
	return f1.TrackStatus("code_" + code)
}

// extrapolatedClock applies the session clock, which is sent on change only; deltas omit what stays.
func (s *Session) extrapolatedClock(v *fastjson.Value, m *feed.Message, ch *Change) error {
	at, ok := moment(v.Get("Utc"))
	if !ok {
		at = m.Time
	}
	if f := v.Get("Extrapolating"); f != nil {
		if !setBool(&s.Clock.Running, f) && v.Get("Remaining") == nil {
			return nil
		}
	}
	if f := v.Get("Remaining"); f != nil {
		if d, ok := f1.ParseOffset(text(f)); ok {
			s.Clock.Remaining, s.Clock.Known = d, true
			s.Clock.At = at
		}
	} else if s.Clock.Known && ok {
		// Only the switch came: what remained at that moment is the new base.
		was := s.Clock
		was.Running = !s.Clock.Running
		s.Clock.Remaining, s.Clock.At = was.RemainingAt(at), at
	}
	ch.Parts |= PartClock
	return nil
}

func (s *Session) lapCount(v *fastjson.Value, _ *feed.Message, ch *Change) error {
	s.raceHint = true
	if f := v.Get("CurrentLap"); f != nil {
		setSmall(&s.Lap.Current, f)
	}
	if f := v.Get("TotalLaps"); f != nil {
		setSmall(&s.Lap.Total, f)
	}
	ch.Parts |= PartLap
	return nil
}

// sessionData carries the laps of the leader and the qualifying parts with their own times, and a copy
// of the status changes, which have their own topics.
func (s *Session) sessionData(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if series := v.Get("Series"); series != nil {
		each(series, func(_ int, e *fastjson.Value) {
			if f := e.Get("QualifyingPart"); f != nil {
				if n, ok := small(f); ok && n <= 3 && s.Topics[feed.TopicTimingData] == nil {
					s.setPart(n, nanos(m.Time), ch)
				}
			}
			if f := e.Get("Lap"); f != nil && s.Topics[feed.TopicLapCount] == nil {
				setSmall(&s.Lap.Current, f)
				ch.Parts |= PartLap
			}
		})
	}
	if series := v.Get("StatusSeries"); series != nil && m.Snapshot {
		s.trackHistory(series, m.Time)
	}
	if series := v.Get("StatusSeries"); series != nil && s.Topics[feed.TopicSessionStatus] == nil {
		each(series, func(_ int, e *fastjson.Value) {
			if f := e.Get("SessionStatus"); f != nil {
				at, ok := moment(e.Get("Utc"))
				if !ok {
					at = m.Time
				}
				s.setStatus(text(f), at, false, ch)
			}
		})
	}
	return nil
}

// heartbeat carries nothing but its time, which Apply has taken.
func (s *Session) heartbeat(*fastjson.Value, *feed.Message, *Change) error { return nil }
