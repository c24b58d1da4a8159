package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pitwall.live/internal/backup"
)

// What is wrong with a file is said before anything of it is restored.
func TestCheck(t *testing.T) {
	from := open(t)
	furnish(t, from, "5090")
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), from, &file, t.TempDir(), now, nil); err != nil {
		t.Fatal(err)
	}
	if m, err := backup.Check(bytes.NewReader(file.Bytes())); err != nil || len(m.Files) != 2 {
		t.Errorf("a good one: %+v, %v", m, err)
	}
	flipped := bytes.Clone(file.Bytes())
	flipped[bytes.Index(flipped, []byte("Hamilton"))] ^= 1
	for name, body := range map[string][]byte{
		"flipped": flipped,
		"cut":     file.Bytes()[:file.Len()/2],
		"empty":   nil,
		"other":   bytes.Repeat([]byte("no tar"), 1000),
	} {
		if m, err := backup.Check(bytes.NewReader(body)); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	if _, err := backup.Check(bytes.NewReader(newer(t))); err == nil || errors.Is(err, backup.ErrDamaged) || !strings.Contains(err.Error(), "newer pitwall") {
		t.Errorf("newer: %v", err)
	}
}

// newer is a backup of a format that is still to come.
func newer(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	w := tar.NewWriter(&file)
	body := []byte(`{"format":99,"files":{}}`)
	sum := sha256.Sum256(body)
	err := w.WriteHeader(&tar.Header{Name: "manifest.json", Mode: 0o644, Size: int64(len(body)), Format: tar.FormatPAX,
		PAXRecords: map[string]string{"PITWALL.sha256": hex.EncodeToString(sum[:])}})
	if err == nil {
		_, err = w.Write(body)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
