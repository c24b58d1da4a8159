package history_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
)

const (
	transformedHead = "Time,Driver,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,IsPersonalBest,Compound,TyreLife,FreshTyre,Team," +
		"TrackStatus,Position,IsAccurate,RoundNumber,EventName\n"
	fullHead = "Time,Driver,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,Sector1Time,Sector2Time,Sector3Time,SpeedI1,SpeedI2,SpeedFL," +
		"SpeedST,Compound,TyreLife,FreshTyre,Team,LapStartTime,TrackStatus,Position,Deleted,DeletedReason,IsAccurate,RoundNumber,EventName\n"
	resultsHead = "year,round,grandPrixId,position,driverNumber,driverId,constructorId,laps,time,timePenalty,gap,interval,reasonRetired,points," +
		"gridPosition,sharedCar,grandSlam\n"
	racesHead = "year,id,round,date,grandPrixId,circuitId,laps,scheduledLaps,time,sprintRaceLaps,sprintRaceDate,sprintRaceTime\n"
)

// clock writes session time as the tables do.
func clock(d time.Duration) string {
	return fmt.Sprintf("0 days %02d:%02d:%09.6f", int(d.Hours()), int(d.Minutes())%60, (d % time.Minute).Seconds())
}

// folder writes files and opens them.
func folder(t testing.TB, files map[string]string) (*history.Import, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		data := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(data); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			data = b.Bytes()
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return history.Open(dir)
}

// sessions opens files and reads all their sessions.
func sessions(t testing.TB, files map[string]string) (*history.Import, []*history.Session) {
	t.Helper()
	im, err := folder(t, files)
	if err != nil {
		t.Fatal(err)
	}
	var out []*history.Session
	for s, err := range im.Sessions() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return im, out
}

func kinds(s *history.Session) map[history.Kind]int {
	out := map[history.Kind]int{}
	for _, d := range s.Defects {
		out[d.Kind]++
	}
	return out
}

