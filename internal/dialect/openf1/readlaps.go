package openf1

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

//

// ofCar are the rows of a collection that are about a car, in the order of a field.
func (t *turner) ofCar(c string, car int64, by string) []*document {
	var all []*document
	for _, d := range t.rows[c] {
		if d.get("driver_number").n == car {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b *document) int { return cmp.Compare(a.get(by).n, b.get(by).n) })
	return all
}

// cars are those of which rows of these collections have changed.
func (t *turner) cars(collections ...string) []int64 {
	seen := map[int64]bool{}
	var all []int64
	for _, c := range collections {
		for _, d := range t.changed[c] {
			if car := d.get("driver_number").n; !seen[car] {
				seen[car] = true
				all = append(all, car)
			}
		}
	}
	slices.Sort(all)
	return all
}

// line tells a fact of a car's line in TimingData.
func (t *turner) line(car int64, fact string, at time.Time, line *payload) {
	number := strconv.FormatInt(car, 10)
	t.tell("line "+number+" "+fact, feed.TopicTimingData, at, `{"Lines":{"`+number+`":`+line.String()+`}}`)
}

// timed is when a lap began and ended, and the sectors between, as far as the row and the one after it tell.
type timed struct{ start, one, two, end time.Time }

// settled is how long after the start of a lap a value is safely this lap's.
const settled = lapSettles + time.Millisecond

// timesOf gives them; green is when the race began, zero when it has not or there is none.
func timesOf(d, next *document, green time.Time) timed {
	w := timed{start: d.date("date_start")}
	if w.start.IsZero() && d.get("lap_number").n == 1 {
		w.start = green
	}
	var following time.Time
	if next != nil {
		following = next.date("date_start")
	}
	lasted, known := d.lasts("lap_duration")
	if w.start.IsZero() && known && !following.IsZero() {
		w.start = following.Add(-lasted)
	}
	s1, has1 := d.lasts("duration_sector_1")
	s2, has2 := d.lasts("duration_sector_2")
	s3, has3 := d.lasts("duration_sector_3")
	if !known && has1 && has2 && has3 {
		lasted, known = s1+s2+s3, true
	}
	if w.end = following; known && !w.start.IsZero() {
		// The time of a lap that began with a stay in the pits may count that as well, and the lap does not.
		if w.end = w.start.Add(lasted); !following.IsZero() && following.Sub(w.end) < lapSettles {
			w.end = following
		}
	}
	if w.start.IsZero() && w.end.IsZero() {
		return w
	}
	switch {
	case w.start.IsZero():
		w.two = w.end.Add(-s3)
		w.one = w.two.Add(-s2)
		return w
	case has1 && has2:
		w.one, w.two = w.start.Add(s1), w.start.Add(s1+s2)
	case has1:
		w.one = w.start.Add(s1)
		w.two = w.one
	default: // from its end backwards, as far as that is known
		if w.two = w.start; has3 && !w.end.IsZero() {
			w.two = w.end.Add(-s3)
		}
		w.one = w.two.Add(-s2)
	}
	for _, at := range [...]*time.Time{&w.one, &w.two} {
		if low := w.start.Add(settled); at.Before(low) {
			*at = low
		}
		if !w.end.IsZero() && at.After(w.end) {
			*at = w.end
		}
	}
	return w
}

func (t *turner) laps() {
	for _, car := range t.cars(lapsOf) {
		all := t.ofCar(lapsOf, car, "lap_number")
		for i, d := range all {
			var next *document
			if i+1 < len(all) {
				next = all[i+1]
			}
			t.lap(car, d, next)
		}
	}
	t.intoPits()
	t.lapCount()
}

// inLapLasts is how long after its second sector a lap that has no end yet is taken for one that went into the pits: longer
// than the slowest third sector.
const inLapLasts = 2 * time.Minute

// intoPits ends the last laps of the cars that went into the pits after the chequered flag. Nothing says it: no lap
// follows, and a stay there that has no end is no row of pit. A race's in-laps are none of the race.
func (t *turner) intoPits() {
	if t.race() || t.flag.IsZero() {
		return
	}
	for _, d := range t.lastLaps() {
		_, ended := d.lasts("lap_duration")
		_, begun := d.lasts("duration_sector_2")
		w := timesOf(d, nil, t.green)
		if ended || !begun || w.two.IsZero() || w.two.Before(t.flag) || t.newest.Sub(w.two) < inLapLasts {
			continue
		}
		t.line(d.get("driver_number").n, "stay "+d.key+" last", w.two.Add(time.Second), newPayload().value("InPit", new(boolOf(true))))
	}
}

