package timing_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// form is how the feed of a season tells a race. What a season does not have is left out of the messages.
type form struct {
	season    int
	cars      []int
	compounds [3]string // of the start, of the first car's second set, of the second car's start
	info      string    // further members of SessionInfo
	meeting   string    // further members of its meeting
	driver    string    // further members of a driver
	part      bool      // SessionPart and CutOffTime stand in the first message of practices and qualifyings
	segments  bool      // mini-sectors, and the Status of lines and sectors
	previous  bool      // PreviousValue of sectors
	states    string    // status bits of a car that has just gained a place
	started   bool      // SessionStatus has a member Started
	stops     bool      // PitStopSeries and PitStop
	control   string    // a message of race control as only this season has it
	more      []string  // topics that only this season has
}

// race tells three laps: the second car passes the first on lap 2, the first stops for tyres on lap 2.
func (f *form) race() []string {
	first, second := f.cars[0], f.cars[1]
	lines := []string{
		fmt.Sprintf(`SessionInfo {"Meeting":{"Key":7,"Name":"Test Grand Prix","Location":"Baku","Country":{"Key":30,"Code":"AZE","Name":"Azerbaijan"},"Circuit":{"Key":144,"ShortName":"Baku"}%s},"ArchiveStatus":{"Status":"Generating"},"Key":%d,"Type":"Race","Name":"Race","StartDate":"%d-04-29T16:10:00","EndDate":"%d-04-29T18:10:00","GmtOffset":"04:00:00","Path":"%d/x/y/"%s}`,
			f.meeting, f.season, f.season, f.season, f.season, f.info),
		`SessionStatus {"Status":"Inactive"}`, f.drivers(), f.tower(), f.grid(), `LapCount {"CurrentLap":1,"TotalLaps":3}`,
		fmt.Sprintf(`TimingAppData {"Lines":{"%d":{"Stints":[%s]},"%d":{"Stints":[%s]}}}`, first, stint(f.compounds[0], 0), second, stint(f.compounds[2], 4)),
	}
	if f.started {
		lines = append(lines, `SessionStatus {"Status":"Started","Started":"Started"}`)
	} else {
		lines = append(lines, `SessionStatus {"Status":"Started"}`)
	}
	if f.control != "" {
		lines = append(lines, fmt.Sprintf(`RaceControlMessages {"Messages":[{"Utc":"%d-04-29T12:10:05","Lap":1,%s}]}`, f.season, f.control))
	}
	lines = append(lines, f.more...)
	for lap := 1; lap <= 3; lap++ {
		for sector := range 3 {
			lines = append(lines, "+28", f.sector(first, lap, sector), f.sector(second, lap, sector))
			if lap == 2 && sector == 1 {
				lines = append(lines, fmt.Sprintf(`TimingData {"Lines":{"%d":{"Line":2,"Position":"2"},"%d":{"Line":1,"Position":"1"%s}}}`, first, second, f.states))
			}
			if lap == 2 && sector == 2 {
				lines = append(lines, fmt.Sprintf(`TimingData {"Lines":{"%d":{"InPit":true,"NumberOfPitStops":1}}}`, first))
			}
		}
		lines = append(lines, f.line(first, lap), f.line(second, lap), fmt.Sprintf(`LapCount {"CurrentLap":%d}`, min(lap+1, 3)))
		if lap == 2 {
			lines = append(lines, "+18", fmt.Sprintf(`TimingData {"Lines":{"%d":{"InPit":false,"PitOut":true}}}`, first),
				fmt.Sprintf(`TimingAppData {"Lines":{"%d":{"Stints":{"1":%s}}}}`, first, stint(f.compounds[1], 0)))
			if f.stops {
				stop := fmt.Sprintf(`{"RacingNumber":"%d","PitStopTime":"2.4","PitLaneTime":"22.500","Lap":"2"}`, first)
				lines = append(lines, fmt.Sprintf(`PitStopSeries {"PitTimes":{"%d":[{"Timestamp":"%d-04-29T12:14:00Z","PitStop":%s}]}}`, first, f.season, stop), "PitStop "+stop)
			}
		}
	}
	return append(lines, `SessionStatus {"Status":"Finished"}`, `SessionStatus {"Status":"Finalised"}`, `SessionStatus {"Status":"Ends"}`)
}

