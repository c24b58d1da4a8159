package timing

import "pitwall.live/internal/feed"

// maxLost bounds the stretches that are kept; the newest stay.
const maxLost = 200

// miss notes a stretch of which messages may be missing, and its end.
func (s *Session) miss(m *feed.Message) {
	defer func() { s.found = m.Gap }()
	n := len(s.Lost)
	open := n > 0 && s.Lost[n-1].Next == 0
	switch {
	case m.Gap && !s.found && !s.Now.IsZero():
		if n == maxLost {
			s.Lost = append(s.Lost[:0:0], s.Lost[1:]...)
		}
		s.Lost = append(s.Lost, Lost{From: s.Now, To: s.Now, Last: s.nowBy, Found: m.Offset})
	case open && !m.Gap:
		s.Lost[n-1].Next = m.Offset
	case !open:
		return // also a snapshot with which another session begins
	}
	if last := &s.Lost[len(s.Lost)-1]; m.Time.After(last.To) {
		last.To = m.Time
	}
}
