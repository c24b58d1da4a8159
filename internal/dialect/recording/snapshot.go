package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// snapshot is the topics of one subscribe reply, in memory of their own, taken at one time.
type snapshot struct {
	file   string
	topics []held
	at     time.Time
}

// loadDocument reads a file of JSON documents: each a subscribe reply, or the state of the topic that
// the file's name tells. What cannot be used is reported; the error is one of the medium.
func loadDocument(in *input, problems *problemLog) (replies []snapshot, states []held, err error) {
	report := func(line int, reason error, raw []byte) {
		problems.add(Problem{File: in.name, Line: line, Kind: Malformed, Reason: reason.Error()}, raw)
	}
	body, err := io.ReadAll(io.LimitReader(in.r, maxLine+1))
	if err != nil {
		report(0, fmt.Errorf("the file is damaged, the rest cannot be read: %w", err), nil)
	}
	if len(body) > maxLine {
		report(0, fmt.Errorf("document is longer than %d MiB", maxLine>>20), body)
		return nil, nil, nil
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	name := stem(in.path)
	dec := json.NewDecoder(bytes.NewReader(body))
	for {
		start := dec.InputOffset()
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return replies, states, nil
		}
		rest := body[start:]
		line := 1 + bytes.Count(body[:start+int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n")))], []byte("\n"))
		if err != nil {
			report(line, fmt.Errorf("not JSON: %w", err), bytes.TrimSpace(rest))
			return replies, states, nil
		}
		var flat bytes.Buffer
		if err := json.Compact(&flat, raw); err != nil {
			report(line, fmt.Errorf("not JSON: %w", err), raw)
			return replies, states, nil
		}
		d := newDecoder(func(reason error) { report(line, reason, nil) })
		whole := flat.Bytes()
		if !knownTopic(name) {
			if err = d.line(whole); err == nil && d.kinds[kindSnapshot] > 0 {
				s := snapshot{file: in.name, topics: hold(d.out, in.name, line)}
				s.at = snapshotTime(s.topics)
				replies = append(replies, s)
				continue
			}
		}
		topic, ok := d.topics.topic([]byte(name))
		if !ok || !isOpening(whole[0]) {
			report(line, errors.New("neither a subscribe reply nor the state of a topic"), raw)
			continue
		}
		states = append(states, held{decoded: decoded{topic: topic, payload: whole, stamp: stampNone, snapshot: true}, line: line, file: in.name})
	}
}

// hold gives messages memory of their own.
func hold(ms []decoded, file string, line int) []held {
	hs := make([]held, len(ms))
	for i, m := range ms {
		m.payload = bytes.Clone(m.payload)
		hs[i] = held{m, line, file}
	}
	return hs
}

// sortStates makes one snapshot of the states of a folder.
func sortStates(states []held) snapshot {
	slices.SortStableFunc(states, func(a, b held) int { return compareTopics(a.topic, b.topic) })
	return snapshot{topics: states, at: snapshotTime(states)}
}

// memorySource gives out snapshots that were loaded whole.
type memorySource struct {
	snapshots []snapshot
	kind      Format
	file      string
	line      int
	i, j      int
}

func (s *memorySource) Close() error              { return nil }
func (s *memorySource) where() (string, int)      { return s.file, s.line }
func (s *memorySource) session() string           { return "" }
func (s *memorySource) format() (f, lines Format) { return s.kind, "" }
func (s *memorySource) next(m *feed.Message) error {
	for ; s.i < len(s.snapshots); s.i, s.j = s.i+1, 0 {
		snap := &s.snapshots[s.i]
		if s.j == len(snap.topics) {
			continue
		}
		h := &snap.topics[s.j]
		s.j++
		s.file, s.line = h.file, h.line
		*m = feed.Message{Topic: h.topic, Payload: h.payload, Time: snap.at, Snapshot: true}
		return nil
	}
	return io.EOF
}

// unwrap returns the JSON that a string holds as text, which is how newer recorders write the states of
// a snapshot, or the string itself when it holds something else.
func (d *decoder) unwrap(payload []byte) []byte {
	from := len(d.text)
	d.text = appendUnquoted(d.text, payload)
	inner := bytes.TrimSpace(d.text[from:])
	if len(inner) == 0 || inner[0] != '{' && inner[0] != '[' {
		return payload
	}
	var s scanner
	if s.start(inner) != nil || !s.whole() {
		return payload
	}
	return inner
}

// isSnapshot reports whether an object is a map topic → state. SessionInfo, which has two members named
// like topics, is none.
func isSnapshot(fields []field) bool {
	known := 0
	for _, f := range fields {
		if c := f.val[0]; c != '{' && c != '[' && c != '"' && string(f.val) != "null" {
			return false
		}
		if knownTopic(string(f.key)) {
			known++
		}
	}
	return known > 0 && 2*known >= len(fields)
}

// snapshot decodes a map topic → state, the answer to Subscribe.
func (d *decoder) snapshot(obj []byte) error {
	d.inner = d.inner[:0]
	inside := scanner{b: obj}
	inside.object(&d.inner)
	return d.snapshotFields(d.inner)
}

func (d *decoder) snapshotFields(fields []field) error {
	from := len(d.out)
	for _, f := range fields {
		topic, ok := d.topics.topic(f.key)
		if !ok {
			d.partial(fmt.Errorf("snapshot: topic %q is not a name", f.key[:min(len(f.key), maxTopic)]))
			continue
		}
		m := decoded{topic: topic, payload: f.val, stamp: stampNone, snapshot: true}
		switch f.val[0] {
		case '{', '[':
		case '"':
			if !strings.HasSuffix(topic, ".z") {
				m.payload = d.unwrap(f.val)
			}
		case 'n': // null: the topic has no state
			continue
		default:
			d.partial(fmt.Errorf("snapshot of %s: %w", topic, errPayload))
			continue
		}
		d.out = append(d.out, m)
	}
	sortSnapshot(d.out[from:])
	return nil
}
