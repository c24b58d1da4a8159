// Package recording reads recordings of the official feed in every form found in the wild and turns
// them into feed messages, one after the other, with bounded memory. The form is recognised by content:
// hub frames of either SignalR, {Type,Json,DateTime} lines, the Python literals of FastF1 and OpenF1,
// undercut-f1 and f1-dash recordings, subscribe snapshots, topic states, archive folders of
// <Topic>.jsonStream, and the lines that `pitwall record` writes; plain, gzip or zstd.
//
// Ordering: messages come in the order of the file, never sorted by time, except that an archive
// folder's topics are merged by offset and a file that was saved newest first is read from its end.
// Inside a topic the order of a file is always kept.
//
// What cannot be read is counted and reported with file, line and reason; the rest is used. A message
// whose time is missing or wrong takes the time of the message before it.
package recording

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
)

// Format is the form of a recording.
type Format string

// The formats that are told apart.
const (
	FormatArchive   Format = "archive"      // <Topic>.jsonStream files of the static archive
	FormatSignalR   Format = "signalr"      // frames or invocations of the legacy hub
	FormatCore      Format = "signalr_core" // SignalR Core text
	FormatTyped     Format = "typed_lines"  // {"Type":…,"Json":…,"DateTime":…}
	FormatPython    Format = "python"       // Python lists, as FastF1 and OpenF1 save
	FormatPyFrames  Format = "python_frames"
	FormatLists     Format = "json_lists"  // ["Topic",{…},"time"]
	FormatF1Dash    Format = "f1_dash"     // a snapshot, then frames
	FormatUndercut  Format = "undercut_f1" // folder of subscribe.json or .txt and live.jsonl or .txt
	FormatSnapshots Format = "snapshots"   // subscribe replies only
	FormatStates    Format = "states"      // <Topic>.json files
	FormatOwn       Format = "pitwall"     // what record writes
	FormatMixed     Format = "mixed"
)

// Info says what was opened.
type Info struct {
	Format Format
	// Lines is the form of the lines inside an undercut-f1 or f1-dash recording, else empty.
	Lines Format
	// Files that are read, relative to the folder; Ignored ones that are not part of the recording.
	Files   []string
	Ignored []string
	// Compression is "gzip", "zstd", "mixed" or "".
	Compression string
	// NewestFirst says that the file's last line is its oldest and that it is read from the end.
	NewestFirst bool
	// Base is the absolute time of offset 0 of an archive folder, zero for any other form.
	Base time.Time
	// BaseFrom says how Base was found.
	BaseFrom string
	// Notes are oddities that cost no message, such as files that Index.json lists and that are missing.
	Notes []string
}

// source is where a Reader takes its messages from. The payload is valid until the next call.
type source interface {
	next(m *feed.Message) error
	// where tells file and line of the last message.
	where() (file string, line int)
	// format may get more exact as lines are read.
	format() (f, lines Format)
	// session is the key that the recording's own header names, "" if none.
	session() string
	Close() error
}

// Reader reads one recording. It is not safe for concurrent use, except Progress.
type Reader struct {
	src      source
	info     Info
	problems *problemLog
	seen     occurrences
	done     *atomic.Int64
	total    int64

	first    feed.Message // read ahead by Open
	pending  error        // what reading ahead ended with
	ahead    bool
	key      string
	inflater *feed.Inflater // not nil: compressed payloads are tried
}

// Open opens a file or folder. An error says what was found and what would have been expected.
func Open(path string) (*Reader, error) {
	r := &Reader{problems: newProblemLog(), done: new(atomic.Int64), seen: occurrences{}}
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	o := opener{problems: r.problems, done: r.done, info: &r.info}
	if st.IsDir() {
		r.src, err = o.folder(path)
	} else {
		r.src, err = o.file(path)
	}
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	r.total = o.total
	r.info.Compression = o.compression
	r.pending = r.src.next(&r.first)
	r.ahead = true
	if key := r.src.session(); key != "" {
		r.key = key
	} else if r.pending == nil {
		r.key = fallbackKey(&r.first)
	} else {
		r.key = hashKey(path)
	}
	r.info.Format, r.info.Lines = r.src.format()
	return r, nil
}

