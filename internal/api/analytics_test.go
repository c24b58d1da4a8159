package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/api"
	"pitwall.live/internal/tables"
)

// Every question is a resource, listed with what it takes and gives, and its answer is the same in every format.
func TestQuestions(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 8, 5))
	s.keep(d)
	list := decode[api.Questions](t, s.get("/analytics"))
	if len(list.Questions) != len(analytics.All()) {
		t.Fatalf("%d questions are listed, there are %d", len(list.Questions), len(analytics.All()))
	}
	car := d.State.Laps()[0].DriverNumber
	for _, q := range list.Questions {
		t.Run(q.Name, func(t *testing.T) {
			path := "/analytics/" + q.Name
			if q.Name != "telemetry_overlay" {
				if rows := decode[page](t, s.get(path)); len(rows.Data) > 0 {
					t.Errorf("%d rows of a simulated session as of a real one", len(rows.Data))
				}
				path += "?simulated=1"
			}
			if q.Name == "telemetry_overlay" {
				path += "?" + url.Values{"laps": {fmt.Sprintf("%s/%d:fastest,%s/%d:3", d.Key(), car, d.Key(), car)}, "every_m": {"50"}}.Encode()
			}
			question, err := analytics.Find(q.Name)
			if err != nil {
				t.Fatal(err)
			}
			var columns []string
			for _, c := range q.Columns {
				columns = append(columns, c.Name)
			}
			rows := decode[page](t, s.get(path))
			if len(rows.Data) == 0 || rows.Next != "" {
				t.Fatalf("%d rows, next cursor %q", len(rows.Data), rows.Next)
			}
			var lines bytes.Buffer
			for _, row := range rows.Data {
				lines.Write(row)
				lines.WriteByte('\n')
				if cells := decode[map[string]any](t, row); len(cells) != len(columns) {
					t.Fatalf("a row of %d cells: %s", len(cells), row)
				}
			}
			if got := s.get(path, "Accept: application/x-ndjson"); !bytes.Equal(got, lines.Bytes()) {
				t.Errorf("JSON lines differ from the page:\n%.300s\n%.300s", got, lines.Bytes())
			}
			records, err := csv.NewReader(bytes.NewReader(s.get(path, "Accept: text/csv"))).ReadAll()
			if err != nil || len(records) != len(rows.Data)+1 || strings.Join(records[0], ",") != strings.Join(columns, ",") {
				t.Errorf("CSV: %d records under %v, %v", len(records), records[0], err)
			}
			body := s.get(path, "Accept: "+tables.Parquet.MediaType())
			file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
			if err != nil || file.NumRows() != int64(len(rows.Data)) || len(file.Schema().Fields()) != len(question.Columns) {
				t.Errorf("Parquet: %v", err)
			}
			resp, _ := s.ask(path)
			if again, body := s.ask(path, "If-None-Match: "+resp.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || len(body) > 0 {
				t.Errorf("the same again is %s with %d bytes", again.Status, len(body))
			}
		})
	}
}

// What can not be asked is told as a problem that names it.
func TestQuestionsAreRefused(t *testing.T) {
	s := newStand(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/analytics/nothing":                                                     {404, "nothing at this path"},
		"/analytics/pace_by_stint?season_from=abc":                               {422, "season_from"},
		"/analytics/pace_by_stint?season=2021":                                   {422, "the nearest is"},
		"/analytics/degradation?fuel_ms=NaN":                                     {422, "fuel_ms"},
		"/analytics/telemetry_overlay":                                           {422, "laps is missing"},
		"/analytics/telemetry_overlay?laps=1":                                    {422, "none like"},
		"/analytics/telemetry_overlay?laps=1/2:3":                                {422, "no samples"},
		"/analytics/telemetry_overlay?laps=1/2:3&every_m=0.1":                    {422, "number from 1 to 1000"},
		"/analytics/teammates?team=" + strings.Repeat("x", 200):                  {422, "short text"},
		"/analytics/teammates?team=x&team=y":                                     {422, "more than once"},
		"/analytics/teammates?circuit_id=" + url.QueryEscape("' OR 1=1; DROP x"): {200, `"data":[]`},
	} {
		resp, body := s.ask(path)
		if resp.StatusCode != want.status || !strings.Contains(string(body), want.says) {
			t.Errorf("%s: %s %.300s", path, resp.Status, body)
		}
		if want.status != http.StatusOK && !json.Valid(body) {
			t.Errorf("%s: no problem: %.300s", path, body)
		}
	}
	if resp, body := s.ask("/analytics/teammates", "Accept: image/png"); resp.StatusCode != http.StatusNotAcceptable {
		t.Errorf("%s %s", resp.Status, body)
	}
}

// The description has every question with its parameters, and rows of its own even where a table has its name.
func TestQuestionsAreDescribed(t *testing.T) {
	s := newStand(t)
	document := decode[struct {
		Paths      map[string]map[string]struct{ Parameters []struct{ Name string } }
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}](t, s.get("/openapi.json"))
	for _, q := range analytics.All() {
		op, ok := document.Paths["/api/v1/analytics/"+q.Name]["get"]
		if !ok || len(op.Parameters) != len(q.Params)+1 {
			t.Errorf("%s: %d parameters are described, there are %d", q.Name, len(op.Parameters), len(q.Params))
		}
	}
	rows, answers := document.Components.Schemas["DegradationRow"], document.Components.Schemas["AnswerDegradationRow"]
	if rows.Properties["wear_s_per_lap"] == nil || answers.Properties["ms_per_lap"] == nil {
		t.Errorf("table: %v\nanswer: %v", rows, answers)
	}
}
