package sessionlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cespare/xxhash/v2"
	"pgregory.net/rapid"

	"pitwall.live/internal/feed"
)

func hashOf(s string) uint64 { return xxhash.Sum64String(s) }

// written makes the file of a log with n messages and returns where each line begins, the end included.
func written(n int) (file []byte, lines []int) {
	file = feed.AppendHeader(nil, feed.Header{Session: "9574"})
	for i := range n {
		lines = append(lines, len(file))
		m := message(i)
		m.Offset = uint64(i + 1)
		file = feed.AppendLine(file, &m)
	}
	return file, append(lines, len(file))
}

// However a file is cut, what was whole is there, the rest is put aside, and appending goes on.
func TestTornTail(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		file, lines := written(20)
		cut := rapid.IntRange(0, len(file)).Draw(t, "cut")
		junk := rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "junk")
		path := filepath.Join(dir, "log.jsonl")
		for _, p := range []string{path, path + ".torn"} {
			if err := os.Remove(p); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		if cut < lines[0] {
			junk = nil // a header without a line behind it is anyone's file
		}
		if err := os.WriteFile(path, append(bytes.Clone(file[:cut]), junk...), 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := Open(path, "9574")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		whole := 0
		for whole < 20 && lines[whole+1] <= cut {
			whole++
		}
		if l.Len() != uint64(whole) {
			t.Fatalf("%d messages, want %d", l.Len(), whole)
		}
		keep := lines[whole]
		if cut < lines[0] {
			keep = 0
		}
		tail := append(bytes.Clone(file[keep:cut]), junk...)
		if got, err := os.ReadFile(path + ".torn"); len(tail) > 0 && (err != nil || !bytes.Equal(got, tail)) || len(tail) == 0 && err == nil {
			t.Fatalf("torn file %q, %v; want %q", got, err, tail)
		}
		if l.Repair().TornBytes != int64(len(tail)) {
			t.Fatalf("repair %+v, want %d bytes", l.Repair(), len(tail))
		}
		kept, err := l.Append(messages(whole, 25))
		if err != nil || len(kept) != 25-whole || kept[0].Offset != uint64(whole+1) {
			t.Fatalf("append after repair: %v %v", offsets(kept), err)
		}
	})
}

// A flipped bit costs the messages it hits, is reported, and no more.
func TestFlippedBits(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		file, lines := written(40)
		for range rapid.IntRange(1, 3).Draw(t, "flips") {
			// Not in the header nor in the last line, which would be a torn tail.
			at := rapid.IntRange(lines[0]*8, lines[39]*8-1).Draw(t, "bit")
			file[at/8] ^= 1 << (at % 8)
		}
		path := filepath.Join(dir, "log.jsonl")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := Open(path, "9574")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		var got []uint64
		if err := l.Each(1, func(m *feed.Message) error {
			want := message(int(m.Offset) - 1)
			want.Offset = m.Offset
			if !same(*m, want) {
				t.Fatalf("offset %d: %+v, want %+v", m.Offset, *m, want)
			}
			got = append(got, m.Offset)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		clean, _ := written(40)
		for o := 1; o <= 40; o++ {
			intact := bytes.Equal(clean[lines[o-1]:lines[o]], file[lines[o-1]:lines[o]])
			if intact && !contains(got, uint64(o)) {
				t.Fatalf("intact message %d is not served; repair %+v", o, l.Repair())
			}
			if !intact && contains(got, uint64(o)) {
				t.Fatalf("damaged message %d is served", o)
			}
			if _, err := l.At(uint64(o)); (err == nil) != intact {
				t.Fatalf("At(%d): %v", o, err)
			}
		}
		if !bytes.Equal(clean, file) && l.Repair().CorruptTotal == 0 || l.Len() != 40 {
			t.Fatalf("Len %d, repair %+v", l.Len(), l.Repair())
		}
		if o := l.OffsetAt(message(20).Time); o > 0 && !contains(got, o) {
			t.Fatalf("OffsetAt gives %d, which is not held", o)
		}
		// Reading stretch by stretch finds the same.
		var stepped []uint64
		for from := uint64(1); from <= 40; {
			ms, err := l.Read(from, 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(ms) == 0 {
				break
			}
			stepped = append(stepped, offsets(ms)...)
			from = stepped[len(stepped)-1] + 1
		}
		if fmt.Sprint(stepped) != fmt.Sprint(got) {
			t.Fatalf("Read gives %v, Each %v", stepped, got)
		}
	})
}

func contains(list []uint64, o uint64) bool {
	for _, v := range list {
		if v == o {
			return true
		}
	}
	return false
}

// Damage that comes while the log is open is not served either.
func TestRot(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "log.jsonl"))
	mustAppend(t, l, messages(0, 10)...)
	file, err := os.OpenFile(l.Path(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte("x"), l.index.at(4).pos+20); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(offsets(all(t, l))); got != "[1 2 3 5 6 7 8 9 10]" {
		t.Error(got)
	}
	if l.Rotten() == 0 {
		t.Error("not counted")
	}
	if ms, err := l.Read(4, 1); err != nil || len(ms) != 1 || ms[0].Offset != 5 {
		t.Errorf("Read(4): %v %v", offsets(ms), err)
	}
}