// A bad row is kept out and a bad cell unknown; both name their line, and the rest of the file is read.
func TestBadRows(t *testing.T) {
	im, all := sessions(t, map[string]string{"laps_2019.csv": transformedHead +
		"0 days 00:10:00.000000,HAM,44,95.1,1.0,1.0,,,False,SOFT,1.0,True,Mercedes,1,1.0,False,6,Monaco Grand Prix\n" +
		"0 days 00:11:30.000000,HAM,44,90.0,2.0,1.0,,,False,nan,2.0,True,Mercedes,1.0,1.0,True,6,Monaco Grand Prix\n" +
		"too,short\n" +
		"0 days 00:13:00.000000,HAM,44,fast,3.0,1.0,,0 days 00:12:59.0,False,PURPLE,3.0,True,Mercedes,x,1.0,True,6,Monaco Grand Prix\n" +
		"0 days 00:14:30.000000,HAM,,90.0,4.0,1.0,,,False,SOFT,4.0,True,Mercedes,1,1.0,True,6,Monaco Grand Prix\n" +
		"0 days 00:14:30.000000,HAM,44,90.0,2.0,1.0,,,False,SOFT,4.0,True,Mercedes,1,1.0,True,6,Monaco Grand Prix\n" +
		"0 days 00:16:10.000000,HAM,44,100.0,5.0,2.0,0 days 00:13:22.0,,False,HARD,1.0,True,Mercedes,4,1.0,True,6,Monaco Grand Prix\n" +
		"0 days 00:10:00.000000,HAM,44,95.1,1.0,1.0,,,False,SOFT,1.0,True,Mercedes,1,1.0,False,7,Canadian Grand Prix\n" +
		"0 days 00:17:00.000000,HAM,44,90.0,6.0,2.0,,,False,HARD,2.0,True,Mercedes,1,1.0,True,6,Monaco Grand Prix\n"})
	if len(all) != 2 || all[0].ID != "monaco_2019_race" || all[1].ID != "canadian_2019_race" {
		t.Fatalf("%d sessions", len(all))
	}
	s := all[0]
	type at struct {
		kind history.Kind
		line int
	}
	var got []at
	for _, d := range s.Defects {
		if d.Kind == history.RowUnreadable || d.Kind == history.FieldUnreadable || d.Kind == history.LapDuplicate {
			got = append(got, at{d.Kind, d.Line})
		}
	}
	want := []at{{history.RowUnreadable, 4}, {history.FieldUnreadable, 5}, {history.FieldUnreadable, 5}, {history.FieldUnreadable, 5},
		{history.RowUnreadable, 6}, {history.LapDuplicate, 7}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if len(s.Laps) != 4 || s.Laps[2].LapTime.Known || s.Laps[2].Compound != "" || s.Laps[1].TrackStatus != "1" || s.Laps[1].Compound != "" {
		t.Errorf("%+v", s.Laps)
	}
	if s.CircuitID != "monte_carlo" || s.Date != "" || s.DateStart.Known || s.Zero.Year() != 2019 || s.ZeroDoubt < 300*24*time.Hour {
		t.Errorf("circuit %s, date %q, zero %s", s.CircuitID, s.Date, s.Zero)
	}
	k := kinds(s)
	if k[history.LapMissing] != 1 || k[history.ResultsUnknown] != 1 || k[history.LapTimeMissing] != 1 || k[history.CompoundMissing] != 2 {
		t.Errorf("%v", k)
	}
	if wide := im.Report().FileWide; len(wide) != 1 || wide[0].Kind != history.SessionSplit || wide[0].Rows != 1 {
		t.Errorf("%+v", wide)
	}
}

// Stops are in-lap and out-lap together, or what of them is known; stints end where the next begins.
func TestStopsAndStints(t *testing.T) {
	row := func(lap, stint int, in, out, compound, status string) string {
		return fmt.Sprintf("%s,HAM,44,90.0,%d,%d,%s,%s,False,%s,%d,True,Mercedes,%s,1.0,True,6,Monaco Grand Prix\n",
			clock(time.Duration(600+90*lap)*time.Second), lap, stint, out, in, compound, lap, status)
	}
	_, all := sessions(t, map[string]string{"laps_2019.csv": transformedHead +
		row(1, 1, "", "0 days 00:05:00.0", "SOFT", "1") + // to the grid
		row(2, 1, "0 days 00:12:50.0", "", "SOFT", "14") +
		row(3, 2, "", "0 days 00:13:14.5", "HARD", "4") +
		row(4, 2, "", "", "HARD", "1") +
		row(5, 3, "", "", "MEDIUM", "16") + // no moment is known
		row(6, 3, "0 days 00:19:00.0", "", "MEDIUM", "1")}) // and does not go out
	s := all[0]
	if len(s.PitStops) != 2 || len(s.Stints) != 3 {
		t.Fatalf("%+v\n%+v", s.PitStops, s.Stints)
	}
	a, b := s.PitStops[0], s.PitStops[1]
	if a.LapNumber != 2 || a.PitLane != f1.Some(24500*time.Millisecond) || a.CompoundFrom != "SOFT" || a.CompoundTo != "HARD" || a.Under != "sc" {
		t.Errorf("%+v", a)
	}
	if b.LapNumber != 4 || b.PitLane.Known || b.CompoundTo != "MEDIUM" || b.StopNumber != 2 || b.Under != "green" {
		t.Errorf("%+v", b)
	}
	if st := s.Stints[1]; st.LapStart != f1.Some(3) || st.LapEnd != f1.Some(4) || st.Compound != "HARD" || st.TyreAgeAtStart != f1.Some(2) {
		t.Errorf("%+v", st)
	}
}

// race is a small race: cars start together a grid place apart, and keep their pace.
type race struct {
	cars, laps int
	shift      map[int]time.Duration
	penalty    map[int]int // seconds
	out        map[int]bool
}

// files are the race as tables under whatever names, with its official result.
func (r race) files(names [3]string) map[string]string {
	var laps strings.Builder
	laps.WriteString(transformedHead)
	end := map[int]time.Duration{}
	for car := 1; car <= r.cars; car++ {
		at := 10 * time.Minute
		for lap := 1; lap <= r.laps; lap++ {
			d := 90*time.Second + time.Duration(car)*100*time.Millisecond
			if lap == 1 {
				d += time.Duration(car) * 300 * time.Millisecond
			}
			at += d
			fmt.Fprintf(&laps, "%s,D%02d,%d,%.3f,%d,1,,,False,HARD,%d,True,Team,1,,True,6,Monaco Grand Prix\n", clock(at+r.shift[car]), car, car, d.Seconds(), lap, lap)
		}
		end[car] = at
	}
	order := make([]int, 0, r.cars)
	for car := range end {
		order = append(order, car)
	}
	total := func(car int) time.Duration { return end[car] + time.Duration(r.penalty[car])*time.Second }
	slices.SortFunc(order, func(a, b int) int {
		if r.out[a] != r.out[b] {
			return map[bool]int{true: 1, false: -1}[r.out[a]]
		}
		return int(total(a) - total(b))
	})
	results := resultsHead
	for i, car := range order {
		position, gap, penalty := fmt.Sprint(i+1), "", ""
		if i > 0 {
			gap = fmt.Sprintf("+%.3f", (total(car) - total(order[0])).Seconds())
		}
		if p := r.penalty[car]; p > 0 {
			penalty = fmt.Sprintf("%d.000", p)
		}
		if r.out[car] {
			position, gap = "DSQ", ""
		}
		results += fmt.Sprintf("2024,6,monaco,%s,%d,driver-%d,team,%d,,%s,%s,,,,%d,,\n", position, car, car, r.laps, penalty, gap, car)
	}
	races := racesHead + fmt.Sprintf("2024,1,6,2024-05-26,monaco,monaco,%d,,780,,,\n", r.laps)
	return map[string]string{names[0]: laps.String(), names[1]: results, names[2]: races}
}

var anyNames = [3]string{"a.csv", "b.csv.gz", "sub/c.dat"}

// Whatever the files are called, plain or packed: their content says what they are, and results say which season.
func TestRecognisedByContent(t *testing.T) {
	im, all := sessions(t, race{cars: 6, laps: 4}.files(anyNames))
	if len(all) != 1 || all[0].ID != "monaco_2024_race" || all[0].CircuitID != "monte_carlo" || all[0].Date != "2024-05-26" || !all[0].Preferred {
		t.Fatalf("%+v", all)
	}
	s := all[0]
	if want := time.Date(2024, 5, 26, 13, 0, 0, 0, time.UTC); s.DateStart != f1.Some(want) || !s.Laps[0].DateStart.Value.Equal(want) {
		t.Errorf("starts %v, its first lap %v", s.DateStart, s.Laps[0].DateStart)
	}
	for _, d := range s.Defects {
		if d.Kind != history.PositionMissing {
			t.Errorf("%s: %s", d.Kind, d)
		}
	}
	if len(s.Results) != 6 || s.Results[5].Gap != f1.Some(3500*time.Millisecond) || s.Results[0].Status != "finished" {
		t.Errorf("%+v", s.Results)
	}
	again, second := sessions(t, race{cars: 6, laps: 4}.files([3]string{"sprint_laps_1999.csv.gz", "x", "y"}))
	if second[0].ID != s.ID || second[0].SessionKey != s.SessionKey || s.SessionKey == "" {
		t.Errorf("%s %s by other names of the files, %s %s", second[0].ID, second[0].SessionKey, s.ID, s.SessionKey)
	}
	if wide := again.Report().FileWide; len(wide) != 1 || wide[0].Kind != history.Misnamed {
		t.Errorf("a misleading name: %+v", wide)
	}
	if len(im.Report().FileWide) != 0 || len(im.Report().Files) != 3 {
		t.Errorf("%+v", im.Report())
	}
}

// What is none of ours is passed over and named; nothing at all is an error.
func TestNothingRecognised(t *testing.T) {
	_, err := folder(t, map[string]string{"notes.txt": "hello\n", "x.json": "{}", "broken.gz": ""})
	if !errors.Is(err, history.ErrNothing) {
		t.Errorf("%v", err)
	}
	if _, err := history.Open(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := folder(t, map[string]string{"laps.csv": transformedHead + "0 days 00:10:00.0,HAM,44,95.1,1,1,,,,SOFT,1,,M,1,1,,6,Monaco Grand Prix\n"}); err == nil {
		t.Error("a table of which nothing tells the season is read")
	}
	_, err = folder(t, map[string]string{"laps_2020.csv": transformedHead + strings.Repeat("x", 2<<20)})
	if err == nil || !strings.Contains(err.Error(), "a line of more than") {
		t.Errorf("a line of 2 MiB: %v", err)
	}
}

// What a file makes of memory is bounded, and nothing of it is lost from the counts.
func TestBounds(t *testing.T) {
	row := "0 days 00:10:00.0,HAM,44,95.1,1,1,,,,SOFT,1,,M,1,1,,6,Monaco Grand Prix\n"
	_, all := sessions(t, map[string]string{"laps_2020.csv.gz": transformedHead + strings.Repeat(row, 60_001)})
	n := 0
	for _, d := range all[0].Defects {
		if d.Kind == history.LapDuplicate {
			n += d.Rows
		}
	}
	if n != 60_000 || len(all[0].Defects) > 50_100 {
		t.Errorf("%d duplicates in %d defects", n, len(all[0].Defects))
	}
	var many strings.Builder
	for i := range 2100 {
		many.WriteString(strings.Replace(row, ",6,Monaco", fmt.Sprintf(",%d,Monaco", i), 1))
	}
	if _, err := folder(t, map[string]string{"laps_2020.csv": transformedHead + many.String()}); err == nil || !strings.Contains(err.Error(), "sessions") {
		t.Errorf("2100 sessions: %v", err)
	}
}

// TestShiftFound: in races of any size, with any one or two cars shifted by anything from 0.6 to 30 s, those cars are
// found with their shifts, and no other; and where none is, none.
func TestShiftFound(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		of := race{cars: 6 + r.IntN(14), laps: 3 + r.IntN(20), shift: map[int]time.Duration{}, penalty: map[int]int{1 + r.IntN(6): 5}}
		for range r.IntN(3) {
			d := time.Duration(600+r.IntN(29400)) * time.Millisecond
			of.shift[1+r.IntN(of.cars)] = map[bool]time.Duration{true: d, false: -d}[r.IntN(2) == 0]
		}
		_, all := sessions(t, of.files(anyNames))
		found := map[int]time.Duration{}
		for _, d := range all[0].Defects {
			switch d.Kind {
			case history.ClockShift:
				var at float64
				if _, err := fmt.Sscanf(d.Detail, "%f s at the start", &at); err != nil {
					t.Fatal(err)
				}
				found[d.Driver] = time.Duration(at*100+map[bool]float64{true: .5, false: -.5}[at > 0]) * 10 * time.Millisecond
			case history.ClockShiftSingle, history.StartOff, history.FinishOff, history.ClockSpread, history.PlaceDiffers, history.ClockStep:
				t.Errorf("seed %d: %s: %s", seed, d.Kind, d)
			}
		}
		for car := 1; car <= of.cars; car++ {
			if d := found[car] - of.shift[car]; d.Abs() > 20*time.Millisecond {
				t.Errorf("seed %d: car %d of %d is shifted by %s, found %s", seed, car, of.cars, of.shift[car], found[car])
			}
		}
	}
}

// A step of one car during the race is none of a shift: the start says no where the flag says yes.
func TestStepIsNoShift(t *testing.T) {
	of := race{cars: 8, laps: 6}
	files := of.files(anyNames)
	var out strings.Builder
	for _, line := range strings.SplitAfter(files["a.csv"], "\n") {
		cells := strings.Split(line, ",")
		if len(cells) > 4 && cells[2] == "3" && (cells[4] == "5" || cells[4] == "6") {
			var h, m int
			var sec float64
			if _, err := fmt.Sscanf(cells[0], "0 days %d:%d:%f", &h, &m, &sec); err != nil {
				t.Fatal(err)
			}
			cells[0] = clock(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec*1000)*time.Millisecond + 7300*time.Millisecond)
			line = strings.Join(cells, ",")
		}
		out.WriteString(line)
	}
	files["a.csv"] = out.String()
	_, all := sessions(t, files)
	k := kinds(all[0])
	if k[history.ClockStep] != 1 || k[history.FinishOff] != 1 || k[history.ClockShift]+k[history.ClockShiftSingle]+k[history.StartOff] != 0 {
		t.Errorf("%v", k)
	}
}