func stint(compound string, age int) string {
	return fmt.Sprintf(`{"LapFlags":0,"Compound":%q,"New":"%t","TyresNotChanged":"0","TotalLaps":%d,"StartLaps":%d}`, compound, age == 0, age, age)
}

func (f *form) drivers() string {
	var all []string
	for i, n := range f.cars {
		all = append(all, fmt.Sprintf(`"%d":{"RacingNumber":"%d","BroadcastName":"D %d","FullName":"Driver %d","Tla":"D%02d","Line":%d,"TeamName":"Team %d","TeamColour":"DC0000","FirstName":"D","LastName":"N%d"%s}`,
			n, n, n, n, n, i+1, i/2+1, n, f.driver))
	}
	return `DriverList {` + strings.Join(all, ",") + `}`
}

// tower is the first message of TimingData; it has all members of a line and of a sector that the season has.
func (f *form) tower() string {
	sector := `{"Stopped":false,"Value":"","OverallFastest":false,"PersonalFastest":false}`
	status := ""
	if f.segments {
		status = `"Status":64,`
		sector = `{"Stopped":false,"Value":"","Status":0,"OverallFastest":false,"PersonalFastest":false,"Segments":[{"Status":0},{"Status":0}]}`
	}
	var all []string
	for i, n := range f.cars {
		all = append(all, fmt.Sprintf(`"%d":{"GapToLeader":"","IntervalToPositionAhead":{"Value":"","Catching":false},"Line":%d,"Position":"%d","ShowPosition":true,"RacingNumber":"%d","Retired":false,"InPit":false,"PitOut":false,"Stopped":false,%s"Sectors":[%s,%s,%s],"BestLapTime":{"Value":""},"LastLapTime":{"Value":"","OverallFastest":false,"PersonalFastest":false}}`,
			n, i+1, i+1, n, status, sector, sector, sector))
	}
	part := ""
	if f.part {
		part = `"Withheld":false,`
	}
	return `TimingData {` + part + `"Lines":{` + strings.Join(all, ",") + `}}`
}

func (f *form) grid() string {
	var all []string
	for i, n := range f.cars {
		all = append(all, fmt.Sprintf(`"%d":{"RacingNumber":"%d","Line":%d,"GridPos":"%d"}`, n, n, i+1, i+1))
	}
	return `TimingAppData {"Lines":{` + strings.Join(all, ",") + `}}`
}

// ms of a sector: no two are alike.
func ms(car, lap, sector int) int { return 29000 + 311*sector + 17*lap + car }

func (f *form) sector(car, lap, sector int) string {
	more := ""
	if f.segments {
		more = `,"Status":2048,"Segments":{"0":{"Status":2048},"1":{"Status":2049}}`
	}
	if f.previous && lap > 1 {
		more += fmt.Sprintf(`,"PreviousValue":"%.3f"`, float64(ms(car, lap-1, sector))/1000)
	}
	return fmt.Sprintf(`TimingData {"Lines":{"%d":{"Sectors":{"%d":{"Value":"%.3f"%s}}}}}`, car, sector, float64(ms(car, lap, sector))/1000, more)
}

func (f *form) line(car, lap int) string {
	sum := ms(car, lap, 0) + ms(car, lap, 1) + ms(car, lap, 2)
	return fmt.Sprintf(`TimingData {"Lines":{"%d":{"NumberOfLaps":%d,"LastLapTime":{"Value":"%d:%06.3f"}}}}`, car, lap, sum/60000, float64(sum%60000)/1000)
}

