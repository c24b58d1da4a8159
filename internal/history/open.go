package history

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// ErrNothing is returned by Open where no file is recognised.
var ErrNothing = errors.New("no table of past sessions is recognised")

// Import is a set of files being read. It is used by one goroutine.
type Import struct {
	Reference *Reference

	tables    []table
	telemetry []folder
	f1db      [][2]string // of each table, by f1dbTables: path and name
	indexes   []string
	best      map[string]Format // by session, the best table there is
	report    *Report
}

// table is one lap table.
type table struct {
	path   string
	source Source
	season int
	kind   f1.SessionType // of FastF1's, which do not say
	groups []group
}

// group is what is known of one session of a table before it is read.
type group struct {
	event         string
	season, round int
	kind          f1.SessionType
	laps          map[int]int // by car, the last
	key           string
	seen          f1.Opt[time.Time]
}

// folder is one folder of telemetry.
type folder struct {
	path  string
	files []string
}

// Open finds the tables in files and folders, reads the reference data among them and lists the sessions. Files that
// are none of ours are passed over and listed in the report; symbolic links are not followed.
func Open(paths ...string) (*Import, error) {
	im := &Import{Reference: newReference(), f1db: make([][2]string, len(f1dbTables)), best: map[string]Format{}, report: newReport()}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			return im.recognise(p)
		})
		if err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
	}
	for i, file := range im.f1db {
		if file[0] == "" {
			continue
		}
		im.report.Files = append(im.report.Files, Source{F1DB, file[1]})
		if err := im.Reference.read(file[0], file[1], i, im.report.add); err != nil {
			return nil, err
		}
	}
	for _, path := range im.indexes {
		im.report.Files = append(im.report.Files, Source{SeasonIndex, filepath.Base(path)})
		if err := im.Reference.readIndex(path, filepath.Base(path), im.report.add); err != nil {
			return nil, err
		}
	}
	for i := range im.tables {
		if err := im.list(&im.tables[i]); err != nil {
			return nil, err
		}
	}
	if len(im.report.Files)+len(im.tables)+len(im.telemetry) == 0 {
		return nil, fmt.Errorf("history: %s: %w", strings.Join(paths, ", "), ErrNothing)
	}
	slices.SortStableFunc(im.tables, func(a, b table) int {
		return cmp.Or(a.season-b.season, a.source.Format.rank()-b.source.Format.rank(), cmp.Compare(a.source.File, b.source.File))
	})
	for _, t := range im.tables {
		im.report.Files = append(im.report.Files, t.source)
	}
	return im, nil
}

// recognise looks at the beginning of a file.
func (im *Import) recognise(path string) (err error) {
	name := filepath.Base(path)
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	text, err := unpack(from)
	if err != nil {
		im.skip(name, err.Error())
		return nil
	}
	start, err := text.Peek(text.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		im.skip(name, err.Error())
		return nil
	}
	if bytes.HasPrefix(start, []byte("{")) {
		if bytes.Contains(start, []byte(`"Meetings"`)) && bytes.Contains(start, []byte(`"Sessions"`)) {
			im.indexes = append(im.indexes, path)
		} else {
			im.skip(name, "not a season index")
		}
		return nil
	}
	head, _, _ := bytes.Cut(start, []byte("\n"))
	t, err := newSheet(bytes.NewReader(head), func(Defect) {})
	if err != nil {
		im.skip(name, "no header")
		return nil
	}
	format := formatOf(t)
	number := f1dbTable(t)
	switch {
	case format != "":
		im.tables = append(im.tables, table{path: path, source: Source{format, name}})
	case number >= 0 && im.f1db[number][0] == "":
		im.f1db[number] = [2]string{path, name}
	case number >= 0:
		im.skip(name, "a second table of "+f1dbTables[number].name)
	case t.has("lap", "t", "rpm", "speed", "gear", "throttle", "brake", "x", "y", "z"):
		im.addTelemetry(path)
	default:
		im.skip(name, "unknown header")
	}
	return nil
}

func (im *Import) skip(name, why string) {
	im.report.Skipped = append(im.report.Skipped, Skipped{name, why})
}

