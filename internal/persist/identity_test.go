package persist_test

import (
	"strings"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
)

// What was made by older code or with other thresholds is made anew, and what a newer program made is left to it.
func TestMadeAnew(t *testing.T) {
	st := openSQLite(t)
	log := logOf(t, "5090")
	add(t, log, messages(t, baku))
	follow := func(p events.Params, doing persist.Doing) store.Session {
		t.Helper()
		w := persist.New(quick(t, st))
		stop := run(t, w)
		defer stop()
		w.Follow(log, persist.About{Key: "5090", Owner: true, Params: p})
		untilDoing(t, w, doing)
		at, err := st.Find(t.Context(), "5090")
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	first := follow(events.Defaults(), persist.Ended)
	// Rows as an older version of the program might have left them.
	version := func(n string) *store.Batch {
		parts := strings.Split(first.Log, ".")
		row := f1Row(t, log, "5090")
		return &store.Batch{Session: row, Source: first.Source, Log: parts[0] + "." + n + "." + parts[2], Offset: first.Offset, Whole: true, Replace: true, Ended: true}
	}
	if err := st.Write(t.Context(), version("99")); err != nil {
		t.Fatal(err)
	}
	if at := follow(events.Defaults(), persist.StandingBy); !strings.Contains(at.Log, ".99.") {
		t.Errorf("%+v", at)
	}
	older := version("99")
	older.Log = strings.Replace(older.Log, ".99.", ".1.", 1)
	older.Log = older.Log[:len(older.Log)-1] + "x" // other thresholds
	if err := st.Write(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	if at := follow(events.Defaults(), persist.Ended); at.Log != first.Log {
		t.Errorf("%s, want %s", at.Log, first.Log)
	}
	same(t, stored(t, st, "5090"), derived(t, "5090", log))
	strict := events.Defaults()
	strict.Battle.Enter /= 2
	if at := follow(strict, persist.Ended); at.Log == first.Log || at.Offset != log.Len() {
		t.Errorf("%+v", at)
	}
}

// f1Row is the row of the session itself.
func f1Row(t *testing.T, log interface {
	Each(from uint64, fn func(*feed.Message) error) error
}, key string) f1.SessionRow {
	t.Helper()
	s := derive.New(key, derive.Wish{})
	if err := log.Each(1, func(m *feed.Message) error { return s.Take(m) }); err != nil {
		t.Fatal(err)
	}
	return s.State.SessionRow()
}
