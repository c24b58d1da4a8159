package laptables_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/reference"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/strategy/laptables"
)

func season(t testing.TB, year int) []*strategy.Race {
	t.Helper()
	races, err := laptables.Read(reference.Path(t, "laps/fastf1"), year)
	if err != nil {
		t.Fatal(err)
	}
	return races
}

// The figures built in are those the tables give: nobody has tuned them by hand.
func TestPriorsAreLearned(t *testing.T) {
	races, err := laptables.ReadAll(reference.Path(t, "laps/fastf1"))
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
	var losses []time.Duration
	for _, year := range laptables.Seasons {
		races := season(t, year)
		if len(before) > 0 {
			priors := strategy.Learn(before)
			var s tally
			for _, race := range races {
				green := map[[2]int]time.Duration{}
				for _, l := range race.Losses() {
					if l.Under == strategy.Green {
						green[[2]int{l.Number, l.Lap}] = l.Loss
					}
				}
				for _, r := range race.Rejoins(strategy.Config{Priors: priors}) {
					if loss := green[[2]int{r.Number, r.At + 1}]; r.Actual.Known && r.Under == strategy.Green && loss > 0 {
						s.add(r)
						all.add(r)
						losses = append(losses, (r.Rejoin.Loss - loss).Abs())
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
	slices.Sort(losses)
	t.Logf("losses: expected %s off in the middle, %s in eight of ten", losses[len(losses)/2], losses[len(losses)*8/10])
	if all.far[all.n/2] > 1 || all.share(all.inside) < .8 {
		t.Error("the forecast of the place after a stop has become worse: middle error at most 1 place, band four of five")
	}
}

// guess is a figure that is higher the likelier something is, and whether it came.
type guess struct {
	score float64
	came  bool
}

// area is the chance that one that came was scored higher than one that did not.
func area(all []guess) float64 {
	higher, pairs := 0.0, 0.0
	for _, a := range all {
		for _, b := range all {
			if a.came && !b.came {
				pairs++
				switch {
				case a.score > b.score:
					higher++
				case a.score == b.score:
					higher += .5
				}
			}
		}
	}
	return higher / pairs
}

// TestLedgerOnTables adds up the parts of every pair of stops of seven seasons, and compares the forecasts
// with what came.
func TestLedgerOnTables(t *testing.T) {
	pairs, under, worked := 0, 0, 0
	var byForecast, byGap []guess
	var far []time.Duration
	inside := 0
	for _, year := range laptables.Seasons {
		for _, race := range season(t, year) {
			for _, u := range race.Picture(strategy.Config{}).Ledger {
				pairs++
				if off := u.Parts.Value.Sum() - (u.After - u.Before); u.Parts.Known && off.Abs() > 100*time.Millisecond {
					t.Errorf("%s: %+v: the parts are %s off", race.Session.SessionKey, u, off)
				}
				if u.Kind == strategy.KindUndercut && u.Under == strategy.Green {
					under++
					if u.Worked {
						worked++
					}
				}
				if u.Forecast.Known && u.Kind == strategy.KindUndercut && u.Before <= 3500*time.Millisecond {
					byForecast = append(byForecast, guess{-u.Forecast.Value.Seconds(), u.Worked})
					byGap = append(byGap, guess{-u.Before.Seconds(), u.Worked})
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
	t.Logf("undercuts from within 3.5 s: %d; area under the curve %.3f by the forecast, %.3f by the gap alone", len(byGap), area(byForecast), area(byGap))
	if area(byForecast) <= area(byGap) {
		t.Error("the forecast tells less than the gap alone")
	}
	if pairs < 1000 || far[len(far)/2] > 3*time.Second {
		t.Error("fewer pairs, or worse forecasts, than there were")
	}
}

// TestPitLossAgainstOthers holds the losses under green, learned of the same seasons, to two figures got
// otherwise: those of the prediction tables for 2025 (the middle of earlier races) and the parameters of a
// published race simulation for 2019 (the way through the lane and the fastest change of tyres, no more).
func TestPitLossAgainstOthers(t *testing.T) {
	gp := map[string]string{} // race id to circuit
	for _, r := range rows(t, reference.Path(t, "prediction_tables/races.csv.gz")) {
		gp[r["raceid"]] = names[r["circuit"]]
	}
	theirs := map[string]float64{}
	for _, r := range rows(t, reference.Path(t, "prediction_tables/snapshots_2025.csv.gz")) {
		if id, v := gp[r["raceid"]], r["pitloss"]; id != "" && v != "" {
			loss, err := strconv.ParseFloat(v, 64)
			if err != nil {
				t.Fatal(err)
			}
			theirs[id] = loss
		}
	}
	compare(t, "prediction tables", theirs, learnedUntil(t, 2023), 1.2, 4.5)

	theirs = map[string]float64{}
	files, err := filepath.Glob(reference.Path(t, "circuits/tumftm_race_parameters", "pars_*_2019.ini.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d parameter files, %v", len(files), err)
	}
	for _, path := range files {
		name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), "pars_"), "_")
		id := names[name]
		if id == "" {
			t.Errorf("no circuit is known of %s", name)
			continue
		}
		text := unzip(t, path)
		for _, key := range []string{"t_pit_tirechange_min", "t_pitdrive_inlap", "t_pitdrive_outlap"} {
			m := regexp.MustCompile(`"` + key + `": ([\d.-]+)`).FindSubmatch(text)
			if m == nil {
				t.Fatalf("%s has no %s", path, key)
			}
			v, err := strconv.ParseFloat(string(m[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			theirs[id] += v
		}
	}
	compare(t, "race simulation", theirs, learnedUntil(t, 2019), 1.6, 5.5)
}

// learnedUntil learns from the seasons up to one.
func learnedUntil(t *testing.T, last int) *strategy.Priors {
	t.Helper()
	var races []*strategy.Race
	for _, year := range laptables.Seasons {
		if year <= last {
			races = append(races, season(t, year)...)
		}
	}
	return strategy.Learn(races)
}

func compare(t *testing.T, of string, theirs map[string]float64, priors *strategy.Priors, within, most float64) {
	t.Helper()
	var far []float64
	for _, id := range slices.Sorted(maps.Keys(theirs)) {
		ours := float64(priors.Circuits[id][strategy.Green].MedianMS) / 1000
		if ours == 0 {
			t.Errorf("%s: nothing learned of %s", of, id)
			continue
		}
		far = append(far, math.Abs(ours-theirs[id]))
		if d := math.Abs(ours - theirs[id]); d > within {
			t.Logf("%s: %s %.1f s, ours %.1f s", of, id, theirs[id], ours)
		}
	}
	slices.Sort(far)
	if len(far) < 15 {
		t.Fatalf("%s: %d circuits", of, len(far))
	}
	t.Logf("%s: %d circuits, %.1f s apart in the middle, %.1f s at most", of, len(far), far[len(far)/2], far[len(far)-1])
	if far[len(far)/2] > within || far[len(far)-1] > most {
		t.Errorf("%s: more than %.1f s apart in the middle, or %.1f s anywhere", of, within, most)
	}
}

// names are our circuits by what the two sources call them.
var names = map[string]string{
	"melbourne": "melbourne", "shanghai": "shanghai", "suzuka": "suzuka", "bahrain": "sakhir", "jeddah": "jeddah", "miami": "miami", "imola": "imola",
	"monaco": "monte_carlo", "catalunya": "catalunya", "montreal": "montreal", "spielberg": "spielberg", "silverstone": "silverstone",
	"spa-francorchamps": "spa_francorchamps", "hungaroring": "hungaroring", "zandvoort": "zandvoort", "monza": "monza", "baku": "baku",
	"marina-bay": "singapore", "austin": "austin", "mexico-city": "mexico_city", "interlagos": "interlagos", "las-vegas": "las_vegas", "lusail": "lusail",
	"yas-marina": "yas_marina_circuit", "paul-ricard": "paul_ricard", "hockenheimring": "hockenheim", "sochi": "sochi",
	"Austin": "austin", "Baku": "baku", "Budapest": "hungaroring", "Catalunya": "catalunya", "Hockenheim": "hockenheim", "LeCastellet": "paul_ricard",
	"Melbourne": "melbourne", "MexicoCity": "mexico_city", "MonteCarlo": "monte_carlo", "Montreal": "montreal", "Monza": "monza", "Sakhir": "sakhir",
	"SaoPaulo": "interlagos", "Shanghai": "shanghai", "Silverstone": "silverstone", "Singapore": "singapore", "Sochi": "sochi", "Spa": "spa_francorchamps",
	"Spielberg": "spielberg", "Suzuka": "suzuka", "YasMarina": "yas_marina_circuit",
}

func unzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rows reads a compressed CSV as maps by column.
func rows(t testing.TB, path string) []map[string]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(unzip(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, rec := range all[1:] {
		row := make(map[string]string, len(rec))
		for i, name := range all[0] {
			row[name] = rec[i]
		}
		out = append(out, row)
	}
	return out
}
