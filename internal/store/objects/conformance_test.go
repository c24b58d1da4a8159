package objects

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// conformance is what every backend must pass; fresh gives the address of a new, empty store.
func conformance(t *testing.T, fresh func(testing.TB) string) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, func(testing.TB) string)
	}{
		{"Objects", testObjects},
		{"Conditions", testConditions},
		{"Counter", testCounter},
		{"Names", testNames},
		{"Upload", testUpload},
		{"StaleUploads", testStaleUploads},
		{"Seal", testSeal},
		{"SealWhileRunning", testSealWhileRunning},
		{"SealedTwice", testSealedTwice},
		{"SealersAtOnce", testSealersAtOnce},
		{"SealAfterEnd", testSealAfterEnd},
		{"Orphans", testOrphans},
		{"AnotherLog", testAnotherLog},
		{"LostMessages", testLostMessages},
		{"FlippedBits", testFlippedBits},
		{"RealRecording", testRealRecording},
		{"Tables", testTables},
		{"TableReplaced", testTableReplaced},
		{"TableWriters", testTableWriters},
		{"ParquetRows", testParquetRows},
		{"Backups", testBackups},
		{"Retention", testRetention},
		{"RetentionByAge", testRetentionByAge},
		{"RetentionContinues", testRetentionContinues},
		{"Killed", testKilled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, fresh) })
	}
}

func TestFolder(t *testing.T) { conformance(t, folderURL) }

func TestS3(t *testing.T) { conformance(t, sharedURL) }

func folderURL(t testing.TB) string { return "file://" + t.TempDir() }

func put(t testing.TB, b Bucket, key, body string) {
	t.Helper()
	if err := b.Put(t.Context(), key, []byte(body), Condition{}); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, b Bucket, key string, offset, length int64) string {
	t.Helper()
	r, _, err := b.Get(t.Context(), key, offset, length)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func keys(t testing.TB, b Bucket, prefix string) []string {
	t.Helper()
	var all []string
	for i, err := range b.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, i.Key)
	}
	return all
}

// contents are all objects with their checksums: equal stores have equal contents.
func contents(t testing.TB, b Bucket) string {
	t.Helper()
	var out strings.Builder
	for _, key := range keys(t, b, "") {
		fmt.Fprintf(&out, "%s %s\n", key, hexSum([]byte(get(t, b, key, 0, -1))))
	}
	return out.String()
}

func testObjects(t *testing.T, fresh func(testing.TB) string) {
	b := openBucket(t, fresh(t))
	before := time.Now().Add(-2 * time.Second)
	for _, key := range []string{"a/x", "a/y/z", "a.b", "b"} {
		put(t, b, key, "content of "+key)
	}
	if got := strings.Join(keys(t, b, ""), " "); got != "a.b a/x a/y/z b" {
		t.Errorf("all: %s", got)
	}
	if got := strings.Join(keys(t, b, "a/"), " "); got != "a/x a/y/z" {
		t.Errorf("a/: %s", got)
	}
	if got := keys(t, b, "nothing/"); len(got) != 0 {
		t.Errorf("nothing/: %s", got)
	}
	f := func(offset, length int64, want string) {
		t.Helper()
		if got := get(t, b, "a/y/z", offset, length); got != want {
			t.Errorf("%d+%d: %q", offset, length, got)
		}
	}
	f(0, -1, "content of a/y/z")
	f(8, 2, "of")
	f(11, -1, "a/y/z")
	f(11, 5, "a/y/z")
	f(0, 0, "")
	i, err := b.Stat(t.Context(), "b")
	if err != nil || i.Key != "b" || i.Size != 12 || i.ETag == "" || i.Stored.Before(before) || i.Stored.After(time.Now().Add(2*time.Second)) {
		t.Errorf("%+v, %v", i, err)
	}
	put(t, b, "b", "")
	if got := get(t, b, "b", 0, -1); got != "" {
		t.Errorf("an empty object holds %q", got)
	}
	for range 2 {
		if err := b.Delete(t.Context(), "a/y/z"); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Stat(t.Context(), "a/y/z"); !errors.Is(err, ErrNotFound) {
		t.Errorf("look at what is not there: %v", err)
	}
	if _, _, err := b.Get(t.Context(), "a/y/z", 0, -1); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "a/y/z") {
		t.Errorf("read what is not there: %v", err)
	}
}

func testConditions(t *testing.T, fresh func(testing.TB) string) {
	b, ctx := openBucket(t, fresh(t)), t.Context()
	var won atomic.Int32
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			switch err := b.Put(ctx, "once", []byte(strconv.Itoa(n)), IfAbsent); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ErrConflict):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 8 created the object", won.Load())
	}
	was, err := b.Stat(ctx, "once")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Put(ctx, "once", []byte("second"), IfUnchanged(was)); err != nil {
		t.Error(err)
	}
	if err := b.Put(ctx, "once", []byte("third"), IfUnchanged(was)); !errors.Is(err, ErrConflict) {
		t.Errorf("replaced what had changed: %v", err)
	}
	if got := get(t, b, "once", 0, -1); got != "second" {
		t.Error(got)
	}
	if err := b.Delete(ctx, "once"); err != nil {
		t.Error(err)
	}
	if err := b.Put(ctx, "once", nil, IfUnchanged(was)); !errors.Is(err, ErrConflict) {
		t.Errorf("replaced what was removed: %v", err)
	}
}

