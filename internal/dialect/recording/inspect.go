package recording

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"pitwall.live/internal/feed"
)

// Report is what a recording holds.
type Report struct {
	Path        string     `json:"path"`
	Format      Format     `json:"format"`
	Lines       Format     `json:"lines,omitempty"` // form of the lines inside a folder recording
	Compression string     `json:"compression,omitempty"`
	Files       []string   `json:"files"`
	Ignored     []string   `json:"ignored_files,omitempty"`
	NewestFirst bool       `json:"newest_first,omitempty"`
	Base        *time.Time `json:"base,omitempty"` // absolute time of an archive's offset 0
	BaseFrom    string     `json:"base_from,omitempty"`
	Notes       []string   `json:"notes,omitempty"`
	// Sessions in the order in which SessionInfo names them; without any, SessionKey is a hash.
	SessionKey string    `json:"session_key"`
	Sessions   []Session `json:"sessions,omitempty"`
	// First and Last are the earliest and latest message time; absent when no message has one.
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`
	// Messages counts what can be used; Snapshots how many of them are whole states.
	Messages  int `json:"messages"`
	Snapshots int `json:"snapshots"`
	// BackSteps counts messages whose time is before that of the message ahead of them, and
	// LargestBackStepMS is the largest such step: normal, the feed is not ordered by time.
	BackSteps         int     `json:"back_steps"`
	LargestBackStepMS int64   `json:"largest_back_step_ms"`
	Topics            []Topic `json:"topics"`
	// Gaps are the longest silences of all topics together, longest first.
	Gaps []Gap `json:"gaps,omitempty"`

	// Malformed counts lines that cannot be used, BadTimes those whose time was replaced. Problems
	// lists both, at most MaxProblems.
	Malformed int       `json:"malformed"`
	BadTimes  int       `json:"bad_times"`
	Problems  []Problem `json:"problems,omitempty"`
}

// Session is one session that SessionInfo names.
type Session struct {
	Key     string     `json:"key"`
	Meeting string     `json:"meeting,omitempty"`
	Name    string     `json:"name,omitempty"`
	Type    string     `json:"type,omitempty"`
	Path    string     `json:"path,omitempty"`
	Start   *time.Time `json:"scheduled_start,omitempty"`
	End     *time.Time `json:"scheduled_end,omitempty"`
}

// Topic is what a recording holds of one topic.
type Topic struct {
	Name      string `json:"name"`
	Messages  int    `json:"messages"`
	Snapshots int    `json:"snapshots,omitempty"`
	Bytes     int64  `json:"bytes"` // of payloads, as they arrived
	// LongestGapMS is the longest silence between two messages of the topic.
	LongestGapMS int64      `json:"longest_gap_ms"`
	First        *time.Time `json:"first,omitempty"`
	Last         *time.Time `json:"last,omitempty"`
}

// Gap is a silence.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	MS   int64     `json:"ms"`
}

// Damaged reports whether anything was unusable or had a wrong time: exit code 3 of the command line.
func (r *Report) Damaged() bool { return r.Malformed+r.BadTimes > 0 }

// Inspect reads a whole recording and reports what it holds. Compressed payloads are inflated, so cut
// ones are found. progress, which may be nil, is called now and then with Reader.Progress.
func Inspect(path string, progress func(done, total int64)) (*Report, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	r.VerifyCompressed()
	c := census{report: Report{Path: path}, topics: map[string]*tally{}}
	var m feed.Message
	for {
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		c.add(&m)
		if progress != nil && c.report.Messages%1000 == 0 {
			progress(r.Progress())
		}
	}
	if progress != nil {
		progress(r.Progress())
	}
	return c.finish(r), nil
}

// gapsKept is how many silences a report lists, from gapLeast on.
const (
	gapsKept = 5
	gapLeast = time.Second
)

type tally struct {
	Topic
	first, last time.Time
}

// census counts messages for a report.
type census struct {
	report      Report
	topics      map[string]*tally
	first, last time.Time // earliest and latest
	previous    time.Time
	gaps        []Gap
}

func (c *census) add(m *feed.Message) {
	t := c.topics[m.Topic]
	if t == nil {
		t = &tally{Topic: Topic{Name: m.Topic}}
		c.topics[m.Topic] = t
	}
	c.report.Messages++
	t.Messages++
	t.Bytes += int64(len(m.Payload))
	if m.Snapshot {
		c.report.Snapshots++
		t.Snapshots++
	}
	if m.Topic == feed.TopicSessionInfo {
		c.session(m.Payload)
	}
	if m.Time.IsZero() {
		return
	}
	if t.first.IsZero() || m.Time.Before(t.first) {
		t.first = m.Time
	}
	if m.Time.After(t.last) {
		if !t.last.IsZero() {
			t.LongestGapMS = max(t.LongestGapMS, m.Time.Sub(t.last).Milliseconds())
		}
		t.last = m.Time
	}
	if back := c.previous.Sub(m.Time); back > 0 {
		c.report.BackSteps++
		c.report.LargestBackStepMS = max(c.report.LargestBackStepMS, back.Milliseconds())
	}
	c.previous = m.Time
	c.span(m.Time)
}

// span widens the span of the recording and notes the silence that a later time ends.
func (c *census) span(t time.Time) {
	if c.first.IsZero() || t.Before(c.first) {
		c.first = t
	}
	if !t.After(c.last) {
		return
	}
	if !c.last.IsZero() && t.Sub(c.last) >= gapLeast {
		g := Gap{From: c.last, To: t, MS: t.Sub(c.last).Milliseconds()}
		i, _ := slices.BinarySearchFunc(c.gaps, g, func(a, b Gap) int {
			return cmp.Or(cmp.Compare(b.MS, a.MS), a.From.Compare(b.From))
		})
		c.gaps = slices.Insert(c.gaps, i, g)
		c.gaps = c.gaps[:min(len(c.gaps), gapsKept)]
	}
	c.last = t
}

// session notes a session when its key is new.
func (c *census) session(payload []byte) {
	var s sessionInfo
	if json.Unmarshal(payload, &s) != nil || s.Key == "" {
		return // a patch that changes another part
	}
	if n := len(c.report.Sessions); n > 0 && c.report.Sessions[n-1].Key == s.Key.String() {
		return
	}
	c.report.Sessions = append(c.report.Sessions, Session{
		Key: s.Key.String(), Meeting: s.Meeting.Name, Name: s.Name, Type: s.Type, Path: s.Path,
		Start: known(s.start()), End: known(s.end()),
	})
}

// known is t, or nil when it is unknown.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (c *census) finish(r *Reader) *Report {
	rep, info := &c.report, r.Info()
	rep.Format, rep.Lines, rep.Compression = info.Format, info.Lines, info.Compression
	rep.Files, rep.Ignored, rep.Notes = info.Files, info.Ignored, info.Notes
	rep.NewestFirst, rep.Base, rep.BaseFrom = info.NewestFirst, known(info.Base), info.BaseFrom
	rep.SessionKey = r.FallbackKey()
	if len(rep.Sessions) > 0 {
		rep.SessionKey = rep.Sessions[0].Key
	}
	rep.First, rep.Last = known(c.first), known(c.last)
	rep.Gaps = c.gaps
	for _, name := range slices.SortedFunc(maps.Keys(c.topics), compareTopics) {
		t := c.topics[name]
		t.First, t.Last = known(t.first), known(t.last)
		rep.Topics = append(rep.Topics, t.Topic)
	}
	rep.Malformed, rep.BadTimes = r.ProblemCount(Malformed), r.ProblemCount(BadTime)
	rep.Problems = slices.Clone(r.Problems())
	slices.SortStableFunc(rep.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return rep
}
