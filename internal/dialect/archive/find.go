package archive

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// Find looks for the pages of a session that the index has without a path, where the archive's rule would put them:
// year/RACEDAY_Meeting/DAY_Session/. The days of the index are local ones, those of the paths not always (Las Vegas), and
// what was moved may lie under either day; so the days before and after are tried too. Each place is asked for one page, at
// the client's rate, and what is not there is remembered as any page is. The error is ErrAbsent when it is nowhere (yet),
// and at once for a session that has not begun or has no name.
func (c *Client) Find(ctx context.Context, m *Meeting, s *Session) (path string, err error) {
	if s.Path != "" {
		return s.Path, nil
	}
	nowhere := fmt.Errorf("archive: %s %s: %w", m.Name, s.Name, ErrAbsent)
	if begins := s.Start(); c.Local() || begins.IsZero() || begins.After(c.cfg.Now()) {
		return "", nowhere
	}
	for _, p := range conventional(m, s) {
		switch there, err := c.holds(ctx, p, s); {
		case err != nil:
			return "", err
		case there:
			return p.String(), nil
		}
	}
	return "", nowhere
}

// conventional are the places where the archive's rule may put a session, the likeliest first.
func conventional(m *Meeting, s *Session) []place {
	day, ok := localDay(s.StartDate)
	meeting := cmp.Or(m.Name, m.OfficialName)
	if !ok || meeting == "" || s.Name == "" {
		return nil
	}
	var folders []string // of the meeting
	last := day
	for i := range m.Sessions {
		other := &m.Sessions[i]
		if p, ok := parsePlace(other.Path); ok && !slices.Contains(folders, p.year+"/"+p.meeting) {
			folders = append(folders, p.year+"/"+p.meeting)
		}
		if d, ok := localDay(other.StartDate); ok && d.After(last) {
			last = d
		}
	}
	around := func(t time.Time) []string {
		return []string{t.Format(time.DateOnly), t.AddDate(0, 0, -1).Format(time.DateOnly), t.AddDate(0, 0, 1).Format(time.DateOnly)}
	}
	if len(folders) == 0 { // no session of it says where the meeting is
		for _, d := range around(last) {
			folders = append(folders, d[:4]+"/"+d+"_"+fileName(meeting))
		}
	}
	var all []place
	for _, f := range folders {
		for _, d := range around(day) {
			if p, ok := parsePlace(f + "/" + d + "_" + fileName(s.Name)); ok {
				all = append(all, p)
			}
		}
	}
	return all
}

func localDay(local string) (time.Time, bool) {
	text, _, _ := strings.Cut(local, "T")
	t, err := time.Parse(time.DateOnly, text)
	return t, err == nil && t.Year() > 1
}

// holds reports whether a place has a session's SessionInfo, and of no other session.
func (c *Client) holds(ctx context.Context, p place, s *Session) (bool, error) {
	const name = feed.TopicSessionInfo + streamEnding
	folder := filepath.Join(c.root(), filepath.FromSlash(p.String()))
	defer c.lock(folder)()
	notes, err := openNotes(folder)
	if err != nil {
		return false, err
	}
	state, err := c.page(ctx, p.String(), notes, name)
	if err = errors.Join(err, notes.keep()); err != nil || state == Absent {
		return false, err
	}
	line, err := firstLine(notes.file(name))
	if err != nil {
		return false, fmt.Errorf("archive: %w", err)
	}
	var info Session
	if len(line) <= 12 || json.Unmarshal(line[12:], &info) != nil {
		return true, nil // the page is there, and says nothing against it
	}
	return info.Key <= 0 || s.Key <= 0 || info.Key == s.Key, nil
}
