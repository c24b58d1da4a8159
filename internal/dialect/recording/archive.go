package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"pitwall.live/internal/feed"
)

// stream is one topic file of an archive folder: lines of hh:mm:ss.mmm directly followed by one JSON
// value.
type stream struct {
	topic string
	order int // rank among the files of the folder
	in    *input
	lines *lineReader

	// The line at hand.
	payload []byte
	offset  time.Duration
	line    int
	// due is offset, or the largest before it: a file's own order is kept even if an offset steps back.
	due time.Duration
}

// archiveSource merges the topic files of a folder by (offset, topic order). Lines of one file with
// equal offsets keep their order.
type archiveSource struct {
	streams  []*stream // a heap by (due, order)
	all      []*stream
	base     time.Time
	problems *problemLog
	scan     scanner
	last     *stream // the one whose line was given out and has to move on
	file     string
	line     int
}

func newArchiveSource(streams []*stream, base time.Time, problems *problemLog) *archiveSource {
	a := &archiveSource{all: streams, base: base, problems: problems}
	for _, s := range streams {
		if a.advance(s) {
			a.streams = append(a.streams, s)
		}
	}
	for i := len(a.streams)/2 - 1; i >= 0; i-- {
		a.down(i)
	}
	return a
}

func (a *archiveSource) Close() error {
	var first error
	for _, s := range a.all {
		if err := s.in.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (a *archiveSource) where() (string, int)      { return a.file, a.line }
func (a *archiveSource) session() string           { return "" }
func (a *archiveSource) format() (f, lines Format) { return FormatArchive, "" }

func (a *archiveSource) next(m *feed.Message) error {
	if a.last != nil {
		if !a.advance(a.last) {
			n := len(a.streams) - 1
			a.streams[0] = a.streams[n]
			a.streams = a.streams[:n]
		}
		a.last = nil
		if len(a.streams) > 0 {
			a.down(0)
		}
	}
	if len(a.streams) == 0 {
		return io.EOF
	}
	s := a.streams[0]
	a.last, a.file, a.line = s, s.in.name, s.line
	*m = feed.Message{Topic: s.topic, Payload: s.payload, Time: a.base.Add(s.offset)}
	return nil
}

func before(x, y *stream) bool { return x.due < y.due || x.due == y.due && x.order < y.order }

// down restores the heap below i.
func (a *archiveSource) down(i int) {
	h := a.streams
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && before(h[c+1], h[c]) {
			c++
		}
		if !before(h[c], h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

// advance moves a file to its next usable line; false at its end.
func (a *archiveSource) advance(s *stream) bool {
	report := func(line int, kind ProblemKind, err error, raw []byte) {
		a.problems.add(Problem{File: s.in.name, Line: line, Kind: kind, Reason: err.Error()}, raw)
	}
	for {
		t, err := s.lines.next()
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return false
		case isBroken(err):
			report(t.line, Malformed, fmt.Errorf("the file is damaged, the rest cannot be read: %w", err), nil)
			return false
		default:
			report(t.line, Malformed, err, t.b)
			continue
		}
		offset, payload, ok := splitArchiveLine(t.b)
		if payload == nil {
			report(t.line, Malformed, errArchiveLine, t.b)
			continue
		}
		err = a.scan.start(payload)
		if err == nil && !a.scan.whole() {
			err = fmt.Errorf("not JSON: %w", a.scan.err)
		}
		if err != nil {
			report(t.line, Malformed, err, t.b)
			continue
		}
		s.payload, s.line = payload, t.line
		if ok {
			s.offset = offset
			s.due = max(s.due, offset)
		} else {
			report(t.line, BadTime, errArchiveOffset, t.b)
		}
		return true
	}
}

var (
	errArchiveLine   = errors.New("not an archive line: expected hh:mm:ss.mmm and an object, list or string")
	errArchiveOffset = errors.New("not an offset hh:mm:ss.mmm")
)

// splitArchiveLine splits a line into offset and payload. payload is nil when there is none; ok tells
// whether the offset could be read.
func splitArchiveLine(b []byte) (offset time.Duration, payload []byte, ok bool) {
	if offset, ok = parseOffset(b); ok && len(b) > 12 && isOpening(b[12]) {
		return offset, b[12:], true
	}
	const farthest = 32 // an offset that was mangled is not longer than that
	i := bytes.IndexAny(b[:min(len(b), farthest)], `{["`)
	if i < 0 {
		return 0, nil, false
	}
	offset, ok = parseOffset(bytes.TrimSpace(b[:i]))
	return offset, b[i:], ok && len(bytes.TrimSpace(b[:i])) == 12
}

func isOpening(c byte) bool { return c == '{' || c == '[' || c == '"' }

// looksLikeArchive reports whether a line is one of a topic file.
func looksLikeArchive(line []byte) bool {
	_, payload, ok := splitArchiveLine(line)
	return ok && payload != nil
}

// archive opens the topic files of a folder.
func (o *opener) archive(folder string, names []string) (source, error) {
	index := o.readIndex(folder)
	files := map[string]string{} // topic → name
	for _, name := range names {
		topic := stem(name)
		if t, ok := index[bareName(name)]; ok {
			topic = t
		}
		if _, ok := (interner{}).topic([]byte(topic)); !ok {
			return nil, errTopicFile(filepath.Join(folder, name))
		}
		if other, ok := files[topic]; ok {
			// Both TimingData.jsonStream and TimingData.jsonStream.gz: the same lines twice.
			o.info.Notes = append(o.info.Notes, fmt.Sprintf("%s: %s is read instead", name, other))
			continue
		}
		files[topic] = name
	}
	topics := slices.SortedFunc(maps.Keys(files), compareTopics)
	var streams []*stream
	var unreadable error
	paths := map[string]string{}
	for i, topic := range topics {
		path := filepath.Join(folder, files[topic])
		in, err := o.input(path, files[topic])
		if err != nil {
			o.unreadable(path, files[topic], err)
			unreadable = errors.Join(unreadable, err)
			continue
		}
		paths[topic] = in.path
		streams = append(streams, &stream{topic: topic, order: i, in: in, lines: newLineReader(in.r)})
	}
	if len(streams) == 0 && unreadable != nil {
		return nil, unreadable
	}
	var err error
	if o.info.Base, o.info.BaseFrom, err = archiveBase(folder, paths); err != nil {
		for _, s := range streams {
			err = errors.Join(err, s.in.Close())
		}
		return nil, err
	}
	return newArchiveSource(streams, o.info.Base, o.problems), nil
}

// readIndex reads the session's Index.json, if there is one: stream file → topic. Streams that it lists
// and that are missing are noted.
func (o *opener) readIndex(folder string) map[string]string {
	names, err := filepath.Glob(filepath.Join(folder, "Index.json*"))
	if err != nil || len(names) == 0 {
		return nil
	}
	note := func(err error) { o.info.Notes = append(o.info.Notes, "Index.json: "+err.Error()) }
	body, _, err := readHead(names[0], headLarge)
	if err != nil {
		note(err)
		return nil
	}
	var index struct {
		Feeds map[string]struct{ StreamPath string }
	}
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), &index); err != nil {
		note(err)
		return nil
	}
	topics := map[string]string{}
	for topic, f := range index.Feeds {
		topics[f.StreamPath] = topic
	}
	present, err := plainFiles(folder)
	if err != nil {
		note(err)
		return topics
	}
	for _, path := range slices.Sorted(maps.Keys(topics)) {
		if path != "" && !slices.ContainsFunc(present, func(n string) bool { return bareName(n) == path }) {
			o.info.Notes = append(o.info.Notes, "Index.json lists "+path+", which is missing")
		}
	}
	return topics
}
