package openf1

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// document is one row of a derived collection in its newest version.
type document struct {
	collection *collection
	key        string // what OpenF1 calls _key: the same key again is a newer version of the same row
	id         int64  // rises with every version: what OpenF1 sorts by last
	values     []value
}

// set puts a value into the field of that name.
func (d *document) set(name string, v value) { d.values[d.collection.index(name)] = v }

func newDocument(c *collection) *document {
	return &document{collection: c, values: make([]value, len(c.fields))}
}

// Derivation makes the documents of a session from its messages, one after the other, as OpenF1's rules have it. It
// sees what a message says, not what the merged state would be, but for what the rules remember. Not safe for use by
// several goroutines.
type Derivation struct {
	session  int64 // key
	meeting  value
	path     string // of the session in the official archive
	race     bool
	finished bool // nobody joins the session any more
	// The messages have said who overtook whom.
	overtaking bool

	phase, lap value // of qualifying, of the race, as SessionData said last
	drivers    int   // places given in the list of drivers
	stints     map[int64]*stintList
	laps       lapBook
	champions  map[string]*champion
	best       bestParts

	parser  fastjson.Parser
	newest  map[string]map[string]*document // by collection and key
	changed []*document                     // by the message that is being taken
	last    int64
	// Damaged counts the messages of our topics that could not be read.
	Damaged int
}

// NewDerivation begins with nothing known but the key that the session's log has, which SessionInfo may correct.
func NewDerivation(session int64) *Derivation {
	d := &Derivation{}
	d.clear(session)
	return d
}

func (d *Derivation) clear(session int64) {
	*d = Derivation{
		session: session, stints: map[int64]*stintList{}, champions: map[string]*champion{}, newest: map[string]map[string]*document{},
		laps: lapBook{drivers: map[int64]*lapList{}}, last: d.last, Damaged: d.Damaged,
	}
}

// takers are the rules of each topic, in the order in which they look at a message.
var takers = map[string][]func(*Derivation, *feed.Message, *fastjson.Value){
	feed.TopicSessionInfo:            {(*Derivation).sessionInfo},
	feed.TopicSessionStatus:          {(*Derivation).sessionStatus},
	feed.TopicSessionData:            {(*Derivation).sessionData},
	feed.TopicDriverList:             {(*Derivation).driverList},
	feed.TopicRaceControlMessages:    {(*Derivation).raceControl},
	feed.TopicWeatherData:            {(*Derivation).weather},
	feed.TopicChampionshipPrediction: {(*Derivation).championship},
	feed.TopicDriverRaceInfo:         {(*Derivation).overtaken},
	feed.TopicTimingAppData:          {(*Derivation).stintsOfApp, (*Derivation).lapsOfApp},
	feed.TopicTimingData:             {(*Derivation).positions, (*Derivation).stintsOfTiming, (*Derivation).lapsOfTiming, (*Derivation).qualified},
}

// Take derives what follows from a message and gives the documents that are new or were changed by it; they are only
// good until the next message.
func (d *Derivation) Take(m *feed.Message) []*document {
	d.changed = d.changed[:0]
	rules := takers[m.Topic]
	if rules == nil {
		return nil
	}
	v, err := d.parser.ParseBytes(m.Payload)
	if err != nil {
		d.Damaged++
		return nil
	}
	for _, rule := range rules {
		rule(d, m, v)
	}
	return d.changed
}

// keep makes a document the newest version of its row. Values are set in pairs of names and values.
func (d *Derivation) keep(c *collection, key string) *document {
	d.last++
	doc := &document{collection: c, key: key, id: d.last, values: make([]value, len(c.fields))}
	doc.set("meeting_key", d.meeting)
	if c.name != meetingsOf {
		doc.set("session_key", integerOf(d.session))
	}
	all := d.newest[c.name]
	if all == nil {
		all = map[string]*document{}
		d.newest[c.name] = all
	}
	all[key] = doc
	d.changed = append(d.changed, doc)
	return doc
}

