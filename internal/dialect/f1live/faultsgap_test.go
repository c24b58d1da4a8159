package f1live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/backfill"
	"pitwall.live/internal/bus"
	"pitwall.live/internal/derive"
	"pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/tables"
)

// archived serves a whole session as the static archive does, reads it as our client does, and gives what it read.
func archived(t *testing.T, p play) backfill.Recording {
	t.Helper()
	b, err := bus.New(bus.Default())
	if err == nil {
		err = b.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	service := live.New(b, cfg)
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(numbered(p.all)); err != nil {
		t.Fatal(err)
	}
	if _, err := service.Add(t.Context(), log, live.About{Key: keyOf(p)}, nil, nil); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	archive.Mount(mux, service, archive.Default())
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		service.Close()
		if err := errors.Join(b.Close(context.Background()), log.Close()); err != nil {
			t.Error(err)
		}
	})
	read := archive.DefaultRead()
	read.URL, read.Dir, read.Every = server.URL+"/livetiming/static/", t.TempDir(), 0
	client, err := archive.NewClient(read)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	newest, err := client.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pages, err := client.Session(t.Context(), newest.Path, nil)
	if err == nil {
		err = pages.Failed()
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(take func(*feed.Message) error) error {
		r, err := recording.Open(pages.Folder)
		if err != nil {
			return err
		}
		defer r.Close()
		for {
			var m feed.Message
			if err := r.Next(&m); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := take(&m); err != nil {
				return err
			}
		}
	}
}

// numbered is a copy of messages with equal ones counted, as ingest does.
func numbered(all []feed.Message) []feed.Message {
	all, seen := slices.Clone(all), map[uint64]uint32{}
	for i := range all {
		h := all[i].Said()
		all[i].Occurrence = seen[h]
		seen[h]++
	}
	return all
}

// derived are all tables of a session's messages, a text each. Events name their evidence by what it says: places in
// the log are another matter.
func derived(t *testing.T, key string, all []feed.Message) map[string]string {
	t.Helper()
	s := derive.New(key, derive.All())
	for i := range all {
		if err := s.Take(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	rows, out := s.Rows(), map[string]string{}
	for _, table := range tables.All() {
		if table.Name == "events" {
			continue
		}
		var b strings.Builder
		for row := range rows.Cells(table.Name) {
			fmt.Fprintln(&b, row)
		}
		out[table.Name] = b.String()
	}
	var b strings.Builder
	for _, e := range events.Newest(s.Journal()) {
		var cited []string
		for _, offset := range e.Evidence {
			m := &all[offset-1]
			cited = append(cited, fmt.Sprint(m.Topic, m.Time, m.Occurrence, string(m.Payload)))
		}
		slices.Sort(cited)
		e.Evidence, e.Offset = nil, 0
		fmt.Fprintf(&b, "%+v %q\n", e, cited)
	}
	out["events"] = b.String()
	return out
}

// mended mends the log of a session that is over from its archive, and gives the messages that it has then.
func mended(t *testing.T, dir string, p play) (all []feed.Message, gaps []backfill.Filled) {
	t.Helper()
	path := sessionlog.Path(dir, keyOf(p))
	m, err := backfill.Mend(t.Context(), path, archived(t, p))
	if err != nil {
		t.Fatal(err)
	}
	old, err := sessionlog.Open(path, keyOf(p))
	if err != nil {
		t.Fatal(err)
	}
	log, err := m.Replace(old, "name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(log.Close(), old.Close(), m.Close()); err != nil {
			t.Error(err)
		}
	}()
	if err := log.Each(1, func(m *feed.Message) error {
		c := *m
		c.Payload = bytes.Clone(m.Payload)
		all = append(all, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all, m.Gaps
}

// A connection is lost for minutes; when the session is in the archive the gap is filled from there, and all that is made of
// the log is as if nothing had happened. What need not be the same is the order of messages of different topics whose times
// step back: a page of the archive knows no order but that of its own lines.
func TestFaultBackfilled(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		want := undisturbed(t, p).all
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.cut()
		tr.away()
		tr.subscribed(2)
		tr.lost(tr.done(), 1)
		had, _ := tr.house.kept(tr.key)
		tr.house.end()
		got, gaps := mended(t, tr.house.dir, p)
		t.Logf("%d messages, %d had arrived, %d without the cut; %+v", len(got), len(had), len(want), gaps)
		if len(got) != len(want) || len(gaps) != 1 || gaps[0].Messages != p.third() || len(gaps[0].Lacking) > 0 {
			t.Errorf("%d messages, want %d; gaps %+v", len(got), len(want), gaps)
		}
		if g, w := byTopic(got), byTopic(want); !maps.EqualFunc(g, w, slices.Equal) {
			t.Error("the messages of a topic are others, or in another order")
		}
		g, w := derived(t, tr.key, got), derived(t, tr.key, want)
		for name := range w {
			if g[name] != w[name] {
				t.Errorf("table %s differs: %d bytes, want %d", name, len(g[name]), len(w[name]))
			}
		}
		if len(w["laps"]) < 5000 || len(w["events"]) < 5000 || len(w["telemetry"]) < 5000 {
			t.Errorf("%d, %d and %d bytes of tables prove nothing", len(w["laps"]), len(w["events"]), len(w["telemetry"]))
		}
	})
}

// byTopic are messages, a text each.
func byTopic(all []feed.Message) map[string][]string {
	out := map[string][]string{}
	for i := range all {
		m := &all[i]
		out[m.Topic] = append(out[m.Topic], fmt.Sprint(m.Time, m.Snapshot, m.Gap, m.Occurrence, string(m.Payload)))
	}
	return out
}
