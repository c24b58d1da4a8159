package events_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// words writes events shortly: kind, lap, cars, places, value, detail.
func words(all []f1.Event) []string {
	var w []string
	for i := range all {
		_, rest, _ := strings.Cut(describe(&all[i]), " ")
		w = append(w, strings.Replace(rest, " confirmed", "", 1))
	}
	return w
}

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestSafetyCarLaps compares the safety cars of every recorded race with the published list: deployed on its lap,
// and racing again on the lap after the one on which it ended, or on that one where the list counts so.
func TestSafetyCarLaps(t *testing.T) {
	compared := 0
	for _, path := range recordings(t) {
		if !strings.HasPrefix(path, "archive") || !strings.HasSuffix(path, "_Race") {
			continue
		}
		parts := strings.Split(path, "/")
		race := parts[1] + " " + strings.ReplaceAll(parts[2][len("2018-04-29_"):], "_", " ")
		list := rowsOf(t, reference.Path(t, "results", "ergast_csv/safety_cars.csv.gz"), func(r map[string]string) bool { return r["Race"] == race })
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		out, in := held(d.Journal(), "sc.deployed"), held(d.Journal(), "sc.ended")
		if len(list) == 0 { // the list leaves out one that a red flag ended
			continue
		}
		red := func(e f1.Event) bool {
			return slices.ContainsFunc(held(d.Journal(), "flag.red"), func(r f1.Event) bool { return r.Time.Sub(e.Time).Abs() < time.Second })
		}
		if len(out) != len(list) || len(in) != len(list) {
			t.Errorf("%s: safety cars %v to %v, published %v", race, words(out), words(in), list)
			continue
		}
		for i, row := range list {
			back, err := strconv.ParseFloat(row["Retreated"], 64)
			lap, err2 := strconv.Atoi(row["Deployed"])
			if err != nil || err2 != nil {
				t.Fatal(race, err, err2)
			}
			// The list counts one car's laps or another's, and a red flag as safety car.
			if n := out[i].Lap.Value - lap; n < -1 || n > 1 || in[i].Lap.Value+1 != int(back) && !red(in[i]) {
				t.Errorf("%s: safety car %d on laps %d to %d, published %v", race, i+1, n, in[i].Lap.Value, row)
			}
			compared++
		}
	}
	if compared < 9 {
		t.Errorf("only %d safety cars were compared", compared)
	}
}

