package app

import (
	"bytes"
	"slices"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
)

// sessionReader reads a recording and tells where in it another session begins: at a SessionInfo with
// another key. A snapshot is of one session as a whole, wherever in it SessionInfo stands.
type sessionReader struct {
	recording *recording.Reader
	key       string         // of the session being read; the recording's own while the feed has named none
	named     bool           // the feed has named it
	snapshot  []feed.Message // the rest of one that was read to its end
	ahead     *feed.Message  // what came behind it
	failed    error          // what came instead
}

func newSessionReader(r *recording.Reader) *sessionReader {
	return &sessionReader{recording: r, key: r.FallbackKey()}
}

// next fills m with the next message; begins reports that it is the first of another session than the
// one before. Errors and the life of m.Payload are those of the recording.
func (s *sessionReader) next(m *feed.Message) (begins bool, err error) {
	if len(s.snapshot) == 0 {
		if err := s.read(m); err != nil {
			return false, err
		}
		if !m.Snapshot {
			return s.enter(*m), nil
		}
		s.collect(m)
		begins = s.enter(s.snapshot...)
	}
	*m, s.snapshot = s.snapshot[0], s.snapshot[1:]
	return begins, nil
}

func (s *sessionReader) read(m *feed.Message) error {
	if s.failed != nil {
		return s.failed
	}
	if s.ahead != nil {
		*m, s.ahead = *s.ahead, nil
		return nil
	}
	return s.recording.Next(m)
}

// collect reads the snapshot that m begins. It has each topic once: a folder of snapshots is many.
func (s *sessionReader) collect(m *feed.Message) {
	s.snapshot = s.snapshot[:0:0]
	for m.Snapshot && !slices.ContainsFunc(s.snapshot, func(h feed.Message) bool { return h.Topic == m.Topic }) {
		kept := *m
		kept.Payload = bytes.Clone(m.Payload)
		s.snapshot = append(s.snapshot, kept)
		if s.failed = s.read(m); s.failed != nil {
			return
		}
	}
	ahead := *m
	ahead.Payload = bytes.Clone(m.Payload)
	s.ahead = &ahead
}

// enter reports whether the messages, which belong together, name another session than the one being read.
func (s *sessionReader) enter(messages ...feed.Message) bool {
	for i := range messages {
		if messages[i].Topic != feed.TopicSessionInfo {
			continue
		}
		key := feed.SessionKey(messages[i].Payload)
		if key == "" || key == s.key {
			continue
		}
		another := s.named
		s.key, s.named = key, true
		return another
	}
	return false
}