// told plays the form's race and holds the tables, which are the same in every season.
func (f *form) told(t *testing.T) *timing.Session {
	t.Helper()
	s := timing.New()
	s.Now = time.Date(f.season, 4, 29, 12, 10, 0, 0, time.UTC)
	told(t, s, f.race()...)
	first, second := f.cars[0], f.cars[1]
	is := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	row := s.SessionRow()
	is("session", []any{row.Season, row.Event, row.Type, row.TotalLaps, row.Status}, []any{f1.Some(f.season), "Test Grand Prix", f1.Race, f1.Some(3), f1.StatusEnds})
	is("drivers", len(s.DriverRows()), len(f.cars))
	laps := s.Laps()
	is("laps", len(laps), 6)
	for i := range laps {
		l := &laps[i]
		sum := 0
		for k, v := range []f1.Opt[time.Duration]{l.Sector1, l.Sector2, l.Sector3} {
			want := ms(l.DriverNumber, l.LapNumber, k)
			sum += want
			is(fmt.Sprintf("car %d lap %d sector %d", l.DriverNumber, l.LapNumber, k+1), v, f1.Some(time.Duration(want)*time.Millisecond))
		}
		is(fmt.Sprintf("car %d lap %d", l.DriverNumber, l.LapNumber), l.LapTime, f1.Some(time.Duration(sum)*time.Millisecond))
	}
	var stints []string
	for _, st := range s.Stints() {
		stints = append(stints, fmt.Sprint(st.DriverNumber, st.StintNumber, " ", st.Compound, st.LapStart, st.LapEnd, st.TyreAgeAtStart, st.FreshTyre))
	}
	want := []string{
		fmt.Sprint(first, 1, " ", f.compounds[0], f1.Some(1), f1.Some(2), f1.Some(0), f1.Some(true)),
		fmt.Sprint(first, 2, " ", f.compounds[1], f1.Some(3), f1.Some(3), f1.Some(0), f1.Some(true)),
		fmt.Sprint(second, 1, " ", f.compounds[2], f1.Some(1), f1.Some(3), f1.Some(4), f1.Some(false)),
	}
	slices.Sort(want)
	slices.Sort(stints)
	is("stints", strings.Join(stints, "; "), strings.Join(want, "; "))
	stops := s.PitStops()
	if len(stops) != 1 {
		t.Fatalf("stops %+v", stops)
	}
	stationary := f1.Opt[time.Duration]{}
	if f.stops {
		stationary = f1.Some(2400 * time.Millisecond)
	}
	is("stop", []any{stops[0].DriverNumber, stops[0].LapNumber, stops[0].CompoundTo, stops[0].Stationary, stops[0].PitLane.Known}, []any{first, 2, f.compounds[1], stationary, true})
	results := s.Results()
	is("order", []int{results[0].DriverNumber, results[1].DriverNumber}, []int{second, first})
	for _, n := range f.cars[:2] {
		segments := 0
		for _, sector := range s.Cars[n].Sectors {
			segments += len(sector.Segments)
		}
		is("mini-sectors", segments > 0, f.segments)
	}
	return s
}

// wrote says which members stand anywhere in a topic of a recording.
func wrote(messages []feed.Message, topic string, members ...string) map[string]bool {
	found := map[string]bool{}
	for i := range messages {
		if messages[i].Topic != topic {
			continue
		}
		for _, name := range members {
			if !found[name] && strings.Contains(string(messages[i].Payload), `"`+name+`"`) {
				found[name] = true
			}
		}
	}
	return found
}

// recorded plays a recording of the season and holds that its form is what the test says: these members and no others of
// those asked for. Nothing of it may be skipped.
func recorded(t *testing.T, topic string, has, not []string, path ...string) *timing.Session {
	t.Helper()
	messages := reference.Messages(t, reference.Path(t, append([]string{"live-timing", "archive"}, path...)...))
	got := slices.Sorted(maps.Keys(wrote(messages, topic, append(slices.Clone(has), not...)...)))
	want := slices.Sorted(slices.Values(has))
	if !slices.Equal(got, want) {
		t.Errorf("%s has %v, want %v", topic, got, want)
	}
	s := timing.New()
	for i := range messages {
		s.Apply(&messages[i])
	}
	if s.SkippedTotal > 0 {
		t.Errorf("skipped: %v", s.Skipped)
	}
	return s
}