// lap tells the facts of a lap, in the order in which they happen.
func (t *turner) lap(car int64, d, next *document) {
	n, _ := d.number("lap_number")
	w := timesOf(d, next, t.green)
	fact := strconv.FormatInt(n, 10) + " "
	if !w.start.IsZero() && !d.date("date_start").IsZero() {
		count := n
		if t.race() {
			count--
		}
		if n > 1 || !t.race() {
			t.line(car, fact+"begins", w.start, newPayload().value("NumberOfLaps", new(integerOf(count))))
		}
	}
	if out := w.start; d.get("is_pit_out_lap").n == 1 {
		if out.IsZero() {
			out = w.one // it was out by then
		}
		if !out.IsZero() {
			t.line(car, fact+"out", out, newPayload().value("PitOut", new(boolOf(true))))
			t.line(car, fact+"gone", out.Add(time.Second), newPayload().value("PitOut", new(boolOf(false))))
		}
	}
	or := func(at time.Time) time.Time {
		if at.IsZero() {
			return t.newest
		}
		return at
	}
	speed := func(field, name string, at time.Time) {
		if v, ok := d.number(field); ok {
			t.line(car, fact+field, or(at), newPayload().open("Speeds").open(name).text("Value", strconv.FormatInt(v, 10)).close().close())
		}
	}
	sector := func(i int, at time.Time) {
		field := "duration_sector_" + strconv.Itoa(i+1)
		if v, ok := d.lasts(field); ok {
			t.line(car, fact+field, or(at), newPayload().open("Sectors").open(strconv.Itoa(i)).text("Value", lapText(v, false)).close().close())
		}
		t.segments(car, d, i, or(at))
	}
	speed("i1_speed", "I1", w.one)
	sector(0, w.one)
	speed("i2_speed", "I2", w.two)
	speed("st_speed", "ST", w.two)
	sector(1, w.two)
	sector(2, w.end)
	if v, ok := d.lasts("lap_duration"); ok {
		t.line(car, fact+"time", or(w.end), newPayload().open("LastLapTime").text("Value", lapText(v, true)).close())
	}
	if next == nil && t.race() && !t.flag.IsZero() && !w.end.IsZero() && !w.end.Before(t.flag.Add(-lapSettles)) {
		t.line(car, fact+"last", w.end, newPayload().value("NumberOfLaps", new(integerOf(n))))
	}
}

// segments tells the mini-sectors of a sector that have changed.
func (t *turner) segments(car int64, d *document, i int, at time.Time) {
	list := d.get("segments_sector_" + strconv.Itoa(i+1))
	if list.shape != isList || len(list.list) == 0 {
		return
	}
	p := newPayload().open("Sectors").open(strconv.Itoa(i)).open("Segments")
	for j := range list.list {
		if v := &list.list[j]; v.shape == isInteger {
			p.open(strconv.Itoa(j)).value("Status", v).close()
		}
	}
	t.line(car, strconv.FormatInt(d.get("lap_number").n, 10)+" segments "+strconv.Itoa(i), at, p.close().close().close())
}

// lapText is a duration as the feed writes it.
func lapText(d time.Duration, minutes bool) string {
	ms := d.Milliseconds()
	if m := ms / 60_000; minutes || m > 0 {
		rest := strconv.FormatFloat(float64(ms%60_000)/1000, 'f', 3, 64)
		return strconv.FormatInt(m, 10) + ":" + strings.Repeat("0", 6-len(rest)) + rest
	}
	return strconv.FormatFloat(float64(ms)/1000, 'f', 3, 64)
}

// lapCount tells the lap of a race as its leader begins it.
func (t *turner) lapCount() {
	if !t.race() {
		return
	}
	first := map[int64]time.Time{}
	for _, d := range t.rows[lapsOf] {
		n, at := d.get("lap_number").n, d.date("date_start")
		if !at.IsZero() && (first[n].IsZero() || at.Before(first[n])) {
			first[n] = at
		}
	}
	for n := t.lead + 1; !first[n].IsZero(); n++ {
		t.lead = n
		lap := integerOf(n)
		t.tell("lap "+strconv.FormatInt(n, 10), feed.TopicLapCount, first[n], newPayload().value("CurrentLap", &lap).String())
		t.tellSeries(first[n], "Lap", lap)
	}
}

// tellSeries adds to the series of laps and parts of qualifying.
func (t *turner) tellSeries(at time.Time, name string, v value) {
	p := newPayload().open("Series").open(strconv.Itoa(t.series)).text("Utc", utcText(at)).value(name, &v)
	t.series++
	t.tell("series "+strconv.Itoa(t.series), feed.TopicSessionData, at, p.close().close().String())
}

