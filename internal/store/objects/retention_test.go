package objects

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// String is a report in short.
func (p Pruned) String() string {
	var out []string
	for _, r := range p.Removed {
		out = append(out, fmt.Sprintf("%s %s %s (%d)", r.Kind, r.Name, r.Why, r.Objects))
	}
	for _, k := range p.Kept {
		out = append(out, fmt.Sprintf("kept %s %s: %s", k.Kind, k.Name, k.Why))
	}
	return strings.Join(out, "; ")
}

func prune(t testing.TB, s *Store, p Policy, now time.Time, dry bool) string {
	t.Helper()
	done, err := s.Prune(t.Context(), p, now, dry)
	if err != nil {
		t.Fatal(err)
	}
	return done.String()
}

// fill stores three recordings, the tables of two sessions and two backups.
func fillStore(t testing.TB, s *Store) {
	t.Helper()
	log := newLog(t, 30)
	for _, key := range []string{"1", "2", "3"} {
		l, err := s.Sealer(Session{2025, key}, log)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Seal(t.Context(), key != "2"); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"1", "2"} {
		putTable(t, s, TableID{Session{2025, key}, "laps"}, []byte(key))
		putTable(t, s, TableID{Session{2025, key}, "stints"}, []byte(key))
	}
	for _, name := range []string{"a", "b"} {
		if _, err := s.PutBackup(t.Context(), name, strings.NewReader(name), 1); err != nil {
			t.Fatal(err)
		}
	}
}

func testRetention(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t), SegmentMessages: 10})
	fillStore(t, s)
	put(t, s.bucket, "raw/2025/4/000000000001.log.zst", "no manifest")
	put(t, s.bucket, "raw/2025/5/manifest.json", "can not be read")
	put(t, s.bucket, "backups/half", "no manifest")
	put(t, s.bucket, "raw/readme", "not ours")
	before := contents(t, s.bucket)
	future := time.Now().Add(48 * time.Hour)
	if got := prune(t, s, Policy{}, future, false); got != "" {
		t.Errorf("no policy: %s", got)
	}
	all := Policy{Keep{MaxAge: time.Hour}, Keep{MaxAge: time.Hour}, Keep{MaxAge: time.Hour}}
	if got := prune(t, s, all, time.Now(), false); got != "" {
		t.Errorf("all is new: %s", got)
	}
	want := "raw 2025/1 older than 1h0m0s (4); raw 2025/3 older than 1h0m0s (4); " +
		"parquet 2025/1 older than 1h0m0s (3); parquet 2025/2 older than 1h0m0s (3); " +
		"backups a older than 1h0m0s (2); backups b older than 1h0m0s (2); " +
		"kept raw 2025/2: its manifest is not complete; kept raw 2025/4: it has no manifest; " +
		"kept raw 2025/5: its manifest can not be read: objects: raw/2025/5/manifest.json: stored bytes are damaged: " +
		"invalid character 'c' looking for beginning of value; kept backups half: its upload is not finished"
	if got := prune(t, s, all, future, true); got != want {
		t.Errorf("dry: %s", got)
	}
	if after := contents(t, s.bucket); after != before {
		t.Errorf("a dry run changed the store")
	}
	if got := prune(t, s, all, future, false); got != want {
		t.Errorf("%s", got)
	}
	if got := strings.Join(keys(t, s.bucket, ""), " "); got != "backups/half raw/2025/2/000000000001.log.zst "+
		"raw/2025/2/000000000011.log.zst raw/2025/2/manifest.json raw/2025/4/000000000001.log.zst raw/2025/5/manifest.json raw/readme" {
		t.Errorf("left: %s", got)
	}
	if _, err := s.Prune(t.Context(), Policy{Raw: Keep{MaxCount: -1}}, future, true); err == nil {
		t.Error("a negative count is a policy")
	}
}

// By count the newest stay; what is not complete neither goes nor counts.
func testRetentionByAge(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t), SegmentMessages: 10})
	fillStore(t, s)
	found, err := s.recordings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The clock of a store may count whole seconds: the moments are set here.
	for i, h := range found {
		h.Stored = begun.Add(time.Duration(i) * time.Hour)
	}
	newest := found[len(found)-1]
	for _, h := range (Keep{MaxCount: 1}).refuse(found, begun) {
		if h == newest && newest.raw.Complete {
			t.Errorf("the newest, %s, would go", h.Name)
		}
	}
	if got := prune(t, s, Policy{Parquet: Keep{MaxCount: 1}, Backups: Keep{MaxCount: 1}}, time.Now(), false); strings.Count(got, "more than 1") != 2 {
		t.Error(got)
	}
	if got := prune(t, s, Policy{Raw: Keep{MaxCount: 1}}, time.Now(), false); strings.Count(got, "more than 1") != 1 {
		t.Error(got)
	}
	left, err := s.Recordings(t.Context())
	if err != nil || len(left) != 2 {
		t.Errorf("%v, %v", left, err)
	}
}

// A removal that was interrupted is no damage, and is continued whatever the policy says by then.
func testRetentionContinues(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, small(fresh(t)))
	log := newLog(t, 100)
	seal(t, s, log, true)
	m, was, err := s.manifest(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	m.Removing = true
	if err := s.putManifest(t.Context(), manifestKey(race), m, was); err != nil {
		t.Fatal(err)
	}
	if err := s.bucket.Delete(t.Context(), m.object(m.Segments[0])); err != nil {
		t.Fatal(err)
	}
	removed := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), ErrRemoved.Error()) {
			t.Errorf("%s: %v", what, err)
		}
	}
	removed("read", s.Each(t.Context(), race, 1, new(hashed).add))
	_, err = s.Restore(t.Context(), race, t.TempDir()+"/log.jsonl")
	removed("restore", err)
	_, err = sealer(t, s, log).Seal(t.Context(), true)
	removed("seal", err)
	if got := prune(t, s, Policy{}, time.Now(), false); !strings.Contains(got, "raw 2025/9693 its removal was begun") {
		t.Error(got)
	}
	if got := keys(t, s.bucket, ""); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
	seal(t, s, log, true)
	sameAs(t, s, log)
}
