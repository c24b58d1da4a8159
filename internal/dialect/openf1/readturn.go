package openf1

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// turner turns the rows of a session into feed messages. A message tells one fact and its time is that of the row, so
// that the same rows give the same messages whenever and in whatever order they are read: the log then keeps each once.
// A fact that was told is told again only when it has changed. Not safe for use by several goroutines.
type turner struct {
	session *document
	meeting *document
	rows    map[string]map[string]*document // the newest version, by collection and key
	pushed  map[string]map[string]time.Time // when a row was pushed last: an answer asked for earlier is older
	changed map[string][]*document          // since the last turn, by collection
	told    map[string]string               // payload of each fact
	out     []feed.Message
	sampled map[string]time.Time // the newest sample of each car, by collection and number

	begin   time.Time            // of all that has no time of its own
	newest  time.Time            // of any row
	latest  map[string]time.Time // row of each collection
	green   time.Time            // when the race was started
	flag    time.Time            // the chequered one
	control []string             // keys of race control's messages, in the order in which they were told
	status  int                  // changes of status told
	series  int                  // laps and parts of qualifying told
	phase   int64
	radio   int
	lead    int64 // lap of the leader
}

func newTurner() *turner {
	return &turner{
		rows: map[string]map[string]*document{}, pushed: map[string]map[string]time.Time{}, changed: map[string][]*document{},
		told: map[string]string{}, sampled: map[string]time.Time{}, latest: map[string]time.Time{},
	}
}

// key is that of the session, 0 before one is known.
func (t *turner) key() int64 {
	if t.session == nil {
		return 0
	}
	n, _ := t.session.number("session_key")
	return n
}

func (t *turner) race() bool { return t.session != nil && t.session.get("session_type").s == "Race" }

// take keeps a row, unless it says nothing new or is older than what is known. Rows of other sessions are refused.
// Asked is when a row was asked for; for a pushed one, pushed is when it came.
func (t *turner) take(doc *document, asked, pushed time.Time) {
	c := doc.collection.name
	if key, ok := doc.number("session_key"); ok && key != t.key() {
		return
	}
	if c == driversOf && doc.get("full_name").shape == null {
		return // filled with nulls in the first minutes
	}
	if c == carData || c == locationOf {
		t.sample(doc)
		return
	}
	old := t.rows[c][doc.key]
	if old != nil {
		if doc.id != 0 && doc.id <= old.id || doc.id == 0 && !t.pushed[c][doc.key].IsZero() && t.pushed[c][doc.key].After(asked) {
			return
		}
		doc.id = max(doc.id, old.id)
	}
	if !pushed.IsZero() {
		if t.pushed[c] == nil {
			t.pushed[c] = map[string]time.Time{}
		}
		t.pushed[c][doc.key] = pushed
	}
	if old != nil && same(old, doc) {
		old.id = doc.id
		return
	}
	if t.rows[c] == nil {
		t.rows[c] = map[string]*document{}
	}
	t.rows[c][doc.key] = doc
	t.changed[c] = append(t.changed[c], doc)
	for _, name := range [...]string{"date", "date_start"} {
		if at := doc.date(name); c != sessionsOf && c != meetingsOf && !at.IsZero() {
			if at.After(t.newest) {
				t.newest = at
			}
			if at.After(t.latest[c]) {
				t.latest[c] = at
			}
			if t.told["session"] == "" && (t.begin.IsZero() || at.Before(t.begin)) {
				t.begin = at
			}
		}
	}
}

// tell gives a fact, unless it was told and has not changed.
func (t *turner) tell(fact, topic string, at time.Time, payload string) {
	if t.told[fact] == payload {
		return
	}
	t.told[fact] = payload
	if at.IsZero() {
		at = t.begin
	}
	t.out = append(t.out, feed.Message{Topic: topic, Time: at, Payload: []byte(payload)})
}

// turn gives the messages of all rows taken since the last turn, by their times.
func (t *turner) turn() []feed.Message {
	t.out = nil
	if t.session == nil {
		return nil
	}
	if start := t.session.date("date_start"); t.told["session"] == "" && (t.begin.IsZero() || start.Before(t.begin)) && !start.IsZero() {
		t.begin = start
	}
	if t.newest.Before(t.begin) {
		t.newest = t.begin
	}
	t.sessionInfo()
	t.drivers()
	t.grid()
	t.raceControl()
	t.pits()
	t.stints()
	t.positions()
	t.laps()
	t.intervals()
	t.weather()
	t.teamRadio()
	t.championships()
	t.samples()
	clear(t.changed)
	slices.SortStableFunc(t.out, func(a, b feed.Message) int { return a.Time.Compare(b.Time) })
	return t.out
}

