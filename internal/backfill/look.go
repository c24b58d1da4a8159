package backfill

import (
	"encoding/json"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Gap is a stretch of a log of which messages may be missing.
type Gap struct {
	First, Last uint64    // the marked messages: the first ones of the new connection
	From, To    time.Time // the session's clock before them, and with the first message behind them
}

// Look is what a log says of itself, as far as it has been read. The zero Look has read nothing.
type Look struct {
	Read uint64 // offset up to which the log has been read
	Path string // of the session in the archive: year/meeting/session/; "" while the feed has not said it
	Over bool   // the session has ended or is final
	Gaps []Gap  // oldest first; the last one may still be open

	now  time.Time // the session's clock
	open bool      // the newest message is marked
}

// Follow reads what the log has more than was read. It may be called again when the log has grown.
func (l *Look) Follow(log *sessionlog.Log) error {
	if l.Read >= log.Len() {
		return nil
	}
	return log.Each(l.Read+1, func(m *feed.Message) error { l.take(m); return nil })
}

func (l *Look) take(m *feed.Message) {
	l.Read = m.Offset
	switch {
	case m.Gap && !l.open && !l.now.IsZero(): // what begins a log comes after nothing
		l.Gaps = append(l.Gaps, Gap{First: m.Offset, Last: m.Offset, From: l.now, To: l.now})
		l.open = true
	case m.Gap && l.open:
		l.Gaps[len(l.Gaps)-1].Last = m.Offset
	}
	if l.open {
		if g := &l.Gaps[len(l.Gaps)-1]; m.Time.After(g.To) {
			g.To = m.Time
		}
		l.open = m.Gap
	}
	if m.Time.After(l.now) {
		l.now = m.Time
	}
	switch m.Topic {
	case feed.TopicSessionInfo:
		var info struct{ Path string }
		if json.Unmarshal(m.Payload, &info) == nil && info.Path != "" {
			l.Path = info.Path
		}
	case feed.TopicSessionStatus:
		var s struct{ Status string }
		if json.Unmarshal(m.Payload, &s) == nil && s.Status != "" {
			l.Over = s.Status == "Ends" || s.Status == "Finalised"
		}
	}
}