// A hostile offset may not make the index huge.
func TestLeapingOffset(t *testing.T) {
	file, _ := written(2)
	m := message(2)
	m.Offset = 1e15
	file = feed.AppendLine(file, &m)
	m.Offset = 3
	file = feed.AppendLine(file, &m)
	path := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	l := open(t, path)
	if l.Len() != 3 || l.Repair().CorruptTotal != 1 {
		t.Errorf("Len %d, %+v", l.Len(), l.Repair())
	}
}

// On a full disk a batch is refused whole, readers never see a part of it, and it can be appended later.
func TestShortWrite(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "log.jsonl"))
	mustAppend(t, l, messages(0, 100)...)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	small := before
	small.Cur = uint64(l.end) + 1000 // some lines fit, the batch does not
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Skipf("the file size can not be limited here: %v", err)
	}
	batch := messages(90, 200)
	_, err := l.Append(batch)
	if e := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); e != nil {
		t.Fatal(e)
	}
	if !errors.Is(err, syscall.EFBIG) {
		t.Fatalf("append to a full disk: %v", err)
	}
	info, err := os.Stat(l.Path())
	if err != nil || info.Size() != l.end || l.Len() != 100 || len(all(t, l)) != 100 {
		t.Fatalf("file has %d bytes, log %d; %d messages, %v", info.Size(), l.end, l.Len(), err)
	}
	kept, err := l.Append(batch)
	if err != nil || len(kept) != 100 || kept[0].Offset != 101 || len(all(t, l)) != 200 {
		t.Fatalf("again: %d, %v", len(kept), err)
	}
}

// The disk is told within a second, and a disk that does not take it is reported.
func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := Open(filepath.Join(t.TempDir(), "log.jsonl"), "9574")
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, messages(0, 1)...)
		time.Sleep(syncEvery)
		synctest.Wait()
		if err := l.SyncError(); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, messages(1, 2)...)
		if err := l.file.Close(); err != nil { // stands for a disk that is gone
			t.Fatal(err)
		}
		time.Sleep(syncEvery - time.Nanosecond)
		synctest.Wait()
		if err := l.SyncError(); err != nil {
			t.Fatalf("synced too early: %v", err)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if err := l.SyncError(); !errors.Is(err, os.ErrClosed) {
			t.Fatalf("not synced after a second: %v", err)
		}
		if err := l.Close(); !errors.Is(err, os.ErrClosed) {
			t.Fatalf("Close hides that the last sync failed: %v", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	file, lines := written(3)
	f.Add(file)
	f.Add(file[:lines[2]+7])
	f.Add([]byte("{\"pitwall\":1,\"session\":\"\"}\n\n\n{\"o\":1"))
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(t.TempDir(), "log.jsonl")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := Open(path, "")
		if err != nil {
			return
		}
		defer l.Close()
		n := l.Len()
		m := feed.Message{Topic: "Fuzz", Payload: []byte(`"unheard of"`), Time: t0}
		if kept, err := l.Append([]feed.Message{m}); err != nil || len(kept) != 1 || kept[0].Offset != n+1 {
			t.Fatalf("append: %v %v", kept, err)
		}
		held := 0
		if err := l.Each(1, func(*feed.Message) error { held++; return nil }); err != nil || held == 0 {
			t.Fatalf("%d messages, %v", held, err)
		}
	})
}