var (
	driversCollection     = find(driversOf)
	positionCollection    = find(positionOf)
	weatherCollection     = find(weatherOf)
	raceControlCollection = find(raceControlOf)
	stintsCollection      = find(stintsOf)
	lapsCollection        = find(lapsOf)
)

func (d *Derivation) sessionInfo(_ *feed.Message, v *fastjson.Value) {
	if key, ok := wholeOf(v.Get("Key")); ok && key > 0 {
		if d.session != 0 && key != d.session && d.last > 0 && d.meeting.shape != null {
			d.clear(key) // another session in the same stream
		}
		d.session = key
	}
	if key, ok := wholeOf(v.Get("Meeting", "Key")); ok {
		d.meeting = integerOf(key)
		for _, all := range d.newest { // what came before is of this meeting as well
			for _, doc := range all {
				doc.set("meeting_key", d.meeting)
			}
		}
	}
	if kind := plain(v.Get("Type")); kind != "" {
		d.race = strings.EqualFold(kind, "Race")
	}
	if path := plain(v.Get("Path")); path != "" {
		d.path = path
	}
}

func (d *Derivation) sessionStatus(_ *feed.Message, v *fastjson.Value) {
	switch plain(v.Get("Status")) {
	case "Finalised", "Ends":
		d.finished = true // the list of drivers may become that of the next series on track
	}
}

// driverList takes drivers from messages that name them in full; a place in the order alone is no news of a driver.
// OpenF1 wants 20 entries in a message and so knows nobody in a field of 19 cars.
func (d *Derivation) driverList(_ *feed.Message, v *fastjson.Value) {
	if d.finished {
		return
	}
	at := -1
	entries := 0
	each(v, func(string, *fastjson.Value) { entries++ })
	whole := entries >= fullList
	each(v, func(_ string, e *fastjson.Value) {
		at++
		car, ok := wholeOf(e.Get("RacingNumber"))
		if !ok || plain(e.Get("FullName")) == "" {
			return
		}
		key := d.driverKey(car)
		if whole || key == "" {
			n := at
			if !whole {
				n = d.drivers
			}
			key = fmt.Sprintf("%d_%d", d.session, n)
		}
		d.drivers = max(d.drivers, at+1)
		old := d.newest[driversOf][key]
		doc := d.keep(driversCollection, key)
		doc.set("driver_number", integerOf(car))
		for _, f := range [...][2]string{
			{"broadcast_name", "BroadcastName"}, {"country_code", "CountryCode"}, {"first_name", "FirstName"}, {"full_name", "FullName"},
			{"headshot_url", "HeadshotUrl"}, {"last_name", "LastName"}, {"name_acronym", "Tla"}, {"team_colour", "TeamColour"}, {"team_name", "TeamName"},
		} {
			doc.set(f[0], textOf(plain(e.Get(f[1]))))
		}
		if old != nil && same(old, doc) {
			d.undo(old)
		}
	})
}

// fullList is how many entries make a message of DriverList the list of the whole field.
const fullList = 10

// driverKey is the key under which a driver is known, "" for a new one.
func (d *Derivation) driverKey(car int64) string {
	at := driversCollection.index("driver_number")
	for key, doc := range d.newest[driversOf] {
		if doc.values[at].n == car {
			return key
		}
	}
	return ""
}

// undo takes back the last version kept, which says nothing new.
func (d *Derivation) undo(old *document) {
	d.newest[old.collection.name][old.key] = old
	d.changed = d.changed[:len(d.changed)-1]
}

// same reports whether two versions of a row say the same.
func same(a, b *document) bool {
	for i := range a.values {
		if a.values[i].shape != b.values[i].shape || !a.values[i].equal(&b.values[i]) {
			return false
		}
	}
	return true
}

func (d *Derivation) positions(m *feed.Message, v *fastjson.Value) {
	each(v.Get("Lines"), func(car string, line *fastjson.Value) {
		number, known := carNumber(car)
		place, ok := wholeOf(line.Get("Line"))
		if !known || !ok {
			return
		}
		doc := d.keep(positionCollection, fmt.Sprintf("%d_%d", m.Time.UnixMilli(), number))
		doc.set("date", dateOf(m.Time))
		doc.set("driver_number", integerOf(number))
		doc.set("position", integerOf(place))
	})
}

