package laptables_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/strategy"
	"pitwall.live/internal/strategy/laptables"
)

// shared finds the folder of real data beside the module, or skips the test when it is absent.
func shared(t testing.TB, path ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			root := filepath.Join(filepath.Dir(dir), "shared", "data")
			if _, err := os.Stat(root); err != nil {
				t.Skipf("real data not present: %v", err)
			}
			return filepath.Join(append([]string{root}, path...)...)
		}
	}
	t.Fatal("module root not found")
	return ""
}

func season(t testing.TB, year int) []*strategy.Race {
	t.Helper()
	races, err := laptables.Read(shared(t, "laps/fastf1"), year)
	if err != nil {
		t.Fatal(err)
	}
	return races
}

// The figures built in are those the tables give: nobody has tuned them by hand.
func TestPriorsAreLearned(t *testing.T) {
	races, err := laptables.ReadAll(shared(t, "laps/fastf1"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(strategy.Learn(races))
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(strategy.Learned())
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("priors.json is not what the tables give: run go generate ./internal/strategy")
	}
}

// tally is how forecasts of a place did.
type tally struct {
	n, exact, one, inside int
	far                   []float64
	wide                  int
}

func (s *tally) add(r strategy.RejoinAt) {
	far := math.Abs(float64(r.Position - r.Actual.Value))
	s.n++
	s.far = append(s.far, far)
	s.wide += r.High - r.Low
	if far == 0 {
		s.exact++
	}
	if far <= 1 {
		s.one++
	}
	if r.Low <= r.Actual.Value && r.Actual.Value <= r.High {
		s.inside++
	}
}

func (s *tally) share(n int) float64 { return float64(n) / float64(s.n) }

// TestRejoinOnTables scores every real stop under green: the place forecast a lap before it against the place
// after the out-lap, with what had been learned of seasons before only.
func TestRejoinOnTables(t *testing.T) {
	var before []*strategy.Race
	var all tally
	for _, year := range laptables.Seasons {
		races := season(t, year)
		if len(before) > 0 {
			priors := strategy.Learn(before)
			var s tally
			for _, race := range races {
				green := map[[2]int]bool{}
				for _, l := range race.Losses() {
					green[[2]int{l.Number, l.Lap}] = l.Under == strategy.Green
				}
				for _, r := range race.Rejoins(strategy.Config{Priors: priors}) {
					if r.Actual.Known && r.Under == strategy.Green && green[[2]int{r.Number, r.At + 1}] {
						s.add(r)
						all.add(r)
					}
				}
			}
			slices.Sort(s.far)
			t.Logf("%d: %4d stops, error %.0f in the middle, exact %.0f %%, within one %.0f %%, in the band %.0f %%, band %.1f places wide", year, s.n,
				s.far[s.n/2], 100*s.share(s.exact), 100*s.share(s.one), 100*s.share(s.inside), float64(s.wide)/float64(s.n))
		}
		before = append(before, races...)
	}
	slices.Sort(all.far)
	t.Logf("all: %d stops, error %.0f in the middle, exact %.0f %%, within one %.0f %%, in the band %.1f %%, band %.1f places wide", all.n,
		all.far[all.n/2], 100*all.share(all.exact), 100*all.share(all.one), 100*all.share(all.inside), float64(all.wide)/float64(all.n))
	if all.far[all.n/2] > 1 || all.share(all.inside) < .75 {
		t.Error("the forecast of the place after a stop has become worse: middle error at most 1, band at least 75 %")
	}
}

// TestLedgerOnTables adds up the parts of every pair of stops of seven seasons, and compares the forecasts
// with what came.
func TestLedgerOnTables(t *testing.T) {
	pairs, under, worked := 0, 0, 0
	var far []time.Duration
	inside := 0
	for _, year := range laptables.Seasons {
		for _, race := range season(t, year) {
			for _, u := range race.Picture(strategy.Config{}).Ledger {
				pairs++
				if off := u.Stop + u.InLap + u.OutLap + u.TyrePace + u.Traffic - (u.After - u.Before); off.Abs() > 100*time.Millisecond {
					t.Errorf("%s: %+v: the parts are %s off", race.Session.SessionKey, u, off)
				}
				if u.Kind == strategy.KindUndercut && u.Under == strategy.Green {
					under++
					if u.Worked {
						worked++
					}
				}
				if u.Forecast.Known && u.SecondLap == u.FirstLap+1 {
					d := (u.After - u.Forecast.Value).Abs()
					far = append(far, d)
					if float64(d) < 1.2816*float64(u.ForecastSpread) {
						inside++
					}
				}
			}
		}
	}
	slices.Sort(far)
	t.Logf("%d pairs; %d undercuts under green, %d of them worked; forecasts of those answered a lap later: %d, %s off in the middle, %.0f %% within their 80 %% band",
		pairs, under, worked, len(far), far[len(far)/2], 100*float64(inside)/float64(len(far)))
	if pairs < 1000 || far[len(far)/2] > 3*time.Second {
		t.Error("fewer pairs, or worse forecasts, than there were")
	}
}
