package openf1

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"compress/gzip"
	"os"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// championship holds the documents of the championship to what all messages together say.
func (r *recorded) championship(t *testing.T, held *stand, key string) {
	t.Helper()
	type line struct {
		TeamName                           string
		CurrentPosition, PredictedPosition *int
		CurrentPoints, PredictedPoints     *float64
	}
	all := struct{ Drivers, Teams map[string]*line }{map[string]*line{}, map[string]*line{}}
	merge := func(into map[string]*line, said map[string]json.RawMessage) {
		for who, part := range said {
			if into[who] == nil {
				into[who] = &line{}
			}
			if err := json.Unmarshal(part, into[who]); err != nil { // pointers keep what a message does not say
				t.Fatal(err)
			}
		}
	}
	for i := range r.messages {
		if r.messages[i].Topic != feed.TopicChampionshipPrediction {
			continue
		}
		var said struct{ Drivers, Teams map[string]json.RawMessage }
		if err := json.Unmarshal(r.messages[i].Payload, &said); err != nil {
			t.Fatal(err)
		}
		merge(all.Drivers, said.Drivers)
		merge(all.Teams, said.Teams)
	}
	said := func(l *line) string {
		number := func(f *float64) any {
			if f == nil {
				return nil
			}
			return *f
		}
		place := func(n *int) any {
			if n == nil {
				return nil
			}
			return *n
		}
		return strings.Join([]string{spelled(place(l.CurrentPosition)), spelled(place(l.PredictedPosition)), spelled(number(l.CurrentPoints)), spelled(number(l.PredictedPoints))}, " ")
	}
	for name, lines := range map[string]map[string]*line{championshipDrivers: all.Drivers, championshipTeams: all.Teams} {
		var want, got []string
		for who, l := range lines {
			if name == championshipTeams {
				who = l.TeamName
			}
			want = append(want, who+" "+said(l))
		}
		for _, row := range held.answered("v1/" + name + "?session_key=" + key) {
			who := row["driver_number"]
			if name == championshipTeams {
				who = row["team_name"]
			}
			got = append(got, strings.Join([]string{who, row["position_start"], row["position_current"], row["points_start"], row["points_current"]}, " "))
			if len(row) != 7 {
				t.Errorf("%s: fields %v", name, row)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		t.Logf("%s: documents equal to what the messages say: %d", name, len(got))
	}
}

// session holds the documents of session and meeting to what SessionInfo says, and to the row of table sessions where there is
// nothing else.
func (r *recorded) session(t *testing.T, held, stored *stand, d *derive.Session) {
	t.Helper()
	in, row := d.State.Info, d.State.SessionRow()
	text := func(s string) string {
		if s == "" {
			return "null"
		}
		return s
	}
	number := func(n int) string {
		if n == 0 {
			return "null"
		}
		return fmt.Sprint(n)
	}
	offset := time.Time{}.Add(in.UTCOffset.Abs()).Format("15:04:05")
	if in.UTCOffset < 0 {
		offset = "-" + offset
	}
	kind := map[bool]string{true: "Race"}[r.race]
	switch {
	case strings.HasPrefix(string(in.Type), "practice"):
		kind = "Practice"
	case kind == "":
		kind = "Qualifying"
	}
	whole := map[string]string{
		"circuit_key": number(in.CircuitKey), "circuit_short_name": text(in.Circuit), "country_code": text(in.CountryCode), "country_key": number(in.CountryKey),
		"country_name": text(in.Country), "date_end": spelled(in.End), "date_start": spelled(in.Start), "gmt_offset": offset, "is_cancelled": "false",
		"location": text(in.Location), "year": number(in.Start.Year()), "meeting_key": number(in.MeetingKey), "session_key": in.Key, "session_name": in.Name, "session_type": kind,
	}
	holdFields(t, "sessions, held", held.answered("v1/sessions"), whole)
	weekend := map[string]string{"meeting_name": text(in.Meeting), "meeting_official_name": text(in.OfficialName)}
	for name, v := range whole {
		if !strings.HasPrefix(name, "session_") {
			weekend[name] = v
		}
	}
	holdFields(t, "meetings, held", held.answered("v1/meetings"), weekend)
	for _, name := range []string{"circuit_key", "country_code", "country_key", "country_name", "location"} {
		whole[name], weekend[name] = "null", "null"
	}
	key := "null"
	if row.Season.Known && row.Round.Known {
		key = fmt.Sprint(row.Season.Value*100 + row.Round.Value)
	}
	for _, m := range []map[string]string{whole, weekend} {
		m["meeting_key"], m["circuit_short_name"] = key, text(row.CircuitID)
		if row.Season.Known {
			m["year"] = fmt.Sprint(row.Season.Value)
		}
	}
	weekend["meeting_official_name"] = "null"
	holdFields(t, "sessions, stored", stored.answered("v1/sessions"), whole)
	holdFields(t, "meetings, stored", stored.answered("v1/meetings"), weekend)
}

// holdFields compares the one document of an answer with what its fields should be; addresses of pictures are beside.
func holdFields(t *testing.T, what string, got []map[string]string, want map[string]string) {
	t.Helper()
	if len(got) != 1 {
		t.Errorf("%s: %d documents", what, len(got))
		return
	}
	for name, v := range got[0] {
		switch name {
		case "circuit_image", "circuit_info_url", "circuit_type", "country_flag":
			continue
		}
		if want[name] != v {
			t.Errorf("%s: %s is %s, want %s", what, name, v, want[name])
		}
	}
	for name := range want {
		if _, ok := got[0][name]; !ok {
			t.Errorf("%s: no %s", what, name)
		}
	}
}

// recordsOf are the lines of a season's round in a file of results.
func recordsOf(t *testing.T, file, season, round string) (all []map[string]string) {
	t.Helper()
	f, err := os.Open(reference.Path(t, "results", "f1db", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if row[0] == season && row[1] == round {
			line := map[string]string{}
			for i, name := range rows[0] {
				line[name] = row[i]
			}
			all = append(all, line)
		}
	}
	return all
}

// secs are seconds of a lap time as the books have it; nil for none.
func secs(written string) any {
	if written == "" {
		return nil
	}
	at, err := time.Parse("4:05.000", written)
	if err != nil {
		return written
	}
	return float64(at.Sub(at.Truncate(time.Hour)).Milliseconds()) / 1000
}

// TestGridAndParts holds the starting grid of a real weekend, and the times of its three parts of qualifying, to the official ones.
func TestGridAndParts(t *testing.T) {
	weekend := func(session string) []feed.Message {
		return reference.Messages(t, reference.Path(t, "live-timing", "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", session), feed.TopicCarData, feed.TopicPosition)
	}
	s := newStand(t)
	qualifying := s.hold(weekend("2025-10-25_Qualifying"), nil)
	s.refused("v1/starting_grid?session_key="+qualifying, 404) // nobody knows the grid before the race says it
	race := s.hold(weekend("2025-10-26_Race"), nil)
	laps := map[string]map[string]string{}
	for _, line := range recordsOf(t, "race-qualifying-results.csv.gz", "2025", "20") {
		laps[line["driverNumber"]] = line
	}
	best := map[string]float64{}
	for _, line := range laps {
		for _, part := range []string{"q1", "q2", "q3"} {
			if v, ok := secs(line[part]).(float64); ok && (best[part] == 0 || v < best[part]) {
				best[part] = v
			}
		}
	}
	grid := s.answered("v1/starting_grid?session_key=" + qualifying)
	official := recordsOf(t, "race-starting-grid-positions.csv.gz", "2025", "20")
	if len(grid) != len(official) || len(grid) != 20 {
		t.Fatalf("%d rows, the official grid has %d", len(grid), len(official))
	}
	for i, line := range official {
		number := line["driverNumber"]
		want := map[string]string{
			"driver_number": number, "position": line["position"], "lap_duration": spelled(lastOf(laps[number])), "meeting_key": "1272", "session_key": qualifying,
		}
		if fmt.Sprint(grid[i]) != fmt.Sprint(want) {
			t.Errorf("grid: %v, want %v", grid[i], want)
		}
	}
	t.Logf("starting_grid: %d rows as the official one", len(grid))
	s.refused("v1/starting_grid?session_key="+race, 404) // it is told of the qualifying session
	n := 0
	for _, row := range s.get("v1/session_result?session_key=" + qualifying) {
		line := laps[fmt.Sprint(row["driver_number"])]
		times, gaps := row["duration"].([]any), row["gap_to_leader"].([]any)
		for i, part := range []string{"q1", "q2", "q3"} {
			want := secs(line[part])
			if times[i] != want {
				t.Errorf("car %v, %s: %v, want %v", row["driver_number"], part, times[i], want)
			}
			n++
			if v, ok := want.(float64); ok && fmt.Sprintf("%.3f", gaps[i]) != fmt.Sprintf("%.3f", v-best[part]) || !ok && gaps[i] != nil {
				t.Errorf("car %v, %s: %v from the best", row["driver_number"], part, gaps[i])
			}
		}
		if fmt.Sprint(row["position"]) != line["position"] {
			t.Errorf("car %v: place %v, want %s", row["driver_number"], row["position"], line["position"])
		}
	}
	t.Logf("session_result: %d times of parts as the official ones", n)
}

// lastOf is the time that ranks: of the last part that there is one in.
func lastOf(line map[string]string) any {
	for _, part := range []string{"q3", "q2", "q1"} {
		if v := secs(line[part]); v != nil {
			return v
		}
	}
	return nil
}

// TestStoredWeekend asks about a session that is only stored while the log of another of its weekend is at hand: meeting, place and
// the addresses of its recordings are those of the feed.
func TestStoredWeekend(t *testing.T) {
	folder := func(session string) string {
		return reference.Path(t, "live-timing", "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", session)
	}
	s := newStand(t)
	race := s.hold(reference.Messages(t, folder("2025-10-26_Race"), feed.TopicCarData, feed.TopicPosition), nil)
	alone := newStand(t)
	messages := reference.Messages(t, folder("2025-10-25_Qualifying"), feed.TopicCarData, feed.TopicPosition)
	qualifying := s.keep(messages)
	alone.keep(messages)
	if rows := s.answered("v1/sessions?meeting_key=1272"); len(rows) != 2 || rows[0]["session_key"] != qualifying || rows[1]["session_key"] != race {
		t.Errorf("sessions of the meeting: %v", rows)
	}
	if rows := s.answered("v1/meetings"); len(rows) != 1 || rows[0]["meeting_key"] != "1272" || rows[0]["circuit_key"] != "65" {
		t.Errorf("meetings: %v", rows)
	}
	radio := s.answered("v1/team_radio?session_key=" + qualifying)
	held := newStand(t)
	held.hold(messages, nil)
	want := held.answered("v1/team_radio")
	if len(radio) == 0 || fmt.Sprint(radio) != fmt.Sprint(want) {
		t.Errorf("team_radio: %v, want %v", radio, want)
	}
	for _, row := range alone.answered("v1/team_radio?session_key=" + qualifying) {
		if row["recording_url"] != "null" || row["meeting_key"] != "202520" {
			t.Errorf("team_radio of a weekend that is not known: %v", row)
		}
	}
	if rows := s.answered("v1/laps?session_key=" + qualifying + "&driver_number=4"); len(rows) == 0 || rows[0]["meeting_key"] != "1272" {
		t.Errorf("laps: %v", rows)
	}
	t.Logf("team_radio: %d addresses of a stored session as those of its log", len(radio))
}

func TestArchivePath(t *testing.T) {
	sunday := time.Date(2023, 11, 5, 14, 0, 0, 0, time.UTC)
	o := occasion{event: "Las Vegas Grand Prix", name: "Practice 1", start: time.Date(2023, 11, 17, 4, 30, 0, 0, time.UTC), offset: -8 * time.Hour}
	if got := archivePath(&o, time.Date(2023, 11, 18, 22, 0, 0, 0, time.UTC)); got != "2023/2023-11-18_Las_Vegas_Grand_Prix/2023-11-16_Practice_1/" {
		t.Error(got)
	}
	o.simulated = true
	if got := archivePath(&o, sunday); got != "" {
		t.Errorf("a simulation lies at %s", got)
	}
	if got := gridFor(string(f1.SprintQualifying)) + gridFor(string(f1.Qualifying)) + gridFor(string(f1.Race)); got != "sprintrace" {
		t.Error(got)
	}
}