// stints tells of each set of tyres when it was fitted, and how far it has run.
func (t *turner) stints() {
	for _, car := range t.cars(stintsOf) {
		all, stops := t.ofCar(stintsOf, car, "stint_number"), t.ofCar(pitOf, car, "lap_number")
		for i, d := range all {
			n, _ := d.number("stint_number")
			if n < 1 || n > maxPlaces {
				continue
			}
			at := t.begin
			if from, ok := d.number("lap_start"); ok && n > 1 {
				at = t.fitted(car, from)
			}
			// The service takes the lap from a list that is often opened early: one stop a stint is surer.
			if i > 0 && t.race() && len(stops) == len(all)-1 && !stops[i-1].date("date").IsZero() {
				at = stops[i-1].date("date")
			}
			t.stint(car, n, d, at)
		}
	}
}

func (t *turner) stint(car, n int64, d *document, at time.Time) {
	if at.IsZero() {
		at = t.newest
	}
	p := newPayload().text("Compound", d.get("compound").s)
	if age, ok := d.number("tyre_age_at_start"); ok {
		p.text("New", strconv.FormatBool(age == 0)).value("TotalLaps", d.get("tyre_age_at_start")).value("StartLaps", d.get("tyre_age_at_start"))
	}
	number, index := strconv.FormatInt(car, 10), strconv.FormatInt(n-1, 10)
	entry := `{"Lines":{"` + number + `":{"Stints":{"` + index + `":`
	t.tell("stint "+number+" "+index, feed.TopicTimingAppData, at, entry+p.String()+`}}}}`)
}

// fitted is when the tyres were fitted with which a lap was begun: at the end of the stay in the pits about then, else as
// the lap began.
func (t *turner) fitted(car, lap int64) time.Time {
	var began time.Time
	for _, d := range t.ofCar(lapsOf, car, "lap_number") {
		if d.get("lap_number").n == lap {
			began = d.date("date_start")
		}
	}
	at, away := began, maxAway
	for _, d := range t.ofCar(pitOf, car, "lap_number") {
		if out := d.date("date"); !out.IsZero() && out.Sub(began).Abs() < away {
			at, away = out, out.Sub(began).Abs()
		}
	}
	return at
}

// maxAway is how far from the start of a lap the exit from the pits can be with which it began.
const maxAway = 90 * time.Second

// grid tells where the cars are before anything has happened: without it, what comes first would seem to have been
// joined in the middle.
func (t *turner) grid() {
	for _, d := range t.changed[driversOf] {
		if t.told["drivers"] == "" || t.rows[driversOf][d.key] != d {
			continue
		}
		t.line(d.get("driver_number").n, "grid", t.begin, newPayload().value("InPit", new(boolOf(!t.race()))))
	}
}

// pits tells of the stays in the pit lane: those of which there are rows, and outside races those that a lap out of the
// pits gives away.
func (t *turner) pits() {
	for _, car := range t.cars(pitOf, lapsOf) {
		var outs []time.Time
		for i, d := range t.ofCar(pitOf, car, "lap_number") {
			if out := t.stay(car, i+1, d); !out.IsZero() {
				outs = append(outs, out)
			}
		}
		if t.race() {
			continue
		}
		all := t.ofCar(lapsOf, car, "lap_number")
		for i, d := range all {
			start := d.date("date_start")
			if start.IsZero() && i+1 < len(all) {
				start = timesOf(d, all[i+1], t.green).one // it was out by then
			}
			seen := slices.ContainsFunc(outs, func(out time.Time) bool { return out.Sub(start).Abs() < maxAway })
			if start.IsZero() || d.get("is_pit_out_lap").n != 1 || seen {
				continue
			}
			fact := "stay " + d.key + " "
			if i > 0 {
				before := timesOf(all[i-1], d, t.green)
				in := before.two
				if _, known := all[i-1].lasts("lap_duration"); known && before.end.Before(start) {
					in = before.end
				}
				if !in.IsZero() && in.Before(start) {
					t.line(car, fact+"in", in, newPayload().value("InPit", new(boolOf(true))))
				}
			}
			t.line(car, fact+"out", start, newPayload().value("InPit", new(boolOf(false))))
		}
	}
}

// stay tells of one stay in the pit lane and gives its end, zero when it has only begun.
func (t *turner) stay(car int64, n int, d *document) (out time.Time) {
	lane, known := d.lasts("lane_duration")
	if !known {
		lane, known = d.lasts("pit_duration")
	}
	number, fact := strconv.FormatInt(car, 10), "pit "+d.key+" "
	if out = d.date("date"); !known || out.IsZero() {
		if !out.IsZero() { // no end of it has been told: it has only begun
			t.line(car, fact+"in", out, newPayload().value("InPit", new(boolOf(true))))
		}
		return time.Time{}
	}
	t.line(car, fact+"in", out.Add(-lane), newPayload().value("InPit", new(boolOf(true))).value("NumberOfPitStops", new(integerOf(n))))
	t.line(car, fact+"out", out, newPayload().value("InPit", new(boolOf(false))))
	p := newPayload().open("PitTimes").open(number).text("RacingNumber", number).text("Duration", lapText(lane, false))
	p.text("Lap", keyPart(d.get("lap_number"))).close().close()
	t.tell("lane "+d.key, feed.TopicPitLaneTimeCollection, out, p.String())
	if stop, ok := d.lasts("stop_duration"); ok {
		p := newPayload().text("RacingNumber", number).text("PitStopTime", lapText(stop, false)).text("PitLaneTime", lapText(lane, false))
		t.tell("stop "+d.key, feed.TopicPitStop, out, p.text("Lap", keyPart(d.get("lap_number"))).String())
	}
	return out
}

