package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/backup"
	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

var now = time.Date(2026, 11, 26, 6, 0, 0, 0, time.UTC)

func open(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// keep stores all rows of a session.
func keep(t testing.TB, s store.Store, d *derive.Session, simulated bool) {
	t.Helper()
	b := &store.Batch{Session: d.State.SessionRow(), Simulated: simulated, Source: "log", Log: "log of " + d.Key(), Offset: d.Offset(), Whole: true, Ended: true}
	rows := d.Rows()
	b.Telemetry, b.Locations = slices.Collect(rows.Telemetry), slices.Collect(rows.Locations)
	for _, table := range tables.All() {
		if table.Name == "telemetry" || table.Name == "locations" {
			continue
		}
		c := store.Change{Table: table.Name}
		for row := range rows.Cells(table.Name) {
			if !table.Sorted {
				c.At = append(c.At, len(c.Rows))
			}
			c.Rows = append(c.Rows, row.Clone())
		}
		c.Len = len(c.Rows)
		b.Changes = append(b.Changes, c)
	}
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func derived(key string, messages []feed.Message) *derive.Session {
	d := derive.New(key, derive.All())
	for i := range messages {
		_ = d.Take(&messages[i]) // samples that can not be read are as absent here as there
	}
	return d
}

// furnish keeps what is not of a session: references, settings with a history, classifications in two versions.
func furnish(t *testing.T, s store.Store, session string) {
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fail(s.PutReference(t.Context(), &store.Reference{
		Circuits:     []store.Circuit{{ID: "baku", Name: "Baku City Circuit", Country: "Azerbaijan", Length: f1.Some(6003.0)}},
		Drivers:      []store.Driver{{ID: "HAM", Name: "Lewis Hamilton", Nationality: "British", Number: f1.Some(44)}},
		Constructors: []store.Constructor{{ID: "ferrari", Name: "Ferrari", Nationality: "Italian", Colour: "E80020"}},
		Races:        []store.Race{{ID: "azerbaijan_2018", Season: 2018, Round: 4, CircuitID: "baku", Name: "Azerbaijan Grand Prix"}},
	}))
	for i, body := range []string{`[1]`, `[2]`} {
		fail(s.PutPages(t.Context(), []almanac.Page{{Name: almanac.Name{Kind: almanac.Races, Season: 2018}, Known: now.Add(time.Duration(i) * time.Hour),
			Status: almanac.Final, Source: "ergast", Body: []byte(body)}}))
	}
	for i, value := range []string{"sim", "livetiming,openf1"} {
		fail(s.Set(t.Context(), store.Setting{Key: "sources", Value: value, Version: i + 1, ChangedBy: "test", ChangedAt: now.Add(time.Duration(i) * time.Hour)}))
	}
	fail(s.PutUsers(t.Context(), []store.User{
		{ID: "5d0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Email: f1.Some("a@example.org"), Preferences: []byte(`{"units":"km","of":{"b":1.50,"a":null},"none":""}`), CreatedAt: now},
		{ID: "9f0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Email: f1.Some("b@example.org"), Preferences: []byte(`{}`), CreatedAt: now.Add(time.Second)},
	}))
	// Of a season of which nothing else is stored, known twice at the same moment.
	for _, driver := range []int{5, 2} {
		fail(s.PutResults(t.Context(), &store.Results{Session: "monaco_1950_race", Season: 1950, Round: 2, Type: f1.Race, Known: now, Status: store.ResultFinal, Source: "f1db",
			Rows: []f1.ResultRow{{SessionKey: "monaco_1950_race", DriverNumber: driver, Position: f1.Some(1)}}}))
	}
	for i, points := range []float64{25, 18} {
		fail(s.PutResults(t.Context(), &store.Results{Session: session, Known: now.Add(time.Duration(i) * time.Hour), Status: store.ResultFinal, Source: "f1db",
			Rows: []f1.ResultRow{{SessionKey: session, DriverNumber: 44, Position: f1.Some(1), Points: f1.Some(points)}}}))
	}
}

// A store that was destroyed and restored on an empty machine is the same, row by row, and so is its next backup.
func TestRestored(t *testing.T) {
	from := open(t)
	root := reference.Path(t, "live-timing", "archive")
	for _, path := range []string{"2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", "2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"} {
		keep(t, from, derived("k", reference.Messages(t, filepath.Join(root, filepath.FromSlash(path)))), false)
	}
	furnish(t, from, "5090")
	var file bytes.Buffer
	m, err := backup.Write(t.Context(), from, &file, t.TempDir(), now, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d sessions, %d kB", len(m.Sessions), file.Len()/1000)
	to := open(t)
	calls := 0
	if _, err := backup.Read(t.Context(), to, bytes.NewReader(file.Bytes()), func(int, int, string) { calls++ }); err != nil {
		t.Fatal(err)
	}
	if calls != 2 || len(m.Sessions) != 2 {
		t.Errorf("%d sessions were proven, %d are in the backup", calls, len(m.Sessions))
	}
	equalStores(t, from, to)
	again, err := backup.Write(t.Context(), to, io.Discard, t.TempDir(), now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m.Tables, again.Tables) {
		t.Errorf("beside the sessions: %v became %v", m.Tables, again.Tables)
	}
	for i := range m.Sessions {
		if a, b := m.Sessions[i], again.Sessions[i]; a.Results != b.Results || a.Standing != b.Standing || a.Key != b.Key || !reflect.DeepEqual(a.Hashes, b.Hashes) || !reflect.DeepEqual(a.Rows, b.Rows) {
			t.Errorf("the backup of the restored %s differs", a.Key)
		}
	}
}

// equalStores compares what a backup holds beside the rows, which are compared by their hashes.
func equalStores(t *testing.T, a, b store.Store) {
	t.Helper()
	same := func(what string, of func(store.Store) (any, error)) {
		t.Helper()
		x, err1 := of(a)
		y, err2 := of(b)
		if err := errors.Join(err1, err2); err != nil || !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %+v became %+v, %v", what, x, y, err)
		}
	}
	same("reference", func(s store.Store) (any, error) { return s.Reference(t.Context()) })
	same("almanac", func(s store.Store) (any, error) { return s.Pages(t.Context(), store.PageQuery{Versions: true}) })
	same("users", func(s store.Store) (any, error) { return s.Users(t.Context()) })
	same("every classification", func(s store.Store) (any, error) { return s.EveryResults(t.Context(), "") })
	same("settings", func(s store.Store) (any, error) { return s.SettingVersions(t.Context(), "sources") })
	for _, known := range []time.Time{now, now.Add(time.Hour)} {
		same("results", func(s store.Store) (any, error) { return s.Results(t.Context(), "5090", known) })
	}
	same("sessions", func(s store.Store) (any, error) {
		all, err := s.Sessions(t.Context(), store.SessionQuery{})
		for i := range all {
			all[i].Version, all[i].Changed = 0, time.Time{} // counted and noted by the store that writes
		}
		return all, err
	})
}

// small is a backup of a few rows.
func small(t *testing.T) []byte {
	t.Helper()
	s := open(t)
	messages := []feed.Message{
		{Topic: feed.TopicSessionInfo, Time: now, Payload: []byte(`{"Key":77,"Type":"Race","Name":"Race","StartDate":"2026-11-26T06:00:00","GmtOffset":"00:00:00","Meeting":{"Name":"Test Grand Prix"}}`)},
		{Topic: feed.TopicWeatherData, Time: now.Add(time.Second), Payload: []byte(`{"AirTemp":"20.1","TrackTemp":"30","Rainfall":"0"}`)},
	}
	keep(t, s, derived("77", messages), false)
	furnish(t, s, "77")
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), s, &file, t.TempDir(), now, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// However a backup is cut or damaged, it is not taken for a good one.
func TestDamagedBackups(t *testing.T) {
	file := small(t)
	random := rand.New(rand.NewPCG(1, 1))
	end := bytes.LastIndex(file, []byte("manifest.json")) // with it the file is whole
	for range 15 {
		if _, err := backup.Read(t.Context(), open(t), bytes.NewReader(file[:random.IntN(end)]), nil); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("cut: %v", err)
		}
	}
	bodies := bodiesOf(t, file)
	for range 30 {
		bad := bytes.Clone(file)
		body := bodies[random.IntN(len(bodies))]
		at := body[0] + random.IntN(body[1])
		bad[at] ^= 1 << random.IntN(8)
		if _, err := backup.Read(t.Context(), open(t), bytes.NewReader(bad), nil); err == nil {
			t.Errorf("a bit flipped at %d was not noticed", at)
		}
	}
}

// bodiesOf are place and length of each file in the tar.
func bodiesOf(t *testing.T, file []byte) (bodies [][2]int) {
	t.Helper()
	r := bytes.NewReader(file)
	for files := tar.NewReader(r); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			bodies = append(bodies, [2]int{int(r.Size()) - r.Len(), int(h.Size)})
		}
	}
}

// moving is a store one of whose sessions changes while it is read.
type moving struct {
	store.Store
	change func()
	times  int
}

func (m *moving) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	if q.Table == "weather" && m.times > 0 {
		m.times--
		m.change()
	}
	return m.Store.Rows(ctx, q)
}

