package events_test

import (
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// recordings lists every recording of a session that is there, by its path below the real data.
func recordings(t *testing.T) []string {
	t.Helper()
	root := reference.Path(t, "live-timing")
	var all []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		switch {
		case parts[0] == "archive" && len(parts) == 4, parts[0] == "reconstructed" && len(parts) == 2:
			all = append(all, rel)
		case parts[0] == "recordings" && len(parts) == 2 && !strings.Contains(parts[1], "with_errors"):
			all = append(all, rel) // the damaged one is another test's
		default:
			return nil
		}
		return fs.SkipDir
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("%d recordings found in %s, there should be 20 and more", len(all), root)
	}
	return all
}

// TestEveryRecording holds what must be true of events whatever the session: the same messages give the same
// journal, and every version of every event is proved by the messages it cites.
func TestEveryRecording(t *testing.T) {
	proved := 0
	for _, path := range recordings(t) {
		t.Run(path, func(t *testing.T) {
			messages := reference.Messages(t, reference.Path(t, "live-timing", path))
			d, _ := detect(messages)
			again, _ := detect(messages)
			journal := d.Journal()
			if !reflect.DeepEqual(journal, again.Journal()) {
				t.Error("the same messages gave another journal")
			}
			proveAll(t, journal, messages)
			proved += len(journal)
			t.Logf("%d messages, %d versions: %v", len(messages), len(journal), counts(journal))
		})
	}
	t.Logf("%d versions of events proved", proved)
}

// proveAll checks every version by its cited messages.
func proveAll(t *testing.T, journal []f1.Event, messages []feed.Message) {
	t.Helper()
	failed := map[f1.EventKind]int{}
	versions := map[string]int{}
	for i := range journal {
		e := &journal[i]
		if versions[e.ID]++; e.Version != versions[e.ID] {
			t.Errorf("%s: version %d comes as number %d", e.ID, e.Version, versions[e.ID])
		}
		if err := prove(e, messages); err != nil {
			if failed[e.Kind]++; failed[e.Kind] <= 5 {
				t.Errorf("%s (version %d) cites %v: %v", describe(e), e.Version, e.Evidence, err)
			}
		}
	}
	for kind, n := range failed {
		t.Errorf("%s: %d not proved", kind, n)
	}
}

// counts are the events that hold at the end, by kind.
func counts(journal []f1.Event) map[f1.EventKind]int {
	n := map[f1.EventKind]int{}
	for _, e := range events.Newest(journal) {
		if e.Status != f1.Retracted {
			n[e.Kind]++
		}
	}
	return n
}
