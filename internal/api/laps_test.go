package api_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"pitwall.live/internal/live"
)

// compared is what a comparison of laps answers.
type compared struct {
	By   string `json:"by"`
	Laps []struct {
		Session  string     `json:"session_key"`
		Driver   int        `json:"driver_number"`
		Lap      int        `json:"lap_number"`
		Time     int        `json:"lap_time_ms"`
		Length   float64    `json:"length_m"`
		Distance []float64  `json:"distance_m"`
		Seconds  []float64  `json:"seconds_s"`
		Speed    []*float64 `json:"speed_kmh"`
		Gear     []*float64 `json:"gear"`
		RPM      []*float64 `json:"rpm"`
		Delta    []float64  `json:"delta_s"`
	} `json:"laps"`
}

func TestCompareLaps(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 4, 3)
	d := derived(messages)
	s.keep(d)
	path := "/sessions/" + d.Key() + "/telemetry/laps?laps=44:3,1:3,44:fastest"
	c := decode[compared](t, s.get(path+"&every=20&delta_to=44:3"))
	if c.By != "distance" || len(c.Laps) != 3 || c.Laps[0].Driver != 44 || c.Laps[1].Lap != 3 {
		t.Fatalf("%+v", c)
	}
	for i, l := range c.Laps {
		n := len(l.Distance)
		if l.Length < 5500 || l.Length > 6500 { // Baku has 6003 m
			t.Errorf("lap %d is %g m long", i, l.Length)
		}
		if n < 250 || n != len(l.Seconds) || n != len(l.Speed) || n != len(l.Gear) || n != len(l.Delta) || l.Distance[0] != 0 || l.Distance[1] != 20 {
			t.Fatalf("lap %d has %d points", i, n)
		}
		if end := l.Seconds[n-1]; math.Abs(end*1000-float64(l.Time)) > 1 {
			t.Errorf("lap %d ends after %g s, its time is %d ms", i, end, l.Time)
		}
		if want := float64(l.Time-c.Laps[0].Time) / 1000; math.Abs(l.Delta[n-1]-want) > 0.0011 || l.Delta[0] != 0 {
			t.Errorf("lap %d: delta ends at %g, the lap times differ by %g", i, l.Delta[n-1], want)
		}
	}
	for _, row := range decode[page](t, s.get("/sessions/"+d.Key()+"/laps?driver_number=44&deleted=false&fields=lap_time_ms,date_start")).Data {
		l := decode[struct {
			Time  int    `json:"lap_time_ms"`
			Start string `json:"date_start"`
		}](t, row)
		if l.Time > 0 && l.Start != "" && l.Time < c.Laps[2].Time {
			t.Errorf("the fastest lap took %d ms, there is one of %d ms", c.Laps[2].Time, l.Time)
		}
	}

	whole := decode[compared](t, s.get(path+"&by=sample&channels=speed_kmh"))
	few := decode[compared](t, s.get(path+"&by=time&points=100&channels=speed_kmh"))
	for i := range whole.Laps {
		if n := len(few.Laps[i].Speed); n > 100 || n < 90 || len(whole.Laps[i].Speed) < 300 || few.Laps[i].RPM != nil {
			t.Errorf("lap %d: %d points of %d", i, n, len(whole.Laps[i].Speed))
		}
		if a, b := most(few.Laps[i].Speed), most(whole.Laps[i].Speed); b-a > 2 {
			t.Errorf("lap %d: the peak of %g is lost: %g", i, b, a)
		}
	}
	// As a table, and the reference alone is not answered.
	csv := strings.Split(strings.TrimSpace(string(s.get("/sessions/"+d.Key()+"/telemetry/laps?laps=1:3&every=20&delta_to=44:3&channels=gear", "Accept: text/csv"))), "\r\n")
	if csv[0] != "session_key,driver_number,lap_number,distance_m,seconds_s,gear,delta_s" || len(csv)-1 != len(c.Laps[1].Distance) {
		t.Errorf("%d lines: %s", len(csv), csv[0])
	}

	// From the log, alone and at a moment, it is the same; laps of another session may be laid beside.
	s.hold(messages, nil)
	if got := s.get(path + "&every=20&delta_to=44:3&at=2100-01-01T00:00:00Z"); string(got) != string(s.get(path+"&every=20&delta_to=44:3")) {
		t.Error("the log gives another comparison than the store")
	}
	other := derived(simulated(t, 3, 9))
	s.keep(other)
	both := decode[compared](t, s.get(fmt.Sprintf("/sessions/%s/telemetry/laps?laps=44:2,%s/44:2", d.Key(), other.Key())))
	if len(both.Laps) != 2 || both.Laps[0].Session == both.Laps[1].Session || len(both.Laps[0].Distance) != len(both.Laps[1].Distance) {
		t.Errorf("%+v", both.Laps)
	}
}

func most(values []*float64) float64 {
	top := 0.0
	for _, v := range values {
		if v != nil {
			top = max(top, *v)
		}
	}
	return top
}

// A lap that is not over at the clock is not told, whatever its session is called.
func TestCompareLapsBehindAClock(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 4, 3)
	d := derived(messages)
	s.keep(d)
	s.hold(messages, &live.Replay{From: live.Moment{Lap: 4}, Speed: 1e-6})
	row := d.State.SessionRow()
	s.get("/sessions/latest/telemetry/laps?laps=44:2")
	for _, lap := range []string{"44:4", d.Key() + "/44:4", row.Slug() + "/44:4", "latest/44:4"} {
		resp, body := s.ask("/sessions/latest/telemetry/laps?laps=" + lap)
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s %.200s", lap, resp.Status, body)
		}
	}
}
