// Package laptables reads the lap tables of past seasons, one CSV file a season with a row a car and lap, into
// the races that package strategy learns from and is measured on. Only the generator of the priors and tests
// call it; the program does not.
package laptables

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/strategy"
)

// Seasons are those of which there are tables of races; of sprints there are from 2021 on.
var Seasons = []int{2018, 2019, 2020, 2021, 2022, 2023, 2025}

// circuits are the feed's circuits as slugs by the event held there. An event that moved is kept by season
// in moved.
var circuits = map[string]string{
	"Australian": "melbourne", "Bahrain": "sakhir", "Chinese": "shanghai", "Azerbaijan": "baku", "Spanish": "catalunya",
	"Monaco": "monte_carlo", "Canadian": "montreal", "French": "paul_ricard", "Austrian": "spielberg", "Styrian": "spielberg",
	"British": "silverstone", "70th Anniversary": "silverstone", "German": "hockenheim", "Hungarian": "hungaroring",
	"Belgian": "spa_francorchamps", "Italian": "monza", "Singapore": "singapore", "Russian": "sochi", "Japanese": "suzuka",
	"United States": "austin", "Mexican": "mexico_city", "Mexico City": "mexico_city", "Brazilian": "interlagos", "São Paulo": "interlagos",
	"Abu Dhabi": "yas_marina_circuit", "Tuscan": "mugello", "Eifel": "nurburgring", "Portuguese": "algarve_international_circuit",
	"Emilia Romagna": "imola", "Turkish": "istanbul", "Sakhir": "sakhir_outer", "Dutch": "zandvoort", "Qatar": "lusail",
	"Saudi Arabian": "jeddah", "Miami": "miami", "Las Vegas": "las_vegas",
}

// faulty are races whose session times do not belong together: 2018 round 4 has four cars shifted by up to
// twelve seconds.
var faulty = map[[2]int]bool{{2018, 4}: true}

// Read returns the races and sprints of a season from the folder of the tables, in order of round.
func Read(dir string, season int) ([]*strategy.Race, error) {
	races, err := read(filepath.Join(dir, fmt.Sprintf("gp_laps_transformed_%d.csv.gz", season)), season, f1.Race)
	if err != nil {
		return nil, err
	}
	sprints, err := read(filepath.Join(dir, fmt.Sprintf("sprint_laps_transformed_%d.csv.gz", season)), season, f1.Sprint)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return append(races, sprints...), err
}

// ReadAll returns the races of all seasons.
func ReadAll(dir string) ([]*strategy.Race, error) {
	var all []*strategy.Race
	for _, season := range Seasons {
		races, err := Read(dir, season)
		if err != nil {
			return nil, err
		}
		all = append(all, races...)
	}
	return all, nil
}

func read(path string, season int, kind f1.SessionType) (races []*strategy.Race, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("laptables: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("laptables: %s: %w", path, err)
	}
	races, err = Decode(z, season, kind)
	if err != nil {
		return nil, fmt.Errorf("laptables: %s: %w", path, err)
	}
	return races, nil
}