// byDate are the changed rows of a collection by their dates, then by driver.
func (t *turner) byDate(c string) []*document {
	all := t.changed[c]
	slices.SortStableFunc(all, func(a, b *document) int {
		return cmp.Or(a.date("date").Compare(b.date("date")), cmp.Compare(a.get("driver_number").n, b.get("driver_number").n))
	})
	return slices.CompactFunc(all, func(a, b *document) bool { return a.key == b.key && a == b })
}

func (t *turner) sessionInfo() {
	s, at := t.session, func(name string) string {
		v := t.session.date(name)
		if v.IsZero() {
			return ""
		}
		offset, ok := offsetOf(t.session.get("gmt_offset").s)
		if !ok {
			return ""
		}
		return v.Add(offset).Format("2006-01-02T15:04:05")
	}
	p := newPayload().open("Meeting")
	if t.meeting != nil {
		p.text("Name", t.meeting.get("meeting_name").s).text("OfficialName", t.meeting.get("meeting_official_name").s)
	}
	p.value("Key", s.get("meeting_key")).text("Location", s.get("location").s)
	p.open("Country").value("Key", s.get("country_key")).text("Code", s.get("country_code").s).text("Name", s.get("country_name").s).close()
	p.open("Circuit").value("Key", s.get("circuit_key")).text("ShortName", s.get("circuit_short_name").s).close().close()
	p.value("Key", s.get("session_key")).text("Type", s.get("session_type").s).text("Name", s.get("session_name").s)
	p.text("StartDate", at("date_start")).text("EndDate", at("date_end")).text("GmtOffset", s.get("gmt_offset").s)
	t.tell("session", feed.TopicSessionInfo, t.begin, p.String())
}

// offsetOf reads an offset from UTC as OpenF1 writes it, 08:00:00 or -05:00:00.
func offsetOf(text string) (time.Duration, bool) {
	plain, behind := strings.CutPrefix(text, "-")
	at, err := time.Parse("15:04:05", strings.TrimPrefix(plain, "+"))
	if err != nil {
		return 0, false
	}
	d := at.Sub(at.Truncate(24 * time.Hour))
	if behind {
		d = -d
	}
	return d, true
}

func (t *turner) drivers() {
	p, some := newPayload(), false
	var at time.Time
	if t.told["drivers"] != "" {
		at = t.newest
	}
	seen := map[int64]bool{}
	for _, d := range t.changed[driversOf] {
		car, _ := d.number("driver_number")
		if seen[car] || t.rows[driversOf][d.key] != d {
			continue
		}
		seen[car], some = true, true
		p.open(strconv.FormatInt(car, 10)).text("RacingNumber", strconv.FormatInt(car, 10))
		for _, f := range [...][2]string{
			{"BroadcastName", "broadcast_name"}, {"FullName", "full_name"}, {"Tla", "name_acronym"}, {"TeamName", "team_name"},
			{"TeamColour", "team_colour"}, {"FirstName", "first_name"}, {"LastName", "last_name"}, {"HeadshotUrl", "headshot_url"},
			{"CountryCode", "country_code"},
		} {
			p.text(f[0], d.get(f[1]).s)
		}
		p.close()
	}
	if some {
		t.tell("drivers", feed.TopicDriverList, at, p.String())
	}
}

// lines gives the changed rows of a collection, those of one moment in one message: what happens to several cars at
// once is one change of the order.
func (t *turner) lines(c string, say func(p *payload, d *document)) {
	all := t.byDate(c)
	for from := 0; from < len(all); {
		at, until := all[from].date("date"), from
		p := newPayload().open("Lines")
		for ; until < len(all) && all[until].date("date").Equal(at); until++ {
			if d := all[until]; t.rows[c][d.key] == d {
				p.open(strconv.FormatInt(d.get("driver_number").n, 10))
				say(p, d)
				p.close()
			}
		}
		t.tell(c+" "+at.Format(time.RFC3339Nano), feed.TopicTimingData, at, p.close().String())
		from = until
	}
}

func (t *turner) positions() {
	t.lines(positionOf, func(p *payload, d *document) {
		if n, ok := d.number("position"); ok {
			p.value("Line", d.get("position")).text("Position", strconv.FormatInt(n, 10))
		}
	})
}

