package app

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// A server with --keep-samples gives up older samples when it starts, and keeps the rest of their sessions.
func TestKeepSamples(t *testing.T) {
	path, _ := dense(t, 2000)
	data := t.TempDir()
	flags := storeFlags{Store: "sqlite:" + filepath.Join(data, "pitwall.db")}
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	k, err := flags.open(e, data)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 5, 26, 13, 0, 0, 0, time.UTC)
	b := &store.Batch{Session: f1.SessionRow{SessionKey: "old", Season: f1.Some(2019), Type: f1.Race, DateStart: f1.Some(at)}, Source: "log", Log: "x", Offset: 1, Ended: true, Whole: true,
		Telemetry: []f1.TelemetryRow{{SessionKey: "old", DriverNumber: 4, Time: at, Speed: f1.Some(int16(100))}}}
	if err := k.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	samples := func() (n int) {
		for _, err := range k.Rows(t.Context(), &store.Query{Session: "old", Table: "telemetry"}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if n := samples(); n != 1 {
		t.Fatalf("%d samples", n)
	}
	cmd, _ := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--keep-samples", "1", "--listen", freeAddress(t))
	deadline, tick := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for samples() > 0 {
		select {
		case <-deadline:
			t.Fatal("the samples are still there")
		case <-tick.C:
		}
	}
	stopServer(t, cmd)
	if _, err := k.Find(t.Context(), "old"); err != nil {
		t.Error(err)
	}
	if err := k.close(); err != nil {
		t.Error(err)
	}
	for _, args := range [][]string{{"--keep-samples", "-1"}, {"--keep-samples", "2", "--store", "none"}} {
		var said bytes.Buffer
		if code := Main(append([]string{"serve", "--data", data}, args...), nil, &said, &said); code != exitUsage || !strings.Contains(said.String(), "--keep-samples") {
			t.Errorf("%v: exit code %d: %s", args, code, said.String())
		}
	}
}

// Doctor tells of room in the store that nothing uses, once it is a good part of it.
func TestDoctorTellsOfRoom(t *testing.T) {
	data := t.TempDir()
	flags := storeFlags{Store: "sqlite:" + filepath.Join(data, "pitwall.db")}
	k, err := flags.open(&env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}, data)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 5, 26, 13, 0, 0, 0, time.UTC)
	b := &store.Batch{Session: f1.SessionRow{SessionKey: "old", Season: f1.Some(2019), Type: f1.Race, DateStart: f1.Some(at)}, Source: "log", Log: "x", Offset: 1, Ended: true, Whole: true}
	x := uint32(1)
	for i := range 200_000 { // of which none is like the one before
		x = x*1664525 + 1013904223
		b.Locations = append(b.Locations, f1.LocationRow{SessionKey: "old", DriverNumber: 1 + i%20, Time: at.Add(time.Duration(i/20) * 200 * time.Millisecond), X: float64(x >> 12), Y: float64(x >> 7), Z: float64(x >> 16)})
	}
	examine := func() string {
		var said bytes.Buffer
		if code := Main([]string{"doctor", "--quick", "--data", data}, nil, &said, &said); code != 0 {
			t.Errorf("exit code %d: %s", code, &said)
		}
		return said.String()
	}
	if err := k.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if said := examine(); strings.Contains(said, "could be freed") {
		t.Errorf("a store that is full: %s", said)
	}
	if err := k.Remove(t.Context(), "old"); err != nil {
		t.Fatal(err)
	}
	says(t, examine(), `(?m)^note +store .*: [\d.]+ MB of its [\d.]+ MB hold nothing any more and could be freed -> .*--keep-samples`)
	if err := k.close(); err != nil {
		t.Error(err)
	}
}
