package ergast

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/dialect/ergast/ergasttest"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
)

// opened is an empty store.
func opened(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serving is a server over a store at a moment.
func serving(t *testing.T, s Store, sessions Sessions, now time.Time) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	NewServer(NewShelf(s, sessions, func() time.Time { return now }, slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler)).Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// season24 is a moment after the season of 2023, of which the fixture has results.
var season24 = time.Date(2024, 1, 10, 12, 0, 0, 0, time.UTC)

// fixtureServer serves the service's own rows out of a store.
func fixtureServer(t *testing.T) *httptest.Server {
	return serving(t, fixture(t), nil, season24)
}

func get(t *testing.T, url string) (int, http.Header, []byte) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, b
}

// expected are recorded replies by path and query.
func expected(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(reference.Path(t, "jolpica", folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		ergasttest.Unzipped(t, path, func(r io.Reader) {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.NewReplacer("@", "/", "^", "?").Replace(strings.TrimSuffix(filepath.Base(path), ".gz"))
			if was := all[name]; was != nil && !reflect.DeepEqual(was, b) {
				t.Errorf("two replies for %s", name)
			}
			all[filepath.Base(filepath.Dir(path))+" "+name] = b
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every reply that the service expects of itself comes out of its own rows. What differs by the comparison rules of the
// service's own tests does not count: addresses, the round of a standings table that was not asked for, the order of
// equal counts.
func TestServiceReplies(t *testing.T) {
	server := fixtureServer(t)
	all := expected(t, "ergast_fixture_responses")
	equal := 0
	for name, want := range all {
		_, path, _ := strings.Cut(name, " ")
		code, _, got := get(t, server.URL+"/ergast/f1/"+path)
		if code != http.StatusOK {
			t.Errorf("%s: %d %s", path, code, got)
			continue
		}
		old := strings.Contains(string(want), "ergast.com\\/mrd") || strings.Contains(string(want), "ergast.com/mrd") // recorded from Ergast
		if difference := differ(comparable(t, path, want, old), comparable(t, path, got, old), ""); difference != "" {
			t.Errorf("%s: %s", path, difference)
			continue
		}
		equal++
	}
	t.Logf("%d of %d replies equal", equal, len(all))
	if len(all) != 115 {
		t.Errorf("%d recorded replies, there were 115", len(all))
	}
}

// comparable is a reply without what does not count.
func comparable(t *testing.T, path string, body []byte, old bool) any {
	t.Helper()
	var v map[string]map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v: %.200s", path, err, body)
	}
	data := v["MRData"]
	if races, ok := data["RaceTable"].(map[string]any); ok && old {
		for _, r := range races["Races"].([]any) {
			if r := r.(map[string]any); r["SprintShootout"] != nil { // Ergast called it a practice
				r["SecondPractice"] = r["SprintShootout"]
				delete(r, "SprintShootout")
			}
		}
	}
	delete(data, "xmlns")
	delete(data, "url")
	if table, ok := data["StandingsTable"].(map[string]any); ok && len(strings.Split(path, "/")) > 1 {
		if _, err := strconv.Atoi(strings.Split(path, "/")[1]); err != nil {
			delete(table, "round")
		}
	}
	if table, ok := data["StatusTable"].(map[string]any); ok {
		slices.SortFunc(table["Status"].([]any), func(x, y any) int {
			return strings.Compare(x.(map[string]any)["status"].(string), y.(map[string]any)["status"].(string))
		})
	}
	withoutURLs(data)
	return data
}

// withoutURLs removes the links to articles, which have moved since some replies were recorded.
func withoutURLs(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "url")
		for _, x := range v {
			withoutURLs(x)
		}
	case []any:
		for _, x := range v {
			withoutURLs(x)
		}
	}
}

// differ says where two values differ first, "" nowhere.
func differ(want, got any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		for k := range g {
			if _, known := w[k]; !known {
				return at + "." + k + ": not expected: " + brief(g[k])
			}
		}
		for k := range w {
			if d := differ(w[k], g[k], at+"."+k); d != "" {
				return d
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok {
			break
		}
		for i := range min(len(w), len(g)) {
			if d := differ(w[i], g[i], at+"["+strconv.Itoa(i)+"]"); d != "" {
				return d
			}
		}
		if len(w) == len(g) {
			return ""
		}
		return at + ": " + strconv.Itoa(len(g)) + " elements, want " + strconv.Itoa(len(w))
	default:
		if reflect.DeepEqual(want, got) {
			return ""
		}
	}
	return at + ": " + brief(got) + ", want " + brief(want)
}

func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b[:min(len(b), 200)])
}
