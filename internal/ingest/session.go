package ingest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// session is one session's log with what else ingest keeps beside it.
type session struct {
	key       string
	log       *sessionlog.Log // changed by Swap alone: under gate, mu and the Ingest's lock
	published func(key string, messages []feed.Message)
	lanes     []*lane    // that write to it; guarded by the Ingest's lock
	gate      sync.Mutex // held while sources enter and leave; guards entered
	entered   bool       // Opened was called and Left not yet

	mu       sync.Mutex // from append to published, so that the order of the two is the same
	cross    crossCheck
	deadPath string
	dead     *os.File
	deadSize int64
}

func newSession(key string, log *sessionlog.Log, cfg *Config) *session {
	return &session{key: key, log: log, published: cfg.Hooks.Published, cross: crossCheck{patience: cfg.Patience}, deadPath: filepath.Join(filepath.Dir(log.Path()), "dead.jsonl")}
}

// append appends and then announces.
func (s *session) append(ctx context.Context, from *lane, messages []feed.Message) (fresh int, err error) {
	present := from.in.lanesOf(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cross.take(from, present, messages, time.Now())
	messages = s.rejoin(from, present, messages)
	var kept []feed.Message
	err = s.insist(ctx, from.status.trouble, func() (err error) {
		kept, err = s.log.Append(messages)
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(kept) > 0 && s.published != nil {
		s.published(s.key, kept)
	}
	return len(kept), nil
}

// rejoin looks at the first messages of a source's new connection. They have the mark of a gap unless nothing can be
// missing: the log is new, or another source was there all the time. In that case what this one's snapshot says is in
// the log already, and more: the other may have told what came after it, which the snapshot would take back, and which
// this one would tell in vain, for it is known. So of it is kept only what is newer than the log, and what the other
// does not give.
func (s *session) rejoin(from *lane, present []*lane, messages []feed.Message) []feed.Message {
	if len(messages) == 0 || !messages[0].Gap {
		return messages
	}
	since := from.status.awaySince()
	if since.IsZero() { // it came to the others
		since = time.Now()
	}
	var there []*lane
	for _, other := range present {
		if other != from && other.status.thereSince(since) {
			there = append(there, other)
		}
	}
	covered := len(there) > 0 || s.log.Len() == 0
	end := s.log.End()
	kept := messages[:0]
	for _, m := range messages {
		m.Gap = m.Gap && !covered
		gives := func(other *lane) bool { return other.status.gives(m.Topic) }
		if m.Snapshot && !m.Time.After(end) && slices.ContainsFunc(there, gives) {
			continue
		}
		kept = append(kept, m)
	}
	return kept
}

// insist writes until it succeeds. A disk that is full or fails holds the source up until it is well
// again: nothing is announced that is not kept, and nothing is dropped.
func (s *session) insist(ctx context.Context, trouble func(error), write func() error) error {
	wait := time.Second / 4
	for failed := false; ; failed = true {
		err := write()
		switch {
		case err == nil:
			if failed {
				trouble(nil)
			}
			return nil
		case errors.Is(err, sessionlog.ErrClosed) || errors.Is(err, sessionlog.ErrReadOnly):
			return fmt.Errorf("ingest: session %s: %w", s.key, err)
		}
		trouble(err)
		if !pause(ctx, wait) {
			return errors.Join(ctx.Err(), err)
		}
		wait = min(2*wait, 5*time.Second)
	}
}

func (s *session) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.log.Close()
	if s.dead != nil {
		err = errors.Join(err, s.dead.Close())
		s.dead = nil
	}
	return err
}

// deadLetter is a message that can not be used.
type deadLetter struct {
	at      time.Time
	source  string
	topic   string
	reason  string
	payload []byte
}

// maxDead bounds the file of dead letters; what comes after it is full is only counted.
const maxDead = 64 << 20

// refuse says why m can not be used, "" if it can.
func refuse(m *feed.Message) string {
	switch {
	case m.Topic == "":
		return "no topic"
	case len(m.Topic) > 256:
		return "topic is longer than 256 bytes"
	case !utf8.ValidString(m.Topic):
		return "topic is not UTF-8"
	case len(m.Payload) == 0:
		return "no payload"
	case len(m.Payload) > sessionlog.MaxPayload:
		return "payload is larger than " + strconv.Itoa(sessionlog.MaxPayload>>20) + " MiB"
	case !json.Valid(m.Payload):
		return "payload is not JSON"
	}
	return ""
}

// bury keeps dead letters as they came, one JSON object a line; what is not UTF-8 as base64.
func (s *session) bury(ctx context.Context, letters []deadLetter, trouble func(error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range letters {
		line, err := letters[i].line()
		if err != nil {
			return fmt.Errorf("ingest: dead letters: %w", err)
		}
		if err := s.insist(ctx, trouble, func() error { return s.writeDead(line) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) writeDead(line []byte) error {
	if s.dead == nil {
		file, err := os.OpenFile(s.deadPath, os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return fmt.Errorf("dead letters: %w", err)
		}
		size, err := file.Seek(0, io.SeekEnd)
		if err != nil {
			return errors.Join(fmt.Errorf("dead letters: %w", err), file.Close())
		}
		s.dead, s.deadSize = file, size
	}
	if s.deadSize+int64(len(line)) > maxDead {
		return nil
	}
	// At a fixed place, so that a line that was cut is written over by the next try.
	if _, err := s.dead.WriteAt(line, s.deadSize); err != nil {
		return fmt.Errorf("dead letters: %w", err)
	}
	s.deadSize += int64(len(line))
	return nil
}

func (d *deadLetter) line() ([]byte, error) {
	out := struct {
		At     time.Time `json:"at"`
		Source string    `json:"source"`
		Topic  string    `json:"topic,omitempty"`
		Reason string    `json:"reason"`
		Raw    string    `json:"raw,omitempty"`
		Base64 string    `json:"raw_base64,omitempty"`
	}{At: d.at.UTC(), Source: d.source, Topic: d.topic, Reason: d.reason}
	if utf8.Valid(d.payload) {
		out.Raw = string(d.payload)
	} else {
		out.Base64 = base64.StdEncoding.EncodeToString(d.payload)
	}
	line, err := json.Marshal(out)
	return append(line, '\n'), err
}

// StableKey names a session by its first message, so that the same recording gets the same name wherever
// it lies.
func StableKey(first *feed.Message) string {
	h := xxhash.New()
	fmt.Fprintf(h, "%s %d ", first.Topic, first.Time.UnixNano())
	h.Write(first.Payload) //nolint:errcheck // a hash never fails
	return fmt.Sprintf("x%016x", h.Sum64())
}

// occurrences numbers equal messages of one run of a source. It remembers the last 65,536 to 131,072
// different ones, far more than share a time.
type occurrences struct{ newer, older map[uint64]uint32 }

const occurrenceGeneration = 1 << 16

func newOccurrences() occurrences { return occurrences{newer: make(map[uint64]uint32)} }

// count is how many messages equal to m came before it. A snapshot without a time is no event that could
// happen twice in a moment; the log itself knows whether it says anything new.
func (o *occurrences) count(m *feed.Message) uint32 {
	if m.Snapshot && m.Time.IsZero() {
		return 0
	}
	h := m.Said()
	if m.Snapshot {
		h++
	}
	n, known := o.newer[h]
	if !known {
		n = o.older[h]
	}
	if !known && len(o.newer) == occurrenceGeneration {
		o.older, o.newer = o.newer, make(map[uint64]uint32, occurrenceGeneration)
	}
	o.newer[h] = n + 1
	return n
}
