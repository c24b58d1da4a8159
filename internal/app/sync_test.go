package app

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/dialect/ergast/ergasttest"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

// publisher is a pitwall that serves two real recordings of a season as the static archive, and some rounds of that season as
// Ergast does, behind a counter of requests.
type publisher struct {
	url   string
	own   string // address of the pitwall itself
	asked atomic.Int64
	fault atomic.Pointer[fault]
}

// fault answers some requests otherwise than the publisher does; it is true for those that it has answered.
type fault func(w http.ResponseWriter, r *http.Request) bool

// failing has requests answered otherwise until the function that it gives is called.
func (p *publisher) failing(f fault) (end func()) {
	p.fault.Store(&f)
	return func() { p.fault.Store(nil) }
}

// syncedRounds are the rounds of 2020 that are published: two with a recording, one without.
var syncedRounds = []int{5, 6, 7}

func publishing(t *testing.T) *publisher {
	t.Helper()
	data := t.TempDir()
	root := reference.Path(t, "live-timing", "archive", "2020")
	pitwallRun(t, 0, "import", "--data", data, filepath.Join(root, "2020-08-09_70th_Anniversary_Grand_Prix", "2020-08-07_Practice_2"),
		filepath.Join(root, "2020-08-30_Belgian_Grand_Prix", "2020-08-30_Race"))
	s := syncedStore(t, data)
	pages := slices.DeleteFunc(slices.Clone(ergasttest.Pages(t)), func(p almanac.Page) bool {
		return p.Season != 0 && p.Season != 2020 || p.Round != 0 && !slices.Contains(syncedRounds, p.Round)
	})
	for i := range pages {
		if pages[i].Kind != almanac.Races {
			continue
		}
		races, err := almanac.Decode[almanac.Race](&pages[i])
		if err == nil {
			pages[i].Body, err = almanac.Encode(slices.DeleteFunc(races, func(r almanac.Race) bool { return !slices.Contains(syncedRounds, r.Round) }))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.PutPages(t.Context(), pages), s.Close()); err != nil {
		t.Fatal(err)
	}
	cmd, at := startProcess(t, pitwallWithin(t, 20*time.Minute, t.TempDir(), "serve", "--source", "sim:1", "--data", data, "--listen", "127.0.0.1:0"))
	t.Cleanup(func() { stopServer(t, cmd) })
	to, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	p := &publisher{own: at}
	forward := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		if f := p.fault.Load(); f != nil && (*f)(w, r) {
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p.url = front.URL
	return p
}

func (p *publisher) args(data string, more ...string) []string {
	return append([]string{"sync", "--season", "2020", "--data", data, "--archive", p.url + "/livetiming/static/",
		"--openf1", p.url + "/openf1/v1", "--jolpica", p.url + "/ergast/f1"}, more...)
}

// syncedStore is the store of a data folder, or that of the URL.
func syncedStore(t *testing.T, data string, url ...string) store.Store {
	t.Helper()
	if len(url) > 0 && url[0] != "" {
		s, err := openPostgres(t.Context(), url[0])
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s, err := sqlite.Open(t.Context(), filepath.Join(data, "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// content is all that a run has stored, by what it is: rows, classifications, pages, reference data, logs. When it was read
// and stored is left out. versions are those of the sessions, which rise with every change.
func content(t *testing.T, data string, url ...string) (all map[string]string, versions map[string]int64) {
	t.Helper()
	s := syncedStore(t, data, url...)
	defer s.Close()
	all, versions = map[string]string{}, map[string]int64{}
	no := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sessions, err := s.Sessions(t.Context(), store.SessionQuery{})
	no(err)
	for _, x := range sessions {
		versions[x.ID] = x.Version
		x.Version, x.Changed = 0, time.Time{}
		all["session "+x.ID] = fmt.Sprintf("%+v", x)
		for _, table := range tables.Names() {
			var b strings.Builder
			for row, err := range s.Rows(t.Context(), &store.Query{Session: x.SessionKey, Table: table}) {
				no(err)
				fmt.Fprintln(&b, row.N, row.Cells)
			}
			all["rows "+x.ID+" "+table] = b.String()
		}
		results, err := s.Versions(t.Context(), x.SessionKey)
		no(err)
		for _, v := range results {
			v, err = s.Results(t.Context(), x.SessionKey, v.Known)
			no(err)
			all[fmt.Sprint("results ", x.ID, " ", v.Version)] = fmt.Sprintf("%+v", v)
		}
	}
	pages, err := s.Pages(t.Context(), store.PageQuery{Versions: true})
	no(err)
	for _, p := range pages {
		all[fmt.Sprint("page ", p.Name, " ", p.Version)] = string(p.Status) + p.Source + string(p.Body)
	}
	r, err := s.Reference(t.Context())
	no(err)
	all["reference"] = fmt.Sprintf("%+v", r)
	for path, text := range readAllFiles(t, filepath.Join(data, "sessions")) {
		all["file "+path] = string(text)
		if filepath.Base(path) == logName { // when its messages were received is another matter
			delete(all, "file "+path)
			all["log "+path] = messagesOf(t, filepath.Join(data, "sessions", path))
		}
	}
	return all, versions
}

// messagesOf are the messages of a log as their source sent them.
func messagesOf(t *testing.T, path string) string {
	t.Helper()
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var b strings.Builder
	if err := log.Each(1, func(m *feed.Message) error {
		fmt.Fprintln(&b, m.Offset, m.Topic, m.Time.UTC(), string(m.Payload))
		return nil
	}); err != nil || log.Repair().CorruptTotal > 0 {
		t.Fatalf("%s: %v, %+v", path, err, log.Repair())
	}
	return b.String()
}

func sameContent(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s: %d bytes, want %d\n got %.300s\nwant %.300s", what, name, len(got[name]), len(want[name]), got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is too much", what, name)
		}
	}
}

// A season comes into an empty folder out of our own archive and our own record: logs as the recordings are, classifications,
// tables of the sessions that have no recording. Once more changes nothing and asks for almost nothing. Killed at random
// moments and begun anew it comes to the same.
func TestSync(t *testing.T) {
	p := publishing(t)
	data := t.TempDir()
	began := time.Now()
	out, said := pitwallRun(t, exitDone, p.args(data)...)
	took := time.Since(began)
	says(t, out, `stored +2020/2020-08-07_[^ ]+ +archive +session rec`, `stored +Belgian Grand Prix 2020 Race +archive`, `stored +calendar of 2020`,
		`stored +round 6 of 2020, Spanish Grand Prix +jolpica +results final`, `stored +spanish_2020_race +jolpica +tables of the record: 20 results`, `\d+ stored, 0 missing, 0 unchanged`)
	want, versions := content(t, data)
	first := p.asked.Load()
	syncedWell(t, data)
	t.Logf("%d requests, %v, %d things stored\n%s%s", first, took, len(want), out, said)

	out, _ = pitwallRun(t, exitDone, p.args(data)...)
	says(t, out, `^0 stored, 0 missing, \d+ unchanged`)
	got, now := content(t, data)
	sameContent(t, "once more", got, want)
	for id, v := range versions {
		if now[id] != v {
			t.Errorf("once more: session %s has version %d and had %d", id, now[id], v)
		}
	}
	if more := p.asked.Load() - first; more > first/10+5 {
		t.Errorf("once more: %d requests, %d at first", more, first)
	}

	kills := 3
	if os.Getenv("PITWALL_FULL") != "" {
		kills = 10
	}
	killedSyncs(t, p, kills, first, took, want, func(*testing.T) []string { return nil })
	killedAfterRows(t, p, data, want)
}

// killedSyncs kills runs at random moments, begins them anew, and holds what they come to to that of an undisturbed run. more
// are arguments for a run on empty ground; a store among them is looked into.
func killedSyncs(t *testing.T, p *publisher, kills int, requests int64, took time.Duration, want map[string]string, more func(*testing.T) []string) {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	runs, met, args := 0, 0, more(t)
	for killed := t.TempDir(); met < kills; runs++ {
		if runs > 20*kills {
			t.Fatalf("only %d of %d runs could be killed", met, runs)
		}
		if killedSync(t, p, p.args(killed, args...), random.Int64N(requests), time.Duration(random.Int64N(int64(took/4)))) {
			if met++; met < kills {
				continue
			}
			pitwallRun(t, exitDone, p.args(killed, args...)...)
		}
		// It is through, after however many lives.
		got, _ := content(t, killed, storeOf(args))
		sameContent(t, fmt.Sprintf("killed %d times in all", met), got, want)
		if left, err := filepath.Glob(filepath.Join(killed, "sync", ".*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		killed, args = t.TempDir(), more(t)
	}
	t.Logf("%d of %d runs were killed", met, runs)
}

// storeOf is the --store among arguments, "" for none.
func storeOf(args []string) string {
	if at := slices.Index(args, "--store"); at >= 0 {
		return args[at+1]
	}
	return ""
}

// killedAfterRows makes what a run leaves that is killed between the rows of its sessions and what is told after them, a moment
// that is seldom met: no logs, notes and classifications.
func killedAfterRows(t *testing.T, p *publisher, data string, want map[string]string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "pitwall.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "DELETE FROM result_versions WHERE session_key NOT LIKE 'his%'")
	if err := errors.Join(err, db.Close(), os.RemoveAll(filepath.Join(data, "sessions")), os.Remove(filepath.Join(data, "sync", "recordings.json"))); err != nil {
		t.Fatal(err)
	}
	pitwallRun(t, exitDone, p.args(data)...)
	got, _ := content(t, data)
	sameContent(t, "killed after the rows", got, want)
}

// killedSync kills a run after a number of requests and then some time, so that fetching and storing are met alike. It is false for
// a run that was through before.
func killedSync(t *testing.T, p *publisher, args []string, requests int64, later time.Duration) bool {
	t.Helper()
	cmd := pitwallProcess(t, t.TempDir(), args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	until := p.asked.Load() + requests
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	var kill <-chan time.Time
	for limit := time.After(time.Minute); ; {
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("it ended by itself: %v\n%s", err, said.String())
			}
			return false
		case <-look.C:
			if kill == nil && p.asked.Load() >= until {
				kill = time.After(later)
			}
		case <-kill:
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			return <-ended != nil
		case <-limit:
			t.Fatalf("it hangs\n%s", said.String())
		}
	}
}

// syncedWell holds a store to the recordings and to the record.
func syncedWell(t *testing.T, data string) {
	t.Helper()
	s := syncedStore(t, data)
	defer s.Close()
	ctx := context.Background()
	spa, err := s.Find(ctx, "belgian_2020_race")
	if err != nil || spa.Source != "log" || spa.Round.Value != 7 {
		t.Fatalf("%+v, %v", spa, err)
	}
	versions, err := s.Versions(ctx, spa.SessionKey)
	if err != nil || len(versions) == 0 || versions[len(versions)-1].Source != "ergast" || versions[len(versions)-1].Status != store.ResultFinal {
		t.Fatalf("%+v, %v", versions, err)
	}
	official, err := s.Results(ctx, spa.SessionKey, time.Time{})
	if err != nil || len(official.Rows) != 20 || official.Rows[0].DriverNumber != 44 || official.Rows[0].Points.Value != 25 {
		t.Errorf("%+v, %v", official.Rows, err)
	}
	all, err := s.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(x store.Session) bool { return strings.HasPrefix(x.SessionKey, "rec") }) // its feed did not name it
	if at < 0 || all[at].Source != "log" || !all[at].Whole {
		t.Fatalf("the practice is not there: %+v", all)
	}
	barcelona, err := s.Find(ctx, "spanish_2020_race")
	if err != nil || barcelona.Source != "ergast" || barcelona.Round.Value != 6 {
		t.Errorf("%+v, %v", barcelona, err)
	}
	for _, key := range []string{spa.SessionKey, all[at].SessionKey} {
		if _, err := os.Stat(filepath.Join(data, "sessions", key, logName)); errors.Is(err, fs.ErrNotExist) {
			t.Errorf("no log of %s", key)
		}
	}
	r, err := s.Reference(ctx)
	if err != nil || len(r.Races) != 3 || r.Races[2].ID != "belgian_2020" || r.Races[2].CircuitID != "spa_francorchamps" {
		t.Errorf("%+v, %v", r.Races, err)
	}
}
