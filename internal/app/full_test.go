package app

import (
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// fullFolder is a folder on a disk that is nearly full. Where none can be mounted files can not grow instead.
func fullFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=1m"); err != nil {
		t.Logf("no disk can be mounted here (%v): files may not grow instead", err)
		limitFiles(t, 16<<10)
		return folder
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	if err := os.WriteFile(filepath.Join(folder, "ballast"), make([]byte, 1<<20-16<<10), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// limitFiles keeps the files of this process small until the test ends.
func limitFiles(t *testing.T, size uint64) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	t.Cleanup(func() { signal.Reset(syscall.SIGXFSZ) })
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	small := before
	small.Cur = min(size, before.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatalf("the file size can not be limited here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	})
}