// Writers that replace only what they have read lose no change.
func testCounter(t *testing.T, fresh func(testing.TB) string) {
	address := fresh(t)
	put(t, openBucket(t, address), "counter", "0")
	const writers, each = 4, 12
	var all sync.WaitGroup
	for range writers {
		b := openBucket(t, address)
		all.Go(func() {
			for done := 0; done < each; {
				body, was, err := readAll(t.Context(), b, "counter", 100)
				if err != nil {
					t.Error(err)
					return
				}
				n, err := strconv.Atoi(string(body))
				if err != nil {
					t.Error(err)
					return
				}
				err = b.Put(t.Context(), "counter", []byte(strconv.Itoa(n+1)), IfUnchanged(was))
				if err == nil {
					done++
				} else if !errors.Is(err, ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if got := get(t, openBucket(t, address), "counter", 0, -1); got != strconv.Itoa(writers*each) {
		t.Errorf("%s of %d changes are there", got, writers*each)
	}
}

func testNames(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t)})
	for _, key := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", ".pitwall/x", "a b", "a\\b", "a\x00", strings.Repeat("a", 300), strings.Repeat("a/", 600) + "a"} {
		if err := s.bucket.Put(t.Context(), key, nil, Condition{}); err == nil {
			t.Errorf("wrote %q", key)
		}
		if _, _, err := s.bucket.Get(t.Context(), key, 0, -1); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("read %q: %v", key, err)
		}
	}
	for _, session := range []Session{{0, "1"}, {2025, ""}, {2025, "../1"}, {2025, "a/b"}} {
		if _, err := s.Manifest(t.Context(), session); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("%v: %v", session, err)
		}
	}
	if _, err := s.PutTable(t.Context(), TableID{Session{2025, "1"}, "_manifest"}, func(io.Writer) error { return nil }); err == nil {
		t.Error("a table took the manifests' name")
	}
}

// bulk is content of n bytes that does not repeat; a shorter one is the beginning of a longer one.
func bulk(n int) []byte {
	out := make([]byte, n)
	rand.NewChaCha8([32]byte{}).Read(out) // never fails
	return out
}

func source(t testing.TB, content []byte) Source {
	t.Helper()
	sums, err := sumsOf(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return Source{bytes.NewReader(content), sums}
}

// cutOff reads only up to a place, as if what reads it died there.
type cutOff struct {
	io.ReaderAt
	at int64
}

var errCut = errors.New("cut")

func (c *cutOff) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > c.at {
		return 0, errCut
	}
	return c.ReaderAt.ReadAt(p, off)
}

func testUpload(t *testing.T, fresh func(testing.TB) string) {
	address := fresh(t)
	content := bulk(27<<20 + 12345)
	src := source(t, content)
	part := src
	part.ReaderAt = &cutOff{ReaderAt: bytes.NewReader(content), at: 17 << 20}
	p, err := openBucket(t, address).Upload(t.Context(), "big", part)
	if !errors.Is(err, errCut) || p.Sent < 16<<20 {
		t.Fatalf("%+v, %v", p, err)
	}
	b := openBucket(t, address)
	if _, err := b.Stat(t.Context(), "big"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("half an object is there: %v", err)
	}
	p, err = b.Upload(t.Context(), "big", src)
	if err != nil || p.Resumed < 16<<20 || p.Resumed+p.Sent != int64(len(content)) {
		t.Fatalf("%+v, %v", p, err)
	}
	if got := get(t, b, "big", 0, -1); hexSum([]byte(got)) != src.Sums.SHA256 {
		t.Errorf("%d bytes of other content", len(got))
	}
	if got := keys(t, b, ""); !slices.Equal(got, []string{"big"}) {
		t.Errorf("the store holds %v", got)
	}
	// Parts of other content are not taken for ours.
	other := bytes.Clone(content)
	other[3<<20] ^= 1
	part = source(t, other)
	part.ReaderAt = &cutOff{ReaderAt: bytes.NewReader(other), at: 17 << 20}
	if _, err := b.Upload(t.Context(), "big", part); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if p, err = b.Upload(t.Context(), "big", src); err != nil || p.Resumed != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	// A source that changes is found out.
	src.ReaderAt = bytes.NewReader(other)
	if _, err := b.Upload(t.Context(), "changing", src); err == nil || !strings.Contains(err.Error(), "source changed") {
		t.Errorf("%v", err)
	}
	// Several that upload the same end well.
	src = source(t, content)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := b.Upload(t.Context(), "shared", src); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := get(t, b, "shared", 0, -1); hexSum([]byte(got)) != src.Sums.SHA256 {
		t.Errorf("%d bytes of other content", len(got))
	}
}

func testStaleUploads(t *testing.T, fresh func(testing.TB) string) {
	b := openBucket(t, fresh(t))
	content := bulk(20 << 20)
	part := source(t, content)
	part.ReaderAt = &cutOff{ReaderAt: bytes.NewReader(content), at: 9 << 20}
	if _, err := b.Upload(t.Context(), "backups/left", part); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	f := func(before time.Time, dry bool, want string) {
		t.Helper()
		got, err := b.AbortStale(t.Context(), before, dry)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%v, %v", got, err)
		}
	}
	f(time.Now().Add(-StaleAfter), false, "")
	f(time.Now().Add(StaleAfter), true, "backups/left")
	f(time.Now().Add(StaleAfter), false, "backups/left")
	f(time.Now().Add(StaleAfter), false, "")
	if p, err := b.Upload(t.Context(), "backups/left", source(t, content)); err != nil || p.Resumed != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}