// VerifyCompressed makes Next inflate the payloads of ".z" topics and report those that are cut or
// damaged as unusable instead of returning them. It costs their inflation.
func (r *Reader) VerifyCompressed() { r.inflater = new(feed.Inflater) }

// Next fills m with the next message; io.EOF ends the recording. m.Payload is valid until the next call.
// Other errors mean that the medium failed; unusable lines are no errors, see Problems.
func (r *Reader) Next(m *feed.Message) error {
	for {
		var err error
		if r.ahead {
			*m, err, r.ahead = r.first, r.pending, false
		} else {
			err = r.src.next(m)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("recording: %w", err)
			}
			return err
		}
		if r.inflater != nil && strings.HasSuffix(m.Topic, ".z") {
			if _, err := r.inflater.Inflate(m.Payload); err != nil {
				file, line := r.src.where()
				r.problems.add(Problem{File: file, Line: line, Kind: Malformed, Reason: m.Topic + ": " + err.Error()}, m.Payload)
				continue
			}
		}
		// What we recorded ourselves keeps the number that it had in its source.
		if n := r.seen.count(m); m.Offset == 0 {
			m.Occurrence = max(m.Occurrence, n)
		}
		return nil
	}
}

// Info tells the form of the recording. Format is final once Next returned io.EOF: a file may turn out
// to be mixed.
func (r *Reader) Info() Info {
	info := r.info
	info.Format, info.Lines = r.src.format()
	return info
}

// FallbackKey names the session of a recording that has no SessionInfo: what the header of one of our
// recordings says, else a hash of the first message, which stays the same when the file is moved, renamed
// or compressed.
func (r *Reader) FallbackKey() string { return r.key }

// Problems lists what could not be used, in the order found, up to MaxProblems.
func (r *Reader) Problems() []Problem { return r.problems.list }

// ProblemCount is the number of problems of a kind found so far, listed or not.
func (r *Reader) ProblemCount(k ProblemKind) int { return r.problems.count[k] }

// Damaged reports whether anything of the recording was unusable or had a wrong time.
func (r *Reader) Damaged() bool { return r.problems.total() > 0 }

// Progress tells how many bytes of the files were read, as they lie on disk, and how many there are. It
// may be called while another goroutine reads.
func (r *Reader) Progress() (done, total int64) { return min(r.done.Load(), r.total), r.total }

// Close closes the files.
func (r *Reader) Close() error { return r.src.Close() }

func hashKey(s string) string { return fmt.Sprintf("rec%012x", xxhash.Sum64String(s)>>16) }

func fallbackKey(m *feed.Message) string {
	return hashKey(m.Topic + "\x00" + m.Time.UTC().Format(time.RFC3339Nano) + "\x00" + string(m.Payload))
}

// occurrences numbers equal messages of one source. Equal ones come close together (a recorder that
// subscribed twice, TrackStatus 1, 2, 1 within a millisecond), so the last few of a topic are enough.
type occurrences map[string]*recent

const recentKept = 64

type recent struct {
	at   [recentKept]int64
	hash [recentKept]uint64
	n    [recentKept]uint32
	used int
	next int
}

func (o occurrences) count(m *feed.Message) uint32 {
	r := o[m.Topic]
	if r == nil {
		r = new(recent)
		o[m.Topic] = r
	}
	at, hash := m.Time.UnixNano(), xxhash.Sum64(m.Payload)
	var n uint32
	for i := range r.used {
		if r.at[i] == at && r.hash[i] == hash {
			r.n[i]++
			return r.n[i]
		}
	}
	i := r.next
	r.at[i], r.hash[i], r.n[i] = at, hash, n
	r.next = (i + 1) % recentKept
	r.used = max(r.used, i+1)
	return n
}