// The position at the end of a lap is held against the crossings of the same lap, also with cars of which it is unknown.
func TestPositionsAgainstCrossings(t *testing.T) {
	row := func(car, lap int, end time.Duration, position string) string {
		return fmt.Sprintf("%s,D%02d,%d,90.0,%d,1,,,False,HARD,%d,True,Team,1,%s,True,6,Monaco Grand Prix\n", clock(end), car, car, lap, lap, position)
	}
	const s = time.Second
	_, all := sessions(t, map[string]string{"laps_2020.csv": transformedHead +
		row(1, 1, 700*s, "1.0") + row(2, 1, 701*s, "2.0") + row(3, 1, 702*s, "") + row(4, 1, 703*s, "4.0") +
		row(1, 2, 790*s, "2.0") + row(2, 2, 791*s, "1.0") + row(3, 2, 792*s, "3.0") + row(4, 2, 780*s, "4.0")})
	var got []string
	for _, d := range all[0].Defects {
		if d.Kind == history.PositionOrder {
			got = append(got, fmt.Sprintf("car %d lap %d: %s", d.Driver, d.Lap, d.Detail))
		}
	}
	want := []string{"car 4 lap 2: position 4, crossed as number 1",
		"car 2 lap 2: position 1, crossed as number 3", "car 3 lap 2: position 3, crossed as number 4"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// Places that differ from the road are explained by penalties and disqualifications.
func TestPlacesExplained(t *testing.T) {
	_, all := sessions(t, race{cars: 8, laps: 6, penalty: map[int]int{2: 5}}.files(anyNames))
	if k := kinds(all[0]); k[history.PlaceByPenalty] < 3 || k[history.PlaceDiffers]+k[history.PlaceByExclusion]+k[history.FinishOff] != 0 {
		t.Errorf("a penalty: %v", k)
	}
	_, all = sessions(t, race{cars: 8, laps: 6, out: map[int]bool{3: true}}.files(anyNames))
	if k := kinds(all[0]); k[history.PlaceByExclusion] != 5 || k[history.PlaceDiffers]+k[history.PlaceByPenalty] != 0 {
		t.Errorf("a disqualification: %v", k)
	}
	for _, r := range all[0].Results {
		if r.DriverNumber == 3 && (r.Status != "disqualified" || r.Classified.Value || r.Position.Known) {
			t.Errorf("%+v", r)
		}
	}
}

// Sectors are held to the lap, deleted laps kept with their reason, and the full table preferred to the other.
func TestFullTable(t *testing.T) {
	files := race{cars: 6, laps: 2}.files([3]string{"gp_laps_2024.csv", "r", "c"})
	files["gp_full_2024.csv"] = fullHead +
		"0 days 00:11:30.4,D01,1,0 days 00:01:30.400000,1.0,1.0,,,,0 days 00:00:30.000000,0 days 00:00:30.000000,300.0,,250.0,310.0,HARD,1.0,True,Team," +
		"0 days 00:10:00.0,1,1.0,False,,False,6,Monaco Grand Prix\n" +
		"0 days 00:13:00.5,D01,1,0 days 00:01:30.101000,2.0,1.0,,,0 days 00:00:30.000000,0 days 00:00:30.000000,0 days 00:00:30.200000,,290.0,250.0,310.0,HARD,2.0," +
		"True,Team,0 days 00:11:30.4,1,1.0,True,TRACK LIMITS AT TURN 4,True,6,Monaco Grand Prix\n"
	im, all := sessions(t, files)
	full, other := all[0], all[1]
	if full.Source.Format != history.FastF1Full || !full.Preferred || other.Preferred || full.SessionKey != other.SessionKey {
		t.Fatalf("%s %v, %s %v", full.Source, full.Preferred, other.Source, other.Preferred)
	}
	k := kinds(full)
	if k[history.SectorMissing] != 1 || k[history.SectorsNotLap] != 1 || k[history.SpeedMissing] != 2 || k[history.DriverMissing] != 5 || k[history.LapsIncomplete] != 1 {
		t.Errorf("%v", k)
	}
	if l := full.Laps[1]; !l.Deleted || l.DeletedReason != "TRACK LIMITS AT TURN 4" || l.SpeedI2 != f1.Some(290) || l.SpeedI1.Known {
		t.Errorf("%+v", l)
	}
	for _, a := range im.Report().Agreements {
		want := map[string][4]int{"laps": {2, 0, 0, 10}, "lap_time": {1, 1, 0, 0}, "compound": {2, 0, 0, 0}}
		if n, ok := want[a.Column]; ok && n != [4]int{a.Equal, a.Different, a.OnlyA, a.OnlyB} {
			t.Errorf("%+v", a)
		}
	}
}

// Telemetry lies on the session's clock, in metres, and what has no place there is kept out and counted.
func TestTelemetry(t *testing.T) {
	files := race{cars: 6, laps: 2}.files([3]string{"gp_laps_2024.csv", "r", "c"})
	head := "lap,t,rpm,speed,gear,throttle,brake,drs,distance,x,y,z\n"
	files["2024_monaco_race/D02.csv.gz"] = head +
		"1,0,10036,0,1,15,1,0,-0,-1142,-1791,139\n1,0.16,10066,12,1,104,0,12,0,-1140,-1791,139\n1,90.7,9000,250,8,100,0,12,0,10,20,30\n" +
		"2,0.1,10066,12,1,15,0,0,0,,,\n3,0.5,1,1,1,1,0,0,0,1,1,1\nx,0.5,1,1,1,1,0,0,0,1,1,1\n"
	files["2024_monaco_race/XYZ.csv"] = head + "1,0,10036,0,1,15,1,0,-0,-1142,-1791,139\n"
	im, err := folder(t, files)
	if err != nil {
		t.Fatal(err)
	}
	var laps []*history.CarLap
	for l, err := range im.Telemetry() {
		if err != nil {
			t.Fatal(err)
		}
		laps = append(laps, l)
	}
	if len(laps) != 2 || laps[0].ID != "monaco_2024_race" || laps[0].DriverNumber != 2 {
		t.Fatalf("%+v", laps)
	}
	start := time.Date(2024, 5, 26, 13, 0, 0, 0, time.UTC)
	a := laps[0].Telemetry
	if !laps[0].Start.Equal(start) || !a[1].Time.Equal(start.Add(160*time.Millisecond)) || a[0].Brake != f1.Some(int16(100)) || a[1].Throttle.Known || a[1].DRS.Value != 12 {
		t.Errorf("%s %+v", laps[0].Start, a)
	}
	if x := laps[0].Locations[0]; x.X != -114.2 || x.Z != 13.9 {
		t.Errorf("%+v", x)
	}
	if laps[1].Start.Sub(start) != 90*time.Second+800*time.Millisecond || len(laps[1].Locations) != 0 {
		t.Errorf("%+v", laps[1])
	}
	got := map[history.Kind]int{}
	for _, f := range im.Report().Telemetry[0].Findings {
		got[f.Kind] = f.Rows
	}
	want := map[history.Kind]int{history.FieldUnreadable: 1, history.LapUnknown: 1, history.RowUnreadable: 1, history.DriverUnknown: 1, history.LapLength: 1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The season index gives official keys and starts.
func TestSeasonIndex(t *testing.T) {
	files := race{cars: 6, laps: 2}.files(anyNames)
	files["Index.json"] = "\ufeff" + `{"Year":2024,"Meetings":[{"Name":"Monaco Grand Prix","Sessions":[` +
		`{"Key":9999,"Type":"Race","Name":"High Speed Track Test","StartDate":"2024-05-26T09:00:00","GmtOffset":"02:00:00"},` +
		`{"Key":9523,"Type":"Race","Name":"Race","StartDate":"2024-05-26T15:00:00","GmtOffset":"02:00:00"}]}]}`
	_, all := sessions(t, files)
	s := all[0]
	if s.SessionKey != "9523" || s.Laps[3].SessionKey != "9523" || s.Results[0].SessionKey != "9523" || s.UTCOffset != f1.Some(2*time.Hour) ||
		s.DateStart != f1.Some(time.Date(2024, 5, 26, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("%s %v %v", s.SessionKey, s.UTCOffset, s.DateStart)
	}
}