// Decode reads one table of a season's races or sprints.
func Decode(from io.Reader, season int, kind f1.SessionType) ([]*strategy.Race, error) {
	r := csv.NewReader(from)
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	t := table{column: map[string]int{}, season: season, kind: kind, races: map[int]*strategy.Race{}}
	for i, name := range head {
		t.column[name] = i
	}
	for {
		if t.cells, err = r.Read(); errors.Is(err, io.EOF) {
			return t.finish(), nil
		} else if err != nil {
			return nil, err
		}
		if err := t.take(); err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// table is one file being read.
type table struct {
	column map[string]int
	cells  []string
	season int
	kind   f1.SessionType
	races  map[int]*strategy.Race
}

func (t *table) cell(name string) string {
	if i, ok := t.column[name]; ok {
		return t.cells[i]
	}
	return ""
}

func (t *table) number(name string) (f1.Opt[int], error) {
	s := t.cell(name)
	if s == "" {
		return f1.Opt[int]{}, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return f1.Opt[int]{}, fmt.Errorf("%s: %w", name, err)
	}
	return f1.Some(int(v)), nil
}

// take puts a row into its race.
func (t *table) take() error {
	var values [6]f1.Opt[int]
	for i, name := range []string{"RoundNumber", "DriverNumber", "LapNumber", "Stint", "TyreLife", "Position"} {
		v, err := t.number(name)
		if err != nil {
			return err
		}
		values[i] = v
	}
	round := values[0].Or(0)
	if faulty[[2]int{t.season, round}] {
		return nil
	}
	race := t.races[round]
	if race == nil {
		event := t.cell("EventName")
		circuit := circuits[strings.TrimSuffix(event, " Grand Prix")]
		if circuit == "" {
			return fmt.Errorf("no circuit is known of %q", event)
		}
		race = &strategy.Race{Session: f1.SessionRow{Season: f1.Some(t.season), Round: f1.Some(round), Event: event, CircuitID: circuit, Type: t.kind,
			SessionKey: fmt.Sprintf("%d-%02d-%s", t.season, round, t.kind)}}
		t.races[round] = race
	}
	zero := time.Date(t.season, 1, round, 0, 0, 0, 0, time.UTC)
	row := f1.LapRow{DriverNumber: values[1].Or(0), LapNumber: values[2].Or(0), StintNumber: values[3], TyreAge: values[4], Position: values[5],
		TrackStatus: t.cell("TrackStatus"), Compound: t.cell("Compound"), DateEnd: moment(zero, t.cell("Time"))}
	if row.Compound == "UNKNOWN" {
		row.Compound = ""
	}
	if s := t.cell("LapTime"); s != "" {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fmt.Errorf("LapTime: %w", err)
		}
		row.LapTime = f1.Some(time.Duration(math.Round(v*1000)) * time.Millisecond)
	}
	row.PitIn, row.PitOut = moment(zero, t.cell("PitInTime")), moment(zero, t.cell("PitOutTime"))
	if row.LapNumber == 1 {
		row.PitOut = f1.Opt[time.Time]{} // to the grid
	}
	row.InPitAtStart = row.PitOut.Known
	race.Laps = append(race.Laps, row)
	race.Session.TotalLaps = f1.Some(max(race.Session.TotalLaps.Or(0), row.LapNumber))
	return nil
}

// moment reads "0 days 00:35:17.993000" as time since zero.
func moment(zero time.Time, s string) f1.Opt[time.Time] {
	_, clock, ok := strings.Cut(s, "days ")
	if !ok {
		return f1.Opt[time.Time]{}
	}
	var h, m int
	var sec float64
	if n, err := fmt.Sscanf(clock, "%d:%d:%f", &h, &m, &sec); n != 3 || err != nil {
		return f1.Opt[time.Time]{}
	}
	return f1.Some(zero.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(math.Round(sec*1000))*time.Millisecond))
}

// finish orders the rows and makes the stops of them.
func (t *table) finish() []*strategy.Race {
	var out []*strategy.Race
	for _, race := range t.races {
		slices.SortFunc(race.Laps, func(a, b f1.LapRow) int {
			return cmp.Or(cmp.Compare(a.DriverNumber, b.DriverNumber), cmp.Compare(a.LapNumber, b.LapNumber))
		})
		for i := 1; i < len(race.Laps); i++ {
			in, out := &race.Laps[i-1], &race.Laps[i]
			if in.DriverNumber == out.DriverNumber && in.LapNumber+1 == out.LapNumber && in.PitIn.Known && out.PitOut.Known {
				race.Stops = append(race.Stops, f1.PitStopRow{DriverNumber: in.DriverNumber, LapNumber: in.LapNumber, PitIn: in.PitIn, PitOut: out.PitOut,
					PitLane: f1.Some(out.PitOut.Value.Sub(in.PitIn.Value)), CompoundFrom: in.Compound, CompoundTo: out.Compound, Under: under(in.TrackStatus)})
			}
		}
		out = append(out, race)
	}
	slices.SortFunc(out, func(a, b *strategy.Race) int { return a.Session.Round.Or(0) - b.Session.Round.Or(0) })
	return out
}

// under is what held on the track at the end of a lap, where the lane begins.
func under(digits string) string {
	switch {
	case digits == "":
		return ""
	case strings.Contains(digits, "5"):
		return "red"
	}
	switch digits[len(digits)-1] {
	case '4':
		return strategy.SC
	case '6', '7':
		return strategy.VSC
	}
	return strategy.Green
}
