package archive

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Season is the index of a year, as far as it could be read.
type Season struct {
	Year     int
	Meetings []Meeting
}

// Meeting is a weekend or a test. Members that the index does not have are zero.
type Meeting struct {
	Key          int // -1: a placeholder
	Number       int
	Name         string
	OfficialName string
	Location     string
	Country      struct {
		Key        int
		Code, Name string
	}
	Circuit struct {
		Key       int
		ShortName string
	}
	Sessions []Session
}

// Session is a line of an index. Times are local at the circuit, as the index has them.
type Session struct {
	Key       int // -1: a placeholder
	Type      string
	Number    int // of a practice
	Name      string
	StartDate string
	EndDate   string
	GmtOffset string
	// Path is where its pages are; "": it has none, for it is to come, was cancelled, or the index does not know.
	Path string
}

// Start is when the session was to begin, UTC; zero when the index does not say.
func (s *Session) Start() time.Time { return absolute(s.StartDate, s.GmtOffset) }

// End is when it was to end, likewise.
func (s *Session) End() time.Time { return absolute(s.EndDate, s.GmtOffset) }

func absolute(local, offset string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05", local)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	sign := time.Duration(1)
	if rest, negative := strings.CutPrefix(offset, "-"); negative {
		sign, offset = -1, rest
	}
	if c, err := time.Parse("15:04:05", offset); err == nil {
		t = t.Add(-sign * (time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute + time.Duration(c.Second())*time.Second))
	}
	return t
}

// Years are the seasons that the archive lists, rising.
func (c *Client) Years(ctx context.Context) ([]int, error) {
	if c.Local() {
		return localYears(c.cfg.URL)
	}
	b, err := c.index(ctx, "")
	if err != nil {
		return nil, err
	}
	var root struct{ Years []struct{ Year int } }
	if err := json.Unmarshal(b, &root); err != nil {
		return nil, fmt.Errorf("archive: index of the years: %w", err)
	}
	years := make([]int, 0, len(root.Years))
	for _, y := range root.Years {
		years = append(years, y.Year)
	}
	slices.Sort(years)
	return slices.Compact(years), nil
}

// Season reads the index of a year. A meeting or session that can not be read is left out. Where there is no index the error
// is ErrAbsent, though there may be sessions.
func (c *Client) Season(ctx context.Context, year int) (*Season, error) {
	if c.Local() {
		return localSeason(c.cfg.URL, year)
	}
	b, err := c.index(ctx, strconv.Itoa(year)+"/")
	if err != nil {
		return nil, err
	}
	s, err := parseSeason(b)
	if err != nil {
		return nil, fmt.Errorf("archive: index of %d: %w", year, err)
	}
	s.Year = cmp.Or(s.Year, year)
	return s, nil
}

// parseSeason reads a season's index, each meeting and session by itself.
func parseSeason(b []byte) (*Season, error) {
	var raw struct {
		Year     int
		Meetings []json.RawMessage
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, err
	}
	s := &Season{Year: raw.Year}
	for _, text := range raw.Meetings {
		var m Meeting
		var lines struct{ Sessions []json.RawMessage }
		// A member of another type than we know leaves its field empty, no more.
		if json.Unmarshal(text, &lines) != nil {
			continue
		}
		if err := json.Unmarshal(text, &m); err != nil && !wrongType(err) {
			continue
		}
		m.Sessions = nil
		for _, line := range lines.Sessions {
			var one Session
			if err := json.Unmarshal(line, &one); err != nil && !wrongType(err) {
				continue
			}
			if p, ok := parsePlace(one.Path); ok {
				one.Path = p.String()
			} else {
				one.Path = ""
			}
			m.Sessions = append(m.Sessions, one)
		}
		s.Meetings = append(s.Meetings, m)
	}
	return s, nil
}

func wrongType(err error) bool {
	var wrong *json.UnmarshalTypeError
	return errors.As(err, &wrong)
}

// index is an index below the archive's address, asked for if it is not known to hold still.
func (c *Client) index(ctx context.Context, path string) ([]byte, error) {
	folder := filepath.Join(c.root(), filepath.FromSlash(path))
	defer c.lock(folder)()
	notes, err := openNotes(folder)
	if err != nil {
		return nil, err
	}
	state, err := c.page(ctx, path, notes, indexName)
	if kerr := notes.keep(); kerr != nil {
		return nil, errors.Join(err, kerr)
	}
	if state == Absent {
		return nil, fmt.Errorf("archive: %s%s: %w", path, indexName, ErrAbsent)
	}
	if err != nil && !notes.of(indexName).here(notes.file(indexName)) {
		return nil, err
	}
	if err != nil {
		c.cfg.Log.Warn("the archive does not give its index; the last one is used", "index", path+indexName, "error", err)
	}
	return readPage(notes.file(indexName))
}

// maxIndex bounds an index in memory; a season's has some 30 kB.
const maxIndex = 16 << 20

// readPage reads a small page without its mark.
func readPage(file string) ([]byte, error) {
	st, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if st.Size() > maxIndex {
		return nil, fmt.Errorf("archive: %s is larger than %d bytes", file, maxIndex)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return bytes.TrimPrefix(b, []byte(mark)), nil
}

// Newest is the session that began last of those that have pages, by the index of the newest season that has any.
func (c *Client) Newest(ctx context.Context) (Session, error) {
	years, err := c.Years(ctx)
	if err != nil && !errors.Is(err, ErrAbsent) {
		return Session{}, err
	}
	if len(years) == 0 {
		now := c.cfg.Now().Year()
		years = []int{now - 1, now}
	}
	for _, year := range slices.Backward(years) {
		season, err := c.Season(ctx, year)
		if errors.Is(err, ErrAbsent) {
			continue
		}
		if err != nil {
			return Session{}, err
		}
		var newest Session
		for _, m := range season.Meetings {
			for _, s := range m.Sessions {
				if s.Path != "" && (newest.Path == "" || s.Start().After(newest.Start())) && !s.Start().After(c.cfg.Now()) {
					newest = s
				}
			}
		}
		if newest.Path != "" {
			return newest, nil
		}
	}
	return Session{}, fmt.Errorf("archive: a session with pages: %w", ErrAbsent)
}

// topicsOf are the topics that a session's index lists, with their pages; ok is false when it can not be read.
func topicsOf(index []byte) (pages map[string]string, ok bool) {
	var f struct {
		Feeds map[string]struct{ StreamPath string }
	}
	if json.Unmarshal(index, &f) != nil || len(f.Feeds) == 0 || len(f.Feeds) > 512 {
		return nil, false
	}
	pages = map[string]string{}
	for topic, p := range f.Feeds {
		name := cmp.Or(p.StreamPath, topic+streamEnding)
		if plainName(topic) && plainName(name) && strings.HasSuffix(name, streamEnding) {
			pages[topic] = name
		}
	}
	return pages, len(pages) > 0
}

// sortedTopics are the keys of pages, sorted.
func sortedTopics(pages map[string]string) []string { return slices.Sorted(maps.Keys(pages)) }