// A session that changes while it is read is read again, and left out by name when it never stands still;
// rows of two versions are never together.
func TestSessionChangesMeanwhile(t *testing.T) {
	f := func(times int, leftOut bool) {
		t.Helper()
		s := open(t)
		offset := 0
		write := func() {
			offset++
			d := derived("77", []feed.Message{
				{Topic: feed.TopicSessionInfo, Time: now, Payload: []byte(`{"Key":77,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"}}`)},
				{Topic: feed.TopicWeatherData, Time: now.Add(time.Duration(offset) * time.Minute), Payload: []byte(`{"AirTemp":"20.1"}`), Offset: uint64(offset + 1)},
			})
			keep(t, s, d, false)
		}
		write()
		var file bytes.Buffer
		m, err := backup.Write(t.Context(), &moving{s, write, times}, &file, t.TempDir(), now, nil)
		if err != nil {
			t.Fatal(err)
		}
		if left := len(m.Left) == 1 && m.Left[0] == "77" && len(m.Sessions) == 0; left != leftOut {
			t.Errorf("changed %d times: left out %v, backed up %v", times, m.Left, m.Sessions)
		}
		to := open(t)
		if _, err := backup.Read(t.Context(), to, &file, nil); err != nil {
			t.Error(err)
		}
	}
	f(3, false)
	f(100, true)
}
