package ergast

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Paths that the service refuses, with its status and words, and forms of a path that are the same.
func TestPaths(t *testing.T) {
	server := fixtureServer(t)
	const missing, unsupported, final = "Bad Request: Missing one of the required parameters ['season_year', 'race_round'].",
		"Bad Request: Unsupported filter for endpoint.", "Bad Request: Endpoint does not support final filter."
	for path, want := range map[string]string{
		"2023/laps":            missing,
		"laps/1":               missing,
		"2023/pitstops.json":   missing,
		"driverstandings":      "Bad Request: Missing one of the required parameters ['season_year'].",
		"2023/11/laps/1/races": unsupported,
		"2023/laps/3/results":  unsupported,
		"2023/drivers/alonso/constructorstandings": unsupported,
		"2023/constructors/alfa/driverstandings":   unsupported,
		"2023/circuits/monza/driverstandings":      unsupported,
		"2023/grid/1/driverstandings.json":         unsupported,
		"2023/seasons/2":                           final,
		"2023/races/2":                             final,
		"":                                         "Not found.",
		"nothing":                                  "Not found.",
		"20233":                                    "Not found.",
		"2023/1/2/results":                         "Not found.",
		"last/results":                             "Not found.",
		"2023/grid/first/results":                  "Not found.",
		"2023/grid/1":                              "Not found.",
		"2023/results/x":                           "Not found.",
		"drivers/al%20onso/results":                "Not found.",
		"2023/RESULTS":                             "Not found.",
		strings.Repeat("grid/1/", 100) + "results": "Not found.",
	} {
		code, _, body := get(t, server.URL+"/ergast/f1/"+path)
		var f failure
		err := json.Unmarshal(body, &f)
		status := http.StatusBadRequest
		if want == "Not found." {
			status = http.StatusNotFound
		}
		if err != nil || f.Detail != want || code != status {
			t.Errorf("%s: %d %s, want %q", path, code, body, want)
		}
	}
	for path, same := range map[string]string{
		"2023/drivers/alonso/results":                       "2023/drivers/alonso/results.json",
		"2023/drivers/alonso/results/":                      "2023/drivers/alonso/results.json",
		"2023/drivers/alonso/results.json/":                 "2023/drivers/alonso/results.json",
		"2023/drivers/hamilton/drivers/alonso/results":      "2023/drivers/alonso/results.json", // the last holds
		"2023/driverStandings":                              "2023/driverstandings",
		"2023/last/results":                                 "2023/22/results",
		"2023/races":                                        "2023",
		"2023/constructors/ferrari/drivers/leclerc/results": "2023/drivers/leclerc/constructors/ferrari/results",
		"2023/results?limit=0":                              "2023/results?limit=x&offset=-3", // what is no number is not there
		"2023/results?limit=1000":                           "2023/results?limit=100",
		"2023/fastest/0/grid/1/results":                     "2023/grid/1/fastest/0/results",
		"2023/results/99999999999999999999":                 "2023/results/99999999999999999999/",
	} {
		var shown [2]any
		for i, p := range []string{path, same} {
			code, _, body := get(t, server.URL+"/ergast/f1/"+p)
			if code != http.StatusOK {
				t.Errorf("%s: %d %s", p, code, body)
				continue
			}
			shown[i] = comparable(t, p, body, false)
		}
		if d := differ(shown[1], shown[0], ""); d != "" {
			t.Errorf("%s and %s: %s", path, same, d)
		}
	}
}

// Headers are the service's: CORS, kept for ten minutes, gzip, a tag that is answered with 304.
func TestHeaders(t *testing.T) {
	server := fixtureServer(t)
	ask := func(method string, header ...string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/ergast/f1/2023/9/results.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	r := ask("GET", "Accept-Encoding", "gzip, br")
	if h := r.Header; r.StatusCode != 200 || h.Get("Content-Encoding") != "gzip" || h.Get("Cache-Control") != "max-age=600" ||
		h.Get("Content-Type") != "application/json" || h.Get("ETag") == "" {
		t.Errorf("%d %v", r.StatusCode, h)
	}
	if got := ask("GET", "If-None-Match", r.Header.Get("ETag")); got.StatusCode != http.StatusNotModified {
		t.Errorf("%d", got.StatusCode)
	}
	if got := ask("HEAD", "Accept-Encoding", "identity"); got.StatusCode != 200 || got.ContentLength < 1000 {
		t.Errorf("%d %d", got.StatusCode, got.ContentLength)
	}
	if got := ask("POST"); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("%d", got.StatusCode)
	}
	if got := ask("OPTIONS"); got.StatusCode != http.StatusNoContent || !strings.Contains(got.Header.Get("Access-Control-Allow-Methods"), "GET") {
		t.Errorf("%d", got.StatusCode)
	}
	code, _, body := get(t, server.URL+"/api/f1/2023/9/Drivers/alonso/x")
	if code != http.StatusNotFound {
		t.Errorf("%d %s", code, body)
	}
	_, _, body = get(t, server.URL+"/api/f1/current/driverStandings.json?limit=1")
	if want := fmt.Sprintf(`"url":"%s/api/f1/current/driverstandings.json"`, server.URL); !strings.Contains(string(body), want) {
		t.Errorf("%s, want %s", body, want)
	}
}

// No path and no reply makes the readers panic.
func FuzzPath(f *testing.F) {
	for _, p := range []string{"2023/1/results.json", "current/last/drivers/x/laps/3", "grid/1/status/", "2023//", "/.json/"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		q, err := parsePath(path)
		if err != nil {
			return
		}
		if !endpoints[q.endpoint] {
			t.Errorf("%q: endpoint %q", path, q.endpoint)
		}
		_ = q.table()
	})
}