// TestBakuRetirements compares who fell out of the race of 2018, on which lap and why, with the official result.
func TestBakuRetirements(t *testing.T) {
	d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", azerbaijan2018)))
	got := map[string]string{}
	for _, e := range held(d.Journal(), "retirement") {
		got[strconv.Itoa(e.Car.Value)] = strconv.Itoa(e.Lap.Value - 1)
	}
	want := map[string]string{}
	for _, r := range officialRows(t, "race-results.csv.gz", "2018", "4") {
		if r["reasonRetired"] != "" {
			want[r["driverNumber"]] = r["laps"]
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("retirements by car and laps completed %v, official %v", got, want)
	}
	expect(t, "causes", words(held(d.Journal(), "retirement")), []string{
		`retirement lap=1 car=31 "incident with 7 at turn 2"`,
		`retirement lap=1 car=35 "incident with 14, 27 at turn 2"`,
		`retirement lap=11 car=27 "stopped at turn 5"`,
		`retirement lap=40 car=3 "incident with 33 at turn 1"`,
		`retirement lap=40 car=33 "incident with 3 at turn 1"`,
		`retirement lap=43 car=8 "cause unknown"`,
		`retirement lap=49 car=77 "stopped at turn 3"`,
	})
	expect(t, "safety cars", words(held(d.Journal(), "sc.", "vsc.")), []string{
		"sc.deployed lap=1", "sc.in_this_lap lap=5", "sc.ended lap=5", "sc.deployed lap=40", "sc.in_this_lap lap=47", "sc.ended lap=47",
	})
}

// TestOtherRetirements compares the other races with timing.
func TestOtherRetirements(t *testing.T) {
	for path, table := range map[string][3]string{
		miami2025: {"race-sprint-race-results.csv.gz", "2025", "6"},
		"reconstructed/2025-03-16_Australian_Grand_Prix_Race": {"race-results.csv.gz", "2025", "1"},
	} {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got, want := map[string]bool{}, map[string]bool{}
		for _, e := range held(d.Journal(), "retirement") {
			got[strconv.Itoa(e.Car.Value)] = true
		}
		for _, r := range officialRows(t, table[0], table[1], table[2]) {
			if r["reasonRetired"] != "" {
				want[r["driverNumber"]] = true
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: out %v, official %v", path, got, want)
		}
	}
}

// TestMiami tells the sprint of 2025: a wet start behind the safety car that was suspended, the red flag, a safety
// car to the end, and the one penalty that the feed adds.
func TestMiami(t *testing.T) {
	d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", miami2025)))
	expect(t, "start", words(held(d.Journal(), "session.", "weather.", "flag.red")), []string{
		`session.scheduled "2025-05-03T16:00:00Z"`,
		`weather.rain_risk lap=1 value=70 "SPRINT"`,
		`session.announced lap=1 "formation lap behind the safety car"`,
		`session.delayed lap=1 "starting procedure suspended"`,
		`flag.red lap=1`,
		`session.announced lap=1 "SPRINT start at 12:28 local"`,
		`session.started lap=1`,
		`session.announced lap=2 "standing start"`,
		`session.ended lap=18`,
		`session.finalised lap=18`,
	})
	expect(t, "safety car", words(held(d.Journal(), "sc.", "vsc.")), []string{"sc.deployed lap=15", "sc.in_this_lap lap=18", "sc.ended lap=18"})
	expect(t, "penalties", words(held(d.Journal(), "penalty.")), []string{
		`penalty.issued lap=15 car=1 value=10 "time; UNSAFE RELEASE"`,
		`penalty.applied lap=18 car=1 from=4 to=17 value=10`,
	})
	// The gap that the feed shows has the ten seconds in it, and nothing adds them again.
	if gap := s.Cars[1].GapToLeader.Time.Value; gap != 12059*time.Millisecond || s.Cars[1].Position != 17 {
		t.Errorf("car 1 is %d., %v behind", s.Cars[1].Position, gap)
	}
	final := held(d.Journal(), "result.final")
	if len(final) != 1 || !slices.Equal(final[0].Cars[:4], []int{4, 81, 44, 23}) {
		t.Errorf("final result of the feed: %v", words(final))
	}
}

// TestMiamiLatePenalties goes on where the recording ends: three cars got five seconds hours after the flag, which
// no recorded message tells. It lets the feed say so in its own form, with the official places, and each must be
// told as added, with the places that the car lost by it and by the others.
func TestMiamiLatePenalties(t *testing.T) {
	messages := reference.Messages(t, reference.Path(t, "live-timing", miami2025))
	_, s := detect(messages)
	lines := map[string]any{}
	var late []string
	at := s.Now.Add(time.Hour)
	rc := map[string]any{}
	for _, r := range officialRows(t, "race-sprint-race-results.csv.gz", "2025", "6") {
		line := map[string]any{}
		lines[r["driverNumber"]] = line
		if place, err := strconv.Atoi(r["position"]); err == nil {
			line["Position"] = strconv.Itoa(place)
		}
		if r["timePenalty"] != "5.000" {
			continue
		}
		late = append(late, r["driverNumber"])
		line["GapToLeader"] = r["gap"]
		rc[strconv.Itoa(200+len(late))] = map[string]any{"Utc": at.Add(time.Duration(len(late)) * time.Second).Format("2006-01-02T15:04:05"), "Lap": 18, "Category": "Other",
			"Message": fmt.Sprintf("FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR %s (%s) - LATE", r["driverNumber"], s.Cars[atoi(t, r["driverNumber"])].TLA)}
	}
	for i, m := range []struct {
		topic string
		body  any
	}{
		{feed.TopicRaceControlMessages, map[string]any{"Messages": rc}},
		{feed.TopicTimingData, map[string]any{"Lines": lines}},
		{feed.TopicHeartbeat, map[string]any{}},
	} {
		payload, err := json.Marshal(m.body)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, feed.Message{Topic: m.topic, Time: at.Add(time.Duration(i*30+10) * time.Second), Payload: payload, Offset: uint64(len(messages) + 1)})
	}
	d, _ := detect(messages)
	proveAll(t, d.Journal(), messages)
	got := words(held(d.Journal(), "penalty.applied"))
	slices.Sort(got)
	expect(t, "added", got, []string{
		"penalty.applied lap=18 car=1 from=4 to=17 value=10",
		"penalty.applied provisional lap=18 car=23 from=4 to=11 value=5",
		"penalty.applied provisional lap=18 car=30 from=7 to=13 value=5",
		"penalty.applied provisional lap=18 car=87 from=8 to=14 value=5",
	})
	revised := held(d.Journal(), "result.revised")
	if len(revised) == 0 || !slices.Equal(revised[len(revised)-1].Cars[:6], []int{4, 81, 44, 63, 18, 22}) {
		t.Errorf("revised result %v", words(revised))
	}
	if len(late) != 3 {
		t.Errorf("%d late penalties in the official result", len(late))
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAbuDhabiPenalties has penalties that are given and added after the flag within the recording.
func TestAbuDhabiPenalties(t *testing.T) {
	d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", "recordings/2025-12-07_abudhabi_race_last12min_pyrepr")))
	expect(t, "penalties", words(held(d.Journal(), "penalty.")), []string{
		`penalty.issued lap=58 car=18 value=5 "time; MORE THAN ONE CHANGE OF DIRECTION"`,
		`penalty.applied lap=58 car=18 from=9 to=11 value=5`,
		`penalty.issued lap=58 car=87 value=5 "time; MORE THAN ONE CHANGE OF DIRECTION"`,
		`penalty.applied provisional lap=58 car=87 from=9 to=12 value=5`,
	})
}

// TestStatusSeries compares the events of session and parts with the changes of the session status of every
// recording, counted here from the messages alone.
func TestStatusSeries(t *testing.T) {
	suspended, parts := 0, 0
	for _, path := range recordings(t) {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, s := detect(messages)
		want := map[string]int{}
		last, seen := f1.SessionStatus(""), false
		again := timing.New()
		for i := range messages {
			again.Apply(&messages[i])
			if again.Status == last {
				continue
			}
			was := last
			last = again.Status
			if messages[i].Snapshot || was == "" && messages[i].Time.Sub(messages[0].Time) < 10*time.Second {
				seen = seen || last != f1.StatusInactive
				continue
			}
			switch last {
			case f1.StatusStarted:
				if !seen {
					want["session.started"]++
				}
				seen = true
			case f1.StatusAborted:
				want["session.suspended"]++
			case f1.StatusFinalised:
				want["session.finalised"]++
				want["session.ended"]++
			}
		}
		got := map[string]int{}
		for _, e := range held(d.Journal(), "session.started", "session.suspended", "session.finalised", "session.ended") {
			got[string(e.Kind)]++
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: events %v, status changes %v", path, got, want)
		}
		for _, e := range held(d.Journal(), "session.suspended") {
			if red := held(d.Journal(), "flag.red"); !slices.ContainsFunc(red, func(r f1.Event) bool { return r.Time.Sub(e.Time).Abs() < 5*time.Second }) {
				t.Errorf("%s: %s without a red flag: %v", path, describe(&e), words(red))
			}
		}
		suspended += want["session.suspended"]
		if s.Info.Type.IsQualifying() {
			var numbers []string
			for _, e := range held(d.Journal(), "part.") {
				numbers = append(numbers, fmt.Sprintf("%s %v", e.Kind, e.Value.Value))
			}
			expect(t, path, numbers, []string{"part.started 1", "part.ended 1", "part.started 2", "part.ended 2", "part.started 3", "part.ended 3"})
			parts++
		}
	}
	if suspended < 8 || parts < 5 {
		t.Errorf("%d suspensions and %d qualifyings were compared", suspended, parts)
	}
}

// TestCutTopic takes a topic out of a replay for 20 seconds, at several places, and wants the gap flagged within two
// seconds of its due time and cleared within two seconds of the topic's return. Nothing may be flagged without a cut.
func TestCutTopic(t *testing.T) {
	// The others must live: these have car data and positions every second.
	const qualifying = "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"
	const race = "reconstructed/2025-03-16_Australian_Grand_Prix_Race"
	for _, c := range []struct {
		path, topic string
		at          []string // time of day
	}{
		{qualifying, feed.TopicTimingData, []string{"21:06:00", "21:12:00", "21:16:30", "21:38:30"}},
		{qualifying, feed.TopicCarData, []string{"20:55:00", "21:06:00", "21:52:00"}},
		{qualifying, feed.TopicPosition, []string{"20:56:00", "21:30:00"}},
		{race, feed.TopicTimingData, []string{"04:45:00", "05:00:00", "05:25:00", "05:55:00"}},
		{race, feed.TopicPosition, []string{"05:10:00"}},
	} {
		whole := reference.Messages(t, reference.Path(t, "live-timing", c.path))
		for _, at := range c.at {
			cutTopic(t, whole, c.topic, at)
		}
	}
	for _, path := range recordings(t) {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, _ := detect(messages)
		for _, e := range held(d.Journal(), "data.") {
			t.Errorf("%s: nothing was cut: %s", path, describe(&e))
		}
	}
}

func cutTopic(t *testing.T, whole []feed.Message, topic, clock string) {
	t.Helper()
	day := whole[0].Time.UTC().Format("2006-01-02T")
	from, err := time.Parse(time.RFC3339, day+clock+"Z")
	if err != nil {
		t.Fatal(err)
	}
	var cut []feed.Message
	var last, back time.Time
	var longest time.Duration
	for _, m := range whole {
		if m.Topic == topic {
			switch {
			case m.Time.Before(from):
				if step := m.Time.Sub(last); from.Sub(m.Time) < 4*time.Minute && !last.IsZero() && step > longest {
					longest = step
				}
				last = m.Time
			case m.Time.Before(from.Add(20 * time.Second)):
				continue
			case back.IsZero():
				back = m.Time
			}
		}
		m.Offset = uint64(len(cut) + 1)
		cut = append(cut, m)
	}
	d, _ := detect(cut)
	gaps := slices.DeleteFunc(held(d.Journal(), "data.gap", "data.recovered"), func(e f1.Event) bool {
		return e.Time.Sub(from).Abs() > time.Minute // the end of a recording has its own
	})
	proveAll(t, gaps, cut)
	var gap, recovered *f1.Event
	for i := range gaps {
		if strings.HasPrefix(gaps[i].Detail, topic) && gaps[i].Kind == events.DataGap {
			gap = &gaps[i]
		}
		if strings.HasPrefix(gaps[i].Detail, topic) && gaps[i].Kind == events.DataRecovered {
			recovered = &gaps[i]
		}
	}
	if gap == nil || recovered == nil || len(gaps) != 2 {
		t.Errorf("%s cut at %s: %v", topic, clock, words(gaps))
		return
	}
	var period float64
	if _, err := fmt.Sscanf(gap.Detail[strings.Index(gap.Detail, "every "):], "every %f s", &period); err != nil {
		t.Fatal(err)
	}
	p := events.Defaults().DataGap
	due := last.Add(time.Duration(max(p.Periods*period, 3, p.Longest*(longest.Seconds()+1)) * float64(time.Second)))
	if late := gap.Known.Sub(due); late > 2*time.Second {
		t.Errorf("%s cut at %s: flagged %v after it was due", topic, clock, late)
	}
	if late := recovered.Known.Sub(back); late > 2*time.Second || late < 0 {
		t.Errorf("%s cut at %s: cleared %v after it came again", topic, clock, late)
	}
	t.Logf("%s cut at %s: last %s, flagged after %.1f s (due %.1f s), cleared %.1f s after its return", topic, clock,
		last.Format("15:04:05"), gap.Known.Sub(last).Seconds(), due.Sub(last).Seconds(), recovered.Known.Sub(back).Seconds())
}