// compoundsOf are the compounds of the laps.
func compoundsOf(s *timing.Session) []string {
	all := map[string]bool{}
	for _, l := range s.Laps() {
		if l.Compound != "" {
			all[l.Compound] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// The archive begins: no mini-sectors, no status of a car, no references of drivers, seven names of tyres, a message of
// race control of a category of its own for DRS.
func TestSeason2018(t *testing.T) {
	base := form{season: 2018, cars: []int{44, 77}, control: `"Category":"Drs","Status":"DISABLED","Message":"DRS DISABLED"`}
	for _, set := range [][3]string{{"HYPERSOFT", "ULTRASOFT", "SUPERSOFT"}, {"SOFT", "MEDIUM", "HARD"}, {"SUPERHARD", "HARD", "HYPERSOFT"}} {
		f := base
		f.compounds = set
		s := f.told(t)
		if s.Cars[44].Reference != "" || s.Cars[44].Country != "" || s.Info.OfficialName != "" || s.SessionRow().Round.Known || s.RaceControlRows()[0].Category != "Drs" {
			t.Errorf("%+v %+v", s.Info, s.RaceControlRows())
		}
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicTimingData, nil, []string{"Segments", "PreviousValue", "Status", "SessionPart"},
			"2018", "2018-04-29_Azerbaijan_Grand_Prix", "2018-04-29_Race")
		if got := compoundsOf(s); !slices.Equal(got, []string{"SOFT", "SUPERSOFT", "ULTRASOFT"}) || s.Info.OfficialName != "" || s.Cars[44].Reference != "" {
			t.Errorf("%v %+v", got, s.Info)
		}
		if n := len(s.Laps()); n < 800 {
			t.Errorf("%d laps", n)
		}
	})
}

// Parts of qualifying, three names of tyres, references of drivers.
func TestSeason2019(t *testing.T) {
	f := form{season: 2019, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true,
		driver: `,"Reference":"LEWHAM01","HeadshotUrl":"https://x/y.png"`}
	if s := f.told(t); s.Cars[44].Reference != "LEWHAM01" {
		t.Errorf("%+v", s.Cars[44])
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicTimingData, []string{"SessionPart", "CutOffTime", "TimeDiffToFastest"}, []string{"Segments", "PreviousValue"},
			"2019", "2019-09-08_Italian_Grand_Prix", "2019-09-07_Qualifying")
		if got := compoundsOf(s); !slices.Equal(got, []string{"MEDIUM", "SOFT"}) || s.Part != 3 || s.Cars[44].Reference == "" {
			t.Errorf("%v, part %d", got, s.Part)
		}
	})
}

// Mini-sectors, the status of a car and of a sector, the value before.
func TestSeason2020(t *testing.T) {
	f := form{season: 2020, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true}
	if s := f.told(t); s.Cars[44].StatusBits != 64 {
		t.Errorf("status %d", s.Cars[44].StatusBits)
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicTimingData, []string{"Segments", "PreviousValue", "Status", "TimeDiffToFastest"}, []string{"SessionPart"},
			"2020", "2020-08-09_70th_Anniversary_Grand_Prix", "2020-08-07_Practice_2")
		if got := compoundsOf(s); !slices.Equal(got, []string{"HARD", "MEDIUM", "SOFT"}) || len(s.Laps()) < 300 {
			t.Errorf("%v, %d laps", got, len(s.Laps()))
		}
	})
}

