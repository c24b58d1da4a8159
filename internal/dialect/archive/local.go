package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"pitwall.live/internal/feed"
)

// localYears are the folders of years.
func localYears(root string) ([]int, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	var years []int
	for _, e := range entries {
		if e.IsDir() && isYear(e.Name()) {
			n, err := strconv.Atoi(e.Name())
			if err != nil {
				return nil, fmt.Errorf("archive: %w", err)
			}
			years = append(years, n)
		}
	}
	slices.Sort(years)
	return years, nil
}

// localSeason is the year's index, if it is there, with the sessions whose folders are there and that it does not have. A
// session that the index has and no folder is left without a path.
func localSeason(root string, year int) (*Season, error) {
	folder := filepath.Join(root, strconv.Itoa(year))
	s := &Season{Year: year}
	b, err := readPacked(filepath.Join(folder, indexName))
	switch {
	case err == nil:
		if s, err = parseSeason(b); err != nil {
			return nil, fmt.Errorf("archive: index of %d: %w", year, err)
		}
		s.Year = year
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("archive: index of %d: %w", year, err)
	}
	folders, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	there := map[string]bool{}
	for _, f := range folders {
		streams, err := filepath.Glob(filepath.Join(f, "*"+streamEnding+"*"))
		if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		rel, err := filepath.Rel(root, f)
		if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		if p, ok := parsePlace(filepath.ToSlash(rel)); ok && len(streams) > 0 {
			there[p.String()] = true
		}
	}
	for i := range s.Meetings {
		for j := range s.Meetings[i].Sessions {
			one := &s.Meetings[i].Sessions[j]
			if !there[one.Path] {
				one.Path = ""
			}
			delete(there, one.Path)
		}
	}
	for _, path := range sortedKeys(there) {
		s.add(root, path)
	}
	if len(s.Meetings) == 0 {
		return nil, fmt.Errorf("archive: %s: %w", folder, ErrAbsent)
	}
	return s, nil
}

func sortedKeys(m map[string]bool) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// add puts a session into the season by what its own pages say of it.
func (s *Season) add(root, path string) {
	var info struct {
		Session
		Meeting Meeting
	}
	if line, err := firstLine(filepath.Join(root, filepath.FromSlash(path), feed.TopicSessionInfo+streamEnding)); err == nil && len(line) > 12 {
		if err := json.Unmarshal(line[12:], &info); err != nil && !wrongType(err) {
			info.Session, info.Meeting = Session{}, Meeting{}
		}
	}
	at, _ := parsePlace(path)
	if info.Name == "" {
		_, name, _ := strings.Cut(at.session, "_")
		info.Name = strings.ReplaceAll(name, "_", " ")
	}
	if info.StartDate == "" && len(at.session) > 10 {
		info.StartDate = at.session[:10] + "T00:00:00"
	}
	if info.Meeting.Name == "" {
		_, name, _ := strings.Cut(at.meeting, "_")
		info.Meeting.Name = strings.ReplaceAll(name, "_", " ")
	}
	one := info.Session
	one.Path = path
	for i := range s.Meetings {
		m := &s.Meetings[i]
		if m.Key == info.Meeting.Key && m.Name == info.Meeting.Name {
			m.Sessions = append(m.Sessions, one)
			return
		}
	}
	m := info.Meeting
	m.Sessions = []Session{one}
	s.Meetings = append(s.Meetings, m)
}

// openPacked opens a page, or the same page packed with gzip.
func openPacked(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if !errors.Is(err, os.ErrNotExist) {
		return f, err
	}
	if f, err = os.Open(name + ".gz"); err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

func readPacked(name string) ([]byte, error) {
	r, err := openPacked(name)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(r, maxIndex))
	return bytes.TrimPrefix(b, []byte(mark)), err
}

// firstLine is the first line of a page, without its mark.
func firstLine(name string) ([]byte, error) {
	r, err := openPacked(name)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	line, err := bufio.NewReader(io.LimitReader(r, maxIndex)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return bytes.TrimSpace(bytes.TrimPrefix(line, []byte(mark))), nil
}
