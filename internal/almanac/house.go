package almanac

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// circuits are the circuits of the record by our slugs, where the two differ.
var circuits = map[string]string{"sakhir": "bahrain", "sakhir_outer": "bahrain", "monte_carlo": "monaco", "singapore": "marina_bay",
	"yas_marina_circuit": "yas_marina", "algarve_international_circuit": "portimao", "melbourne": "albert_park", "montreal": "villeneuve",
	"spielberg": "red_bull_ring", "austin": "americas", "mexico_city": "rodriguez", "paul_ricard": "ricard", "spa_francorchamps": "spa", "las_vegas": "vegas",
	"lusail": "losail", "hockenheim": "hockenheimring"}

// CircuitOf is the id of a circuit that sessions name by our slug.
func CircuitOf(slug string) string {
	if id, ok := circuits[slug]; ok {
		return id
	}
	return slug
}

// CircuitSlug is our slug of the circuit of a race, as sessions name it.
func (r *Race) CircuitSlug() string {
	if r.Name == "Sakhir Grand Prix" {
		return "sakhir_outer" // held on another layout of the same place
	}
	for slug, id := range circuits {
		if id == r.Circuit && slug != "sakhir_outer" {
			return slug
		}
	}
	return r.Circuit
}

// Told is a session as the record tells it, in the rows of the house: what `pitwall sync` stores where there is no log.
type Told struct {
	Session  f1.SessionRow
	Drivers  []f1.DriverRow
	Laps     []f1.LapRow // by car and lap
	PitStops []f1.PitStopRow
	Results  []f1.ResultRow // in the order of the classification
	Left     int            // lines left out: the car has no number of its own, or its driver is not known by it
}

// Tell tells of a race, sprint or qualifying under a session key, with its lap chart and stops where there are any; false when
// the record has no classification of it.
func (b *Book) Tell(at Round, kind f1.SessionType, key string, laps []Lap, stops []PitStop) (*Told, bool) {
	race, ok := b.Race(at)
	w := b.Weekends[at]
	if !ok || w == nil {
		return nil, false
	}
	t := &Told{Session: f1.SessionRow{SessionKey: key, Season: f1.Some(at.Season), Round: f1.Some(at.Round), Event: race.Name, CircuitID: race.CircuitSlug(), Type: kind,
		Name: names[kind], Status: f1.StatusFinalised}}
	start := race.Start()
	for i := range race.Slots {
		if race.Slots[i].Type == kind {
			start = race.Slots[i].Start()
		}
	}
	if !start.IsZero() && (kind == f1.Race || start != race.Start()) {
		t.Session.DateStart = f1.Some(start)
	}
	cars := map[string]int{}
	switch kind {
	case f1.Race, f1.Sprint:
		list := w.Results
		if kind == f1.Sprint {
			list = w.Sprint
		}
		t.classify(b, list, cars)
	case f1.Qualifying:
		for i := range w.Qualifying {
			q := &w.Qualifying[i]
			if car, ok := t.car(b, cars, q.Number, q.Driver, q.Constructor); ok {
				t.Results = append(t.Results, f1.ResultRow{SessionKey: key, DriverNumber: car, Position: q.Position, Classified: f1.Some(q.Position.Known)})
			}
		}
	}
	if len(t.Results) == 0 {
		return nil, false
	}
	if kind == f1.Race {
		t.chart(cars, laps, stops)
	}
	return t, true
}

var names = map[f1.SessionType]string{f1.Race: "Race", f1.Sprint: "Sprint", f1.Qualifying: "Qualifying"}

// car is the number of a car, whose driver is added; false: it has none, or one that was there already.
func (t *Told) car(b *Book, cars map[string]int, number, driver, constructor string) (int, bool) {
	car, err := strconv.Atoi(number)
	if err != nil || slices.ContainsFunc(t.Drivers, func(d f1.DriverRow) bool { return d.DriverNumber == car }) {
		t.Left++
		return 0, false
	}
	d, team := b.Driver(driver), b.Constructor(constructor)
	cars[driver] = car
	t.Drivers = append(t.Drivers, f1.DriverRow{SessionKey: t.Session.SessionKey, DriverNumber: car, TLA: d.Code, FirstName: d.GivenName, LastName: d.FamilyName, Team: team.Name})
	return car, true
}

// classify adds the lines of a classification.
func (t *Told) classify(b *Book, list []Result, cars map[string]int) {
	var first *Result
	for i := range list {
		if list[i].Position == f1.Some(1) {
			first = &list[i]
		}
	}
	if first != nil {
		t.Session.TotalLaps = first.Laps
	}
	for i := range list {
		r := &list[i]
		car, ok := t.car(b, cars, r.Number, r.Driver, r.Constructor)
		if !ok {
			continue
		}
		row := f1.ResultRow{SessionKey: t.Session.SessionKey, DriverNumber: car, Classified: f1.Some(r.Classified()), Status: statusOf(r), Points: r.Points, LapsCompleted: r.Laps}
		if r.Classified() {
			row.Position = r.Position
		}
		if r.Grid.Value > 0 { // 0: from the pit lane
			row.Grid = r.Grid
		}
		if first != nil && r.Classified() {
			row.Time = r.Time
			if down := first.Laps.Value - r.Laps.Value; first.Laps.Known && r.Laps.Known && down > 0 {
				row.LapsDown = f1.Some(down)
				row.Time = f1.Opt[time.Duration]{}
			} else if r.Time.Known && first.Time.Known && r != first {
				row.Gap = f1.Some(r.Time.Value - first.Time.Value)
			}
		}
		t.Results = append(t.Results, row)
	}
}

// statusOf is what became of a car, in our words.
func statusOf(r *Result) string {
	switch lapped := r.Status == "Lapped" || strings.HasPrefix(r.Status, "+"); {
	case r.PositionText == "D" || r.PositionText == "E":
		return "disqualified"
	case r.PositionText == "W" || r.PositionText == "F":
		return "not_started"
	case !r.Classified():
		return "retired"
	case lapped:
		return "lapped"
	case r.Status == "Finished":
		return "finished"
	}
	return "retired" // with a place: enough of the distance was covered
}

// chart adds laps and stops of the cars that are classified.
func (t *Told) chart(cars map[string]int, laps []Lap, stops []PitStop) {
	for i := range laps {
		if car, ok := cars[laps[i].Driver]; ok {
			t.Laps = append(t.Laps, f1.LapRow{SessionKey: t.Session.SessionKey, DriverNumber: car, LapNumber: laps[i].Number, LapTime: laps[i].Time, Position: laps[i].Position})
		} else {
			t.Left++
		}
	}
	slices.SortFunc(t.Laps, func(x, y f1.LapRow) int {
		if x.DriverNumber != y.DriverNumber {
			return x.DriverNumber - y.DriverNumber
		}
		return x.LapNumber - y.LapNumber
	})
	for i := range stops {
		if car, ok := cars[stops[i].Driver]; ok {
			t.PitStops = append(t.PitStops, f1.PitStopRow{SessionKey: t.Session.SessionKey, DriverNumber: car, StopNumber: stops[i].Stop, LapNumber: stops[i].Lap, PitLane: stops[i].Duration})
		} else {
			t.Left++
		}
	}
	slices.SortFunc(t.PitStops, func(x, y f1.PitStopRow) int {
		if x.DriverNumber != y.DriverNumber {
			return x.DriverNumber - y.DriverNumber
		}
		return x.StopNumber - y.StopNumber
	})
}