func (t *turner) intervals() {
	t.lines(intervalsOf, func(p *payload, d *document) {
		gap := gapText(d.get("gap_to_leader"))
		if v, ok := d.get("gap_to_leader").float(); ok && v == 0 {
			gap = "LAP " + strconv.FormatInt(max(t.lead, 1), 10)
		}
		if d.get("gap_to_leader").shape != null {
			p.text("GapToLeader", gap)
		}
		if d.get("interval").shape != null {
			p.open("IntervalToPositionAhead").text("Value", gapText(d.get("interval"))).close()
		}
	})
}

// gapText is a gap as the feed writes it: +1.234, or 1L for a lap.
func gapText(v *value) string {
	if f, ok := v.float(); ok {
		return "+" + strconv.FormatFloat(f, 'f', 3, 64)
	}
	if n, ok := strings.CutSuffix(strings.TrimSuffix(strings.ToUpper(v.s), "S"), " LAP"); ok {
		return strings.TrimPrefix(n, "+") + "L"
	}
	return v.s
}

func (t *turner) weather() {
	for _, d := range t.byDate(weatherOf) {
		if t.rows[weatherOf][d.key] != d {
			continue
		}
		p := newPayload()
		for _, f := range [...][2]string{
			{"AirTemp", "air_temperature"}, {"Humidity", "humidity"}, {"Pressure", "pressure"}, {"Rainfall", "rainfall"},
			{"TrackTemp", "track_temperature"}, {"WindDirection", "wind_direction"}, {"WindSpeed", "wind_speed"},
		} {
			if v := d.get(f[1]); v.shape != null {
				p.text(f[0], string(v.appendJSON(nil)))
			}
		}
		t.tell("weather "+d.key, feed.TopicWeatherData, d.date("date"), p.String())
	}
}

func (t *turner) teamRadio() {
	for _, d := range t.byDate(teamRadioOf) {
		url := d.get("recording_url").s
		if url == "" || t.told["radio "+d.key] != "" {
			continue
		}
		p := newPayload().open("Captures").open(strconv.Itoa(t.radio)).text("Utc", utcText(d.date("date")))
		p.text("RacingNumber", strconv.FormatInt(d.get("driver_number").n, 10)).text("Path", url)
		t.radio++
		t.tell("radio "+d.key, feed.TopicTeamRadio, d.date("date"), p.close().close().String())
	}
}

// utcText is a moment as the feed writes it in payloads.
func utcText(at time.Time) string { return at.Format("2006-01-02T15:04:05.999999999") + "Z" }

func (t *turner) championships() {
	tell := func(c, group, name string) {
		for _, d := range t.changed[c] {
			if t.rows[c][d.key] != d {
				continue
			}
			p := newPayload().open(group).open(string(keyPart(d.get(name))))
			if group == "Drivers" {
				p.text("RacingNumber", keyPart(d.get(name)))
			} else {
				p.text("TeamName", d.get(name).s)
			}
			p.value("CurrentPosition", d.get("position_start")).value("PredictedPosition", d.get("position_current"))
			p.value("CurrentPoints", d.get("points_start")).value("PredictedPoints", d.get("points_current"))
			t.tell(c+" "+d.key, feed.TopicChampionshipPrediction, t.newest, p.close().close().String())
		}
	}
	tell(championshipDrivers, "Drivers", "driver_number")
	tell(championshipTeams, "Teams", "team_name")
}

// payload writes a JSON object.
type payload struct{ b []byte }

func newPayload() *payload { return &payload{b: []byte{'{'}} }

func (p *payload) member(name string) {
	if p.b[len(p.b)-1] != '{' {
		p.b = append(p.b, ',')
	}
	p.b = append(appendQuoted(p.b, name), ':')
}

func (p *payload) open(name string) *payload {
	p.member(name)
	p.b = append(p.b, '{')
	return p
}

func (p *payload) close() *payload {
	p.b = append(p.b, '}')
	return p
}

// text writes a member unless it is empty.
func (p *payload) text(name, s string) *payload {
	if s != "" {
		p.member(name)
		p.b = appendQuoted(p.b, s)
	}
	return p
}

// value writes a member unless it is null.
func (p *payload) value(name string, v *value) *payload {
	if v.shape != null {
		p.member(name)
		p.b = v.appendJSON(p.b)
	}
	return p
}

func (p *payload) String() string { return string(p.b) + "}" }