func (im *Import) addTelemetry(path string) {
	dir := filepath.Dir(path)
	i := slices.IndexFunc(im.telemetry, func(f folder) bool { return f.path == dir })
	if i < 0 {
		i = len(im.telemetry)
		im.telemetry = append(im.telemetry, folder{path: dir})
		im.report.Files = append(im.report.Files, Source{TelemetryFolder, filepath.Base(dir)})
	}
	im.telemetry[i].files = append(im.telemetry[i].files, filepath.Base(path))
}

var yearInName = regexp.MustCompile(`(?:^|[^0-9])(19[5-9][0-9]|20[0-9]{2})(?:[^0-9]|$)`)

// list reads a lap table through once and tells which sessions it has.
func (im *Import) list(t *table) (err error) {
	from, err := open(t.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	for s, err := range decodeLaps(from, t.source.File, func(Defect) {}) {
		if err != nil {
			return err
		}
		g := group{event: s.Event, round: s.Round.Value, season: s.Season.Value, kind: s.Type, key: s.SessionKey, seen: s.seen, laps: map[int]int{}}
		for _, l := range s.Laps {
			g.laps[l.DriverNumber] = max(g.laps[l.DriverNumber], l.LapNumber)
		}
		t.groups = append(t.groups, g)
	}
	if t.source.Format == OpenF1Derived {
		im.byName(t)
	} else if err := im.byFit(t); err != nil {
		return err
	}
	for _, g := range t.groups {
		id := SessionID(g.event, g.season, g.kind)
		if g.key != "" {
			of := im.Reference.official[id]
			of.key, of.seen = g.key, g.seen
			im.Reference.official[id] = of
		}
		if was, ok := im.best[id]; !ok || t.source.Format.rank() < was.rank() {
			im.best[id] = t.source.Format
		}
	}
	return nil
}

// byName finds the rounds of a table that tells seasons and events.
func (im *Import) byName(t *table) {
	for i := range t.groups {
		g := &t.groups[i]
		if race, ok := im.Reference.byEvent(g.season, g.event); ok {
			g.round = race.Round
		}
		t.season = g.season
	}
}

// byFit finds the season and the kind of session of a table that tells rounds only: those whose results have the
// most cars with as many laps. Where there are no results, or none that fits, the name of the file says it.
func (im *Import) byFit(t *table) error {
	named, kind := 0, f1.Race
	if m := yearInName.FindStringSubmatch(t.source.File); m != nil {
		named, _ = strconv.Atoi(m[1]) // four digits
	}
	if strings.Contains(t.source.File, "sprint") {
		kind = f1.Sprint
	}
	type candidate struct {
		season int
		kind   f1.SessionType
	}
	fits, cars := map[candidate]int{}, 0
	for _, g := range t.groups {
		cars += len(g.laps)
	}
	for at, results := range im.Reference.results {
		for _, g := range t.groups {
			if g.round != at.round {
				continue
			}
			for _, res := range results {
				if last, ok := g.laps[res.car]; ok && res.laps.Known && res.laps.Value == last {
					fits[candidate{at.season, at.kind}]++
				}
			}
		}
	}
	best := candidate{named, kind}
	for c, n := range fits {
		// The name says it where the results of two seasons fit alike.
		if n > fits[best] || n == fits[best] && best.season != named && c.season < best.season {
			best = c
		}
	}
	if fits[best]*2 < cars {
		best = candidate{named, kind}
	}
	if best.season == 0 {
		return fmt.Errorf("history: %s: the season is neither in its name nor told by results", t.source.File)
	}
	if named != 0 && best != (candidate{named, kind}) {
		im.report.add(Defect{Source: t.source, Kind: Misnamed, Rows: cars,
			Detail: fmt.Sprintf("the rows are of %d, %s: %d of %d cars have the laps of its results", best.season, best.kind, fits[best], cars)})
	}
	t.season, t.kind = best.season, best.kind
	for i := range t.groups {
		t.groups[i].season, t.groups[i].kind = t.season, t.kind
	}
	return nil
}