// named is a session's type as its type and its name give it.
func named(t *testing.T, kind, name string) f1.SessionType {
	t.Helper()
	return told(t, nil, fmt.Sprintf(`SessionInfo {"Key":1,"Type":%q,"Name":%q,"StartDate":"2021-07-17T16:30:00","GmtOffset":"01:00:00"}`, kind, name)).Info.Type
}

// A sprint is a race that is called a qualifying; practices have gaps of their own.
func TestSeason2021(t *testing.T) {
	f := form{season: 2021, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true}
	f.told(t)
	if got := named(t, "Race", "Sprint Qualifying"); got != f1.Sprint {
		t.Errorf("the sprint is a %s", got)
	}
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Practice","Number":2,"Name":"Practice 2"}`,
		`TimingData {"Lines":{"44":{"Line":2,"TimeDiffToFastest":"+0.404","TimeDiffToPositionAhead":"+0.104"}}}`)
	if c := s.Cars[44]; c.GapToLeader.Time != f1.Some(404*time.Millisecond) || c.Interval.Time != f1.Some(104*time.Millisecond) {
		t.Errorf("%+v %+v", c.GapToLeader, c.Interval)
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicDriverList, []string{"Reference", "HeadshotUrl"}, []string{"CountryCode", "NameFormat", "PublicIdRight"},
			"2021", "2021-11-07_Mexico_City_Grand_Prix", "2021-11-06_Qualifying")
		if s.Info.UTCOffset != -6*time.Hour || s.Part != 3 || s.Info.Start.Hour() != 20 {
			t.Errorf("%+v", s.Info)
		}
	})
}

// Countries of drivers, official names of meetings.
func TestSeason2022(t *testing.T) {
	f := form{season: 2022, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"CountryCode":"GBR","NameFormat":""`, meeting: `,"OfficialName":"FORMULA 1 TEST GRAND PRIX 2022"`}
	if s := f.told(t); s.DriverRows()[0].Country != "GBR" || s.Info.OfficialName == "" {
		t.Errorf("%+v %+v", s.DriverRows()[0], s.Info)
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicDriverList, []string{"CountryCode", "NameFormat"}, []string{"PublicIdRight"},
			"2022", "2022-07-03_British_Grand_Prix", "2022-07-01_Practice_1")
		if s.Cars[1].Country != "NED" || s.Info.Type != f1.Practice1 || s.Info.OfficialName == "" {
			t.Errorf("%+v %+v", s.Cars[1], s.Info)
		}
	})
}

// The sprint has a shoot-out. Placeholders have -1 for a key and a number (archive.TestSeason).
func TestSeason2023(t *testing.T) {
	f := form{season: 2023, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"CountryCode":"GBR"`, info: `,"Number":-1`}
	f.told(t)
	if got := []f1.SessionType{named(t, "Qualifying", "Sprint Shootout"), named(t, "Race", "Sprint")}; !slices.Equal(got, []f1.SessionType{f1.SprintQualifying, f1.Sprint}) {
		t.Errorf("%v", got)
	}
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Practice","Number":-1,"Name":"Practice 3"}`)
	if s.Info.Type != f1.Practice3 {
		t.Errorf("practice 3 without a number is %s", s.Info.Type)
	}
}