func (d *Derivation) weather(m *feed.Message, v *fastjson.Value) {
	doc := d.keep(weatherCollection, strconv.FormatInt(m.Time.UnixMilli(), 10))
	doc.set("date", dateOf(m.Time))
	for _, f := range [...][2]string{
		{"air_temperature", "AirTemp"}, {"humidity", "Humidity"}, {"pressure", "Pressure"}, {"track_temperature", "TrackTemp"}, {"wind_speed", "WindSpeed"},
	} {
		doc.set(f[0], decimal(v.Get(f[1])))
	}
	doc.set("rainfall", whole(v.Get("Rainfall")))
	doc.set("wind_direction", whole(v.Get("WindDirection")))
}

func (d *Derivation) raceControl(_ *feed.Message, v *fastjson.Value) {
	items(v.Get("Messages"), func(_ int, e *fastjson.Value) {
		if e.Type() != fastjson.TypeObject {
			return
		}
		category := plain(e.Get("Category"))
		phase := value{}
		switch category {
		case "Flag", "CarEvent", "SafetyCar":
			phase = d.phase
		}
		d.control(controlOf{
			date: utc(e.Get("Utc")), driver: whole(e.Get("RacingNumber")), lap: whole(e.Get("Lap")), category: category, flag: plain(e.Get("Flag")),
			scope: plain(e.Get("Scope")), sector: whole(e.Get("Sector")), message: plain(e.Get("Message")), phase: phase,
		})
		if plain(e.Get("Flag")) == "CHEQUERED" {
			d.laps.flagged(utc(e.Get("Utc")))
		}
	})
}

// controlOf is a message of race control, or a change of the session's status that is told like one.
type controlOf struct {
	date                           time.Time
	driver, lap, sector, phase     value
	category, flag, scope, message string
}

func (d *Derivation) control(c controlOf) {
	at := dateOf(c.date)
	moment := value{}
	if at.shape == isDate {
		moment = integerOf(c.date.UnixMilli())
	}
	key := ""
	for _, part := range []value{moment, c.driver, c.lap, textOf(c.category), textOf(c.flag), textOf(c.scope), c.sector} {
		if key != "" {
			key += "_"
		}
		key += keyPart(&part)
	}
	doc := d.keep(raceControlCollection, key)
	doc.set("category", textOf(c.category))
	doc.set("date", at)
	doc.set("driver_number", c.driver)
	doc.set("flag", textOf(c.flag))
	doc.set("lap_number", c.lap)
	doc.set("message", textOf(c.message))
	doc.set("qualifying_phase", c.phase)
	doc.set("scope", textOf(c.scope))
	doc.set("sector", c.sector)
}

// keyPart is a value as it stands in a key.
func keyPart(v *value) string {
	switch v.shape {
	case null:
		return "None"
	case isText:
		return v.s
	}
	return string(v.appendJSON(nil))
}

func (d *Derivation) sessionData(_ *feed.Message, v *fastjson.Value) {
	items(v.Get("Series"), func(_ int, e *fastjson.Value) {
		if lap, ok := wholeOf(e.Get("Lap")); ok {
			d.lap = integerOf(lap)
		}
		if part, ok := wholeOf(e.Get("QualifyingPart")); ok {
			d.phase = integerOf(part)
		}
	})
	items(v.Get("StatusSeries"), func(_ int, e *fastjson.Value) {
		status := plain(e.Get("SessionStatus"))
		switch status {
		case "", "Inactive", "Finalised", "Ends":
			return
		}
		at := utc(e.Get("Utc"))
		d.control(controlOf{date: at, lap: d.lap, phase: d.phase, category: "SessionStatus", message: "SESSION " + strings.ToUpper(status)})
		if status == "Started" && d.race {
			d.lapsStarted(at)
		}
	})
}
