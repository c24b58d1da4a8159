package ingest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
)

// What real recordings hold goes into the log whole: every message, in order, untouched, equal ones of
// one instant too (the 2020 Belgian race sends TrackStatus 1, 2, 1 in one millisecond).
func TestRealRecordings(t *testing.T) {
	shared, err := filepath.Abs("../../../shared/data/live-timing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("../shared is not here, so there are no real recordings: %v", err)
	}
	repeated := 0
	f := func(path, key string) {
		t.Helper()
		open := func() (Reader, error) { return recording.Open(filepath.Join(shared, path)) }
		in, told := run(t, nil, Replay("recording", 0, open))
		s := in.Status()[0]
		if s.DeadLetters > 0 || s.Known > 0 || s.Kept != s.Received || s.Session != key || len(*told) == 0 {
			t.Errorf("%s: %+v", path, s)
		}
		reader, err := recording.Open(filepath.Join(shared, path))
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		var want feed.Message
		if err := in.Log(s.Session).Each(1, func(m *feed.Message) error {
			if err := reader.Next(&want); err != nil {
				return err
			}
			if m.Occurrence > 0 {
				repeated++
			}
			if m.Topic != want.Topic || !bytes.Equal(m.Payload, blank(want.Payload)) || !m.Time.Equal(want.Time) || m.Snapshot != want.Snapshot {
				t.Fatalf("%s: %d is %s %v %s, want %s %v %s", path, m.Offset, m.Topic, m.Time, m.Payload, want.Topic, want.Time, want.Payload)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := reader.Next(&want); !errors.Is(err, io.EOF) {
			t.Errorf("%s: the log ends before %s %s, %v", path, want.Topic, want.Payload, err)
		}
		t.Logf("%s: %d messages", path, s.Kept)
	}
	f("archive/2020/2020-08-30_Belgian_Grand_Prix/2020-08-30_Race", "5792")
	f("recordings/2024-07-05_silverstone_fp1_jsonl", "9551")
	f("recordings/2024-05-18_imola_qualifying_hubframes", "9511")
	f("recordings/2021-03-28_bahrain_with_errors_pyrepr", "x9de17139f219cf56")
	if repeated == 0 {
		t.Error("no message came twice in one instant; the recordings have such")
	}
}

func blank(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, b)
}
