package feed

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
)

// Bounds of what one state keeps; the feed has some 40 topics with names of up to 22 letters.
const (
	maxTopics    = 256
	maxTopicName = 128
)

// Errors of Apply, to be tested with errors.Is.
var (
	ErrTopic = errors.New("not a topic's name")
	ErrShape = errors.New("delta is not an object") // where the topic's state is one
)

// State is the raw state of a session: for each topic the JSON document that a subscriber would be
// handed. Topics we do not know are kept like the others. The zero State is empty and ready. One
// goroutine owns it.
type State struct {
	topics map[string]*Node
}

// IsEvent reports whether the messages of topic are events rather than patches of a document; a
// state then holds the last one.
func IsEvent(topic string) bool {
	switch topic {
	case TopicHeartbeat, TopicTlaRcm, TopicPitStop, "CarData", "Position":
		return true
	}
	return strings.HasSuffix(topic, ".z")
}

// Apply brings the state up to date with m: a snapshot replaces its topic, a patch is merged, an event
// is kept as the last one, a compressed topic as the string it came in. A SessionInfo with another Key
// first drops every topic of the session before, so a source that takes a new snapshot hands over
// SessionInfo first. On an error the state is as before.
func (s *State) Apply(m *Message) error {
	if m.Topic == "" || len(m.Topic) > maxTopicName || !utf8.ValidString(m.Topic) {
		return fmt.Errorf("feed: apply: %w: topic %.40q", ErrTopic, m.Topic)
	}
	n, err := parsePayload(m)
	if err != nil {
		return fmt.Errorf("feed: apply %s: %w", m.Topic, err)
	}
	old, known := s.topics[m.Topic]
	switch {
	case m.Snapshot || IsEvent(m.Topic) || !known:
		n, err = Clean(m.Topic, n)
	case n.kind != Object && old.kind == Object:
		err = ErrShape
	default:
		n, err = Merge(m.Topic, old, n)
	}
	if err != nil {
		return fmt.Errorf("feed: apply %s: %w", m.Topic, err)
	}
	if s.topics == nil {
		s.topics = make(map[string]*Node)
	}
	if m.Topic == TopicSessionInfo && rollsOver(old, n) {
		clear(s.topics)
	}
	if !known && len(s.topics) >= maxTopics {
		return fmt.Errorf("feed: apply %.40q: %w: more than %d topics", m.Topic, ErrLimit, maxTopics)
	}
	s.topics[m.Topic] = n
	return nil
}

// parsePayload reads the payload. Base64 of a compressed topic may come without quotes.
func parsePayload(m *Message) (*Node, error) {
	text := bytes.TrimSpace(m.Payload)
	if strings.HasSuffix(m.Topic, ".z") && len(text) > 0 && !bytes.ContainsAny(text[:1], `"{[`) {
		text = append(append([]byte{'"'}, text...), '"')
	}
	return ParseNode(text)
}

// rollsOver reports whether two states of SessionInfo are of different sessions.
func rollsOver(old, now *Node) bool {
	a, ok1 := old.Get("Key").Text()
	b, ok2 := now.Get("Key").Text()
	return ok1 && ok2 && a != b
}

// Topic returns the document of a topic, nil when nothing has come on it.
func (s *State) Topic(name string) *Node { return s.topics[name] }

// Topics returns the names of the topics held, sorted.
func (s *State) Topics() []string { return slices.Sorted(maps.Keys(s.topics)) }

// Clone returns an independent state. It costs a copy of the map of topics; the documents are shared.
func (s *State) Clone() *State { return &State{topics: maps.Clone(s.topics)} }

// AppendSnapshot appends the JSON object that maps topics, sorted, to their documents: what a
// subscriber of all topics is answered.
func (s *State) AppendSnapshot(dst []byte) []byte {
	dst = append(dst, '{')
	for i, name := range s.Topics() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, name)
		dst = append(dst, ':')
		dst = AppendJSON(dst, s.topics[name])
	}
	return append(dst, '}')
}

// Hash identifies the state: equal snapshots have equal hashes.
func (s *State) Hash() uint64 { return xxhash.Sum64(s.AppendSnapshot(nil)) }
