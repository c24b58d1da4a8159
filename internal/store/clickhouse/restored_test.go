package clickhouse

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/analytics/analyticstest"
	"pitwall.live/internal/backup"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store/sqlite"
)

// restored is a new store of record, made of a backup of another one.
func restored(t *testing.T, from *sqlite.Store) *sqlite.Store {
	t.Helper()
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), from, &file, t.TempDir(), time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	to := record(t)
	if _, err := backup.Read(t.Context(), to, &file, nil); err != nil {
		t.Fatal(err)
	}
	return to
}

// answers are those to every question, as the question gives them.
func answers(t *testing.T, s *Store) map[string][][]any {
	t.Helper()
	all := map[string][][]any{}
	for _, q := range analytics.All() {
		wish := map[string]string{"simulated": "1"}
		if q.Name == "telemetry_overlay" {
			wish["laps"] = analyticstest.SomeLaps(t, s, "baku", 2)
		}
		all[q.Name] = analyticstest.Ask(t, s, &q, analyticstest.Narrow(&q, wish))
		if len(all[q.Name]) == 0 {
			t.Fatalf("%s has no answer", q.Name)
		}
	}
	return all
}

// TestRestored: when the store of record was destroyed and restored from its backup, which counts its sessions'
// versions anew, ClickHouse has the same answers after the next Sync, as has an empty one; what changes later comes too.
func TestRestored(t *testing.T) {
	s, empty := opened(t), opened(t)
	race := analyticstest.Simulated(t, sim.Config{Session: f1.Race, Circuit: "baku", Laps: 14, Seed: 11, Season: 2024})
	from := record(t, race)
	// So that the version is not that of a store that wrote the session once.
	for range 2 {
		race.Put(t, from)
	}
	synced(t, s, from, 1)
	want := answers(t, s)

	from = restored(t, from)
	synced(t, empty, from, 1)
	if _, err := s.Sync(t.Context(), from, 0, nil); err != nil { // what it loads is told by the answers
		t.Fatal(err)
	}
	synced(t, s, from, 0)
	for name, engine := range map[string]*Store{"what was here": s, "an empty one": empty} {
		for question, rows := range answers(t, engine) {
			if !slices.EqualFunc(rows, want[question], slices.Equal) {
				t.Errorf("%s: %s is another one than before the store was destroyed", name, question)
			}
		}
	}
	loadedAs(t, empty, from, race.SessionKey)

	race.Laps = race.Laps[:len(race.Laps)-5]
	race.Put(t, from)
	synced(t, s, from, 1)
	loadedAs(t, s, from, race.SessionKey)
}

// versionOf is the version of a stored session.
func versionOf(t *testing.T, from *sqlite.Store, key string) int64 {
	t.Helper()
	about, err := from.Find(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return about.Version
}

// TestSameVersionAfterRestore: the store that was restored from a backup of before counts versions anew, and comes to the
// number that ClickHouse knows of the lost one with other rows. They are loaded.
func TestSameVersionAfterRestore(t *testing.T) {
	s := opened(t)
	one := short(t, 10)
	lost := record(t, one)
	whole := one.Laps
	one.Laps = whole[:len(whole)-5]
	for range 3 {
		one.Put(t, lost)
	}
	synced(t, s, lost, 1)
	known := versionOf(t, lost, one.SessionKey)

	from := record(t)
	one.Laps = whole[:len(whole)-2]
	for done := false; !done; done = versionOf(t, from, one.SessionKey) >= known {
		one.Put(t, from)
	}
	if got := versionOf(t, from, one.SessionKey); got != known {
		t.Fatalf("version %d, want %d", got, known)
	}
	synced(t, s, from, 1)
	loadedAs(t, s, from, one.SessionKey)
	synced(t, s, from, 0)
}