// The shoot-out is called sprint qualifying; from the end of the season stops have their times.
func TestSeason2024(t *testing.T) {
	f := form{season: 2024, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"CountryCode":"GBR"`, meeting: `,"Number":18`, stops: true}
	if s := f.told(t); s.SessionRow().Round != f1.Some(18) {
		t.Errorf("round %v", s.SessionRow().Round)
	}
	f.stops = false // before the US Grand Prix
	f.told(t)
	if got := named(t, "Qualifying", "Sprint Qualifying"); got != f1.SprintQualifying {
		t.Errorf("the qualifying of the sprint is a %s", got)
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicDriverList, []string{"CountryCode", "NameFormat"}, []string{"PublicIdRight"},
			"2024", "2024-06-23_Spanish_Grand_Prix", "2024-06-22_Qualifying")
		if s.Part != 3 || len(s.Laps()) < 200 || s.SessionRow().Round.Known {
			t.Errorf("part %d, %d laps, %v", s.Part, len(s.Laps()), s.SessionRow().Round)
		}
	})
}

// What is said twice, a round, pictures by another name, no countries; a car that has just won or lost a place has a bit.
func TestSeason2025(t *testing.T) {
	f := form{season: 2025, cars: []int{44, 77}, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"PublicIdRight":"common/f1/2025/x"`, meeting: `,"Number":6`, info: `,"SessionStatus":"Inactive"`, stops: true, started: true, states: `,"Status":4160`,
		more: []string{`OvertakeSeries {"Overtakes":{"77":[{"Timestamp":"2025-04-29T12:12:00Z","count":0}]}}`,
			`DriverTracker {"SessionPart":0,"Lines":[{"RacingNumber":"44"},{"RacingNumber":"77"}],"Withheld":false}`}}
	s := f.told(t)
	if c := s.Cars[77]; c.Stopped || c.Retired || c.Country != "" || len(s.Tracker) != 2 || len(c.Overtakes) != 1 || s.SessionRow().Round != f1.Some(6) {
		t.Errorf("%+v", c)
	}
	// Without the topic of its own the status is that of SessionInfo.
	if s := told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race","SessionStatus":"Started"}`); s.Status != f1.StatusStarted {
		t.Errorf("status %s", s.Status)
	}
	t.Run("recording", func(t *testing.T) {
		s := recorded(t, feed.TopicSessionInfo, []string{"SessionStatus", "OfficialName", "Number"}, nil,
			"2025", "2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying")
		if s.SessionRow().Round != f1.Some(20) || s.Cars[1].Country != "" || s.Status != f1.StatusEnds {
			t.Errorf("%v %+v %s", s.SessionRow().Round, s.Cars[1], s.Status)
		}
	})
}

// Eleven teams, overtaking told as any other message, hardly a radio message. That there is no DRS is in telemetry.
func TestSeason2026(t *testing.T) {
	cars := make([]int, 22)
	for i := range cars {
		cars[i] = i + 1
	}
	f := form{season: 2026, cars: cars, compounds: [3]string{"SOFT", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"PublicIdRight":"common/f1/2026/x"`, meeting: `,"Number":2`, info: `,"SessionStatus":"Inactive"`, stops: true, started: true, states: `,"Status":4160`,
		control: `"Category":"Other","Message":"OVERTAKE ENABLED"`}
	s := f.told(t)
	teams := map[string]bool{}
	for _, d := range s.DriverRows() {
		teams[d.Team] = true
	}
	if rows := s.RaceControlRows(); len(teams) != 11 || len(s.TeamRadio()) != 0 || rows[0].Category != "Other" || rows[0].Message != "OVERTAKE ENABLED" {
		t.Errorf("%d teams, %+v", len(teams), rows)
	}
}

// What a season may bring that none has had: topics and members that nobody knows, words that are new.
func TestSeasonToCome(t *testing.T) {
	f := form{season: 2027, cars: []int{44, 77}, compounds: [3]string{"C7_NEW", "HARD", "MEDIUM"}, part: true, segments: true, previous: true,
		driver: `,"New":{"a":[1]}`, meeting: `,"New":null`, info: `,"New":7`, control: `"Category":"Brand New","Flag":"PURPLE","Message":"SOMETHING NEW"`,
		more: []string{`NewTopic {"Lines":{"44":{"New":[true]}}}`, `TrackStatus {"Status":"42","Message":"New"}`, `SessionStatus {"Status":"Newly"}`, `SessionStatus {"Status":"Started"}`}}
	s := f.told(t)
	if rows := s.RaceControlRows(); rows[0].Category != "Brand New" || rows[0].Flag != "PURPLE" || s.Track.Status != "code_42" {
		t.Errorf("%+v %v", rows, s.Track)
	}
}
