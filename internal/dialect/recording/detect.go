package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// shape is what a file is, as far as its beginning tells.
type shape int

const (
	shapeUnknown  shape = iota
	shapeLines          // lines of any line form
	shapeDocument       // JSON documents: snapshots or one topic's state, perhaps over several lines
	shapeStream         // a topic file of the archive
)

// headSize is how much of a file is looked at to recognise it, decompressed. The first line may be a
// snapshot of every topic, so headLarge is tried when it shows nothing else.
const (
	headSize  = 256 << 10
	headLarge = 4 << 20
)

// look is what the beginning of a file shows.
type look struct {
	shape  shape
	kinds  [lineKinds]int
	first  time.Time // time of the first message
	newest bool      // newest first
	empty  bool
	packed string
	reason error // why the first unusable line is unusable
}

// lookAt recognises a file by its content.
func lookAt(path string) (look, error) {
	for _, size := range []int{headSize, headLarge} {
		head, packed, err := readHead(path, size)
		if err != nil {
			return look{}, err
		}
		complete := len(head) < size
		l := recognise(path, head, complete)
		l.packed = packed
		onlySnapshots := l.kinds[kindSnapshot] > 0 && l.first.IsZero()
		if complete || size == headLarge || l.shape != shapeUnknown && !onlySnapshots {
			return l, nil
		}
	}
	return look{}, nil
}

// recognise looks at the beginning of a file; complete says that it is all of it. Only the name's stem
// is used, and only to tell the state of a topic from other JSON.
func recognise(path string, head []byte, complete bool) look {
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))) == 0 {
		return look{empty: true}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return look{reason: errUTF16}
	}
	if isPretty(head) || complete && knownTopic(stem(path)) && strings.HasSuffix(bareName(path), ".json") && isJSON(head) {
		return look{shape: shapeDocument}
	}
	if i := bytes.LastIndexAny(head, "\n\x1e"); i >= 0 && !complete {
		head = head[:i+1]
	}
	l := sample(head)
	data := 0
	for k, n := range l.kinds {
		if lineKind(k) != kindControl && lineKind(k) != kindSnapshot {
			data += n
		}
	}
	if l.shape == shapeLines && data == 0 && l.kinds[kindSnapshot] > 0 && complete {
		l.shape = shapeDocument
	}
	return l
}

// isPretty reports whether the text begins with a JSON object or list that is spread over lines: an
// opening line that does not close, and a second one that continues it.
func isPretty(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	i := bytes.IndexByte(head, '\n')
	if i < 1 || head[0] != '{' && head[0] != '[' {
		return false
	}
	line, rest := bytes.TrimSpace(head[:i]), bytes.TrimSpace(head[i:])
	switch line[len(line)-1] {
	case '{', '[', ',', ':':
	default:
		return false
	}
	if len(line) > 1 {
		var s scanner
		if s.start(line) == nil && s.whole() {
			return false
		}
	}
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}' || rest[0] == ']' || len(line) == 1)
}

func isJSON(b []byte) bool {
	var s scanner
	return s.start(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))) == nil && s.whole()
}

// sampled is how many lines of a file are tried to recognise it.
const sampled = 400

// sample decodes the first lines of a text.
func sample(head []byte) look {
	var l look
	d := newDecoder(func(error) {})
	lines := newLineReader(bytes.NewReader(head))
	var last time.Time
	up, down, archive, usable := 0, 0, 0, 0
	for range sampled {
		t, err := lines.next()
		if err != nil {
			break
		}
		if looksLikeArchive(t.b) {
			archive++
			continue
		}
		if err := d.line(t.b); err != nil {
			if l.reason == nil {
				l.reason = fmt.Errorf("line %d: %w", t.line, err)
			}
			continue
		}
		usable++
		for _, m := range d.out {
			if m.stamp != stampGood {
				continue
			}
			switch {
			case l.first.IsZero():
				l.first = m.time
			case m.time.After(last):
				up++
			case m.time.Before(last):
				down++
			}
			last = m.time
		}
	}
	l.kinds = d.kinds
	switch {
	case archive > usable:
		l.shape = shapeStream
	case usable > 0:
		l.shape = shapeLines
		// Times step back now and then in a sound file; in one saved newest first nearly all do. Ours
		// are in the order of their offsets, whatever their times.
		l.newest = down >= 2 && down > 4*up && last.Before(l.first) && d.kinds[kindOwn] == 0
	}
	return l
}

// errUTF16 is what becomes of a recording that went through a Windows shell.
var errUTF16 = errors.New("it is UTF-16 text: save it as UTF-8")

// errUnknown says what would have been accepted.
var errUnknown = errors.New("not a recording: expected SignalR frames, {Type,Json,DateTime} lines, Python literals, " +
	"a subscribe snapshot, an archive <Topic>.jsonStream, or a folder of such files")
