package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"pitwall.live/internal/backup"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// What is wrong with a file is said before anything of it is restored.
func TestCheck(t *testing.T) {
	from := open(t)
	furnish(t, from, "5090")
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), from, &file, t.TempDir(), now, nil); err != nil {
		t.Fatal(err)
	}
	if m, err := backup.Check(bytes.NewReader(file.Bytes())); err != nil || len(m.Files) != 5 { // the almanac, the reference data, the settings, the users, classifications
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

// restless is a store one of whose sessions changes whenever it is looked at.
type restless struct {
	store.Store
	key   string
	looks int64
}

func (r *restless) Find(ctx context.Context, name string) (store.Session, error) {
	s, err := r.Store.Find(ctx, name)
	if name == r.key {
		r.looks++
		s.Version += r.looks
	}
	return s, err
}

// A session that can not be read in one piece is left out and named, and the others are there.
func TestLeftOut(t *testing.T) {
	from := open(t)
	for _, key := range []string{"1", "2"} {
		err := from.Write(t.Context(), &store.Batch{Session: f1.SessionRow{SessionKey: key, Event: "Test", Season: f1.Some(2025), Type: f1.Race}, Source: "log", Log: "l", Offset: 5, Whole: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	m, err := backup.Write(t.Context(), &restless{Store: from, key: "2"}, &file, t.TempDir(), now, nil)
	if err != nil || len(m.Sessions) != 1 || m.Sessions[0].Key != "1" || len(m.Left) != 1 || m.Left[0] != "2" {
		t.Fatalf("%+v, %v", m, err)
	}
	to := open(t)
	if _, err := backup.Read(t.Context(), to, &file, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Find(t.Context(), "2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("half of it is restored: %v", err)
	}
}

// firstFormat is a backup as the first format had it: without users and lone classifications, and without hashes but
// those of files and of sessions' tables.
func firstFormat(t *testing.T, file []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	r := tar.NewReader(bytes.NewReader(file))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
		body, err2 := io.ReadAll(r)
		if err = errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if h.Name == "users.json" || h.Name == "results.json" {
			continue
		}
		if h.Name == "manifest.json" {
			body = olderManifest(t, body)
		}
		sum := sha256.Sum256(body)
		h.Size, h.PAXRecords = int64(len(body)), map[string]string{"PITWALL.sha256": hex.EncodeToString(sum[:])}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
}

func olderManifest(t *testing.T, body []byte) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	m["format"] = 1
	delete(m, "tables")
	files := m["files"].(map[string]any)
	delete(files, "users.json")
	delete(files, "results.json")
	for _, s := range m["sessions"].([]any) {
		delete(s.(map[string]any), "results")
		delete(s.(map[string]any), "standing")
	}
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