// raceControl tells race control's messages, and the changes of the session's status that are among them.
func (t *turner) raceControl() {
	for _, d := range t.byDate(raceControlOf) {
		if t.rows[raceControlOf][d.key] != d {
			continue
		}
		at := d.date("date")
		if phase, ok := d.number("qualifying_phase"); ok && phase > t.phase {
			t.phase = phase
			t.tellSeries(at, "QualifyingPart", integerOf(phase))
			t.tell("part "+strconv.FormatInt(phase, 10), feed.TopicTimingData, at, newPayload().value("SessionPart", new(integerOf(phase))).String())
		}
		if d.get("category").s == "SessionStatus" {
			t.sessionStatus(d, at)
			continue
		}
		if d.get("flag").s == "CHEQUERED" && t.flag.IsZero() {
			t.flag = at
			t.changed[lapsOf] = append(t.changed[lapsOf], t.lastLaps()...)
		}
		t.trackStatus(d, at)
		index := slices.Index(t.control, d.key)
		if index < 0 {
			index = len(t.control)
			t.control = append(t.control, d.key)
		}
		p := newPayload().open("Messages").open(strconv.Itoa(index)).text("Utc", strings.TrimSuffix(utcText(at), "Z"))
		p.value("Lap", d.get("lap_number")).text("Category", d.get("category").s).text("Flag", d.get("flag").s).text("Scope", d.get("scope").s)
		p.value("Sector", d.get("sector"))
		if car, ok := d.number("driver_number"); ok {
			p.text("RacingNumber", strconv.FormatInt(car, 10))
		}
		p.text("Message", d.get("message").s)
		t.tell("control "+d.key, feed.TopicRaceControlMessages, at, p.close().close().String())
	}
}

// trackStatus tells the status of the track as race control's messages have it: a topic of its own is none of OpenF1's.
func (t *turner) trackStatus(d *document, at time.Time) {
	flag, text := d.get("flag").s, strings.ReplaceAll(d.get("message").s, "VIRTUAL SAFETY CAR", "VSC")
	whole := d.get("scope").s == "Track"
	status, word := "", ""
	switch {
	case d.get("category").s == "SafetyCar" && strings.Contains(text, "VSC DEPLOYED"):
		status, word = "6", "VSCDeployed"
	case d.get("category").s == "SafetyCar" && strings.Contains(text, "VSC ENDING"):
		status, word = "7", "VSCEnding"
	case d.get("category").s == "SafetyCar" && strings.Contains(text, "SAFETY CAR DEPLOYED"):
		status, word = "4", "SCDeployed"
	case flag == "RED":
		status, word = "5", "Red"
	case whole && (flag == "YELLOW" || flag == "DOUBLE YELLOW"):
		status, word = "2", "Yellow"
	case whole && (flag == "CLEAR" || flag == "GREEN"):
		status, word = "1", "AllClear"
	default:
		return
	}
	t.tell("track "+d.key, feed.TopicTrackStatus, at, newPayload().text("Status", status).text("Message", word).String())
}

// lastLaps are the newest laps of all cars, which the chequered flag may have ended.
func (t *turner) lastLaps() []*document {
	last := map[int64]*document{}
	for _, d := range t.rows[lapsOf] {
		car := d.get("driver_number").n
		if last[car] == nil || last[car].get("lap_number").n < d.get("lap_number").n {
			last[car] = d
		}
	}
	var all []*document
	for _, d := range last {
		all = append(all, d)
	}
	return all
}

func (t *turner) sessionStatus(d *document, at time.Time) {
	word := strings.ToLower(strings.TrimPrefix(d.get("message").s, "SESSION "))
	if word == "" || t.told["status "+d.key] != "" {
		return
	}
	word = strings.ToUpper(word[:1]) + word[1:]
	if word == "Started" && t.race() && t.green.IsZero() {
		t.green = at
	}
	p := newPayload().open("StatusSeries").open(strconv.Itoa(t.status)).text("Utc", utcText(at)).text("SessionStatus", word)
	t.status++
	t.tell("status "+d.key, feed.TopicSessionStatus, at, newPayload().text("Status", word).String())
	t.tell("statuses "+d.key, feed.TopicSessionData, at, p.close().close().String())
}
