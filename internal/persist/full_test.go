package persist_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/store/sqlite"
)

// left is how much a full disk still takes: less than any of the sessions that are stored here needs.
const left = 256 << 10

// smallDisk gives a folder on a small disk, and how to fill it and make room again. Where none can be mounted files can
// not grow instead.
func smallDisk(t *testing.T) (folder string, fill, room func()) {
	t.Helper()
	folder = t.TempDir()
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64m")
	if err != nil {
		t.Logf("no disk can be mounted here (%v): files may not grow instead", err)
		fill, room = limitFiles(t)
		return folder, fill, room
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(folder, "ballast")
	fill = func() {
		err := os.WriteFile(ballast, make([]byte, 64<<20), 0o644) // as much as there is
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("the disk is not full: %v", err)
		}
		about, err := os.Stat(ballast)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(ballast, about.Size()-left); err != nil {
			t.Fatal(err)
		}
	}
	return folder, fill, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
}

// limitFiles keeps files small until room is made.
func limitFiles(t *testing.T) (fill, room func()) {
	signal.Ignore(syscall.SIGXFSZ)
	t.Cleanup(func() { signal.Reset(syscall.SIGXFSZ) })
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	set := func(n uint64) {
		small := before
		small.Cur = min(n, before.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
			t.Fatalf("the file size can not be limited here: %v", err)
		}
	}
	t.Cleanup(func() { set(before.Cur) })
	return func() { set(left) }, func() { set(before.Cur) }
}

// On a full disk the writer waits and says so; when there is room it goes on, and nothing is missing.
func TestFullDisk(t *testing.T) {
	log := logOf(t, "5090")
	add(t, log, messages(t, baku))
	folder, fill, room := smallDisk(t)
	st, err := sqlite.Open(t.Context(), filepath.Join(folder, "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	fill()
	w := persist.New(quick(t, st))
	run(t, w)
	w.Follow(log, persist.About{Key: "5090", Owner: true})
	state := untilDoing(t, w, persist.Waiting)
	if !strings.Contains(state.Reason, "disk") {
		t.Errorf("waiting says %+v", state)
	}
	room()
	untilDoing(t, w, persist.Ended)
	same(t, stored(t, st, "5090"), derived(t, "5090", log))
	if _, err := st.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
