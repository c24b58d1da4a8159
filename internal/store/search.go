package store

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

// HitKinds are the kinds of things that are found, in the order in which they are given.
var HitKinds = [...]string{"session", "driver", "circuit", "event", "race_control"}

// Places of the kinds in HitKinds.
const (
	HitSession = iota
	HitDriver
	HitCircuit
	HitEvent
	HitRaceControl
)

// maxWords and maxText bound a search.
const (
	maxWords = 8
	maxText  = 200
)

// Words splits a text into its words as a search compares them: lower case, Latin letters without their marks,
// nothing but letters and digits. Both what is stored and what is asked go through it.
func Words(text string) []string {
	var words []string
	var word []byte
	for _, r := range strings.ToLower(Text(text)) {
		switch latin := ""; {
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
			word = append(word, byte(r))
			continue
		case unicode.Is(unicode.M, r):
			// A mark of the letter before, which goes from a Latin letter and belongs to any other.
			if len(word) > 0 && word[len(word)-1] >= utf8.RuneSelf {
				word = utf8.AppendRune(word, r)
			}
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if latin = f1.Slug(string(r)); latin == "" { // of another script
				latin = string(r)
			}
			word = append(word, latin...)
			continue
		}
		if len(word) > 0 {
			words, word = append(words, string(word)), word[:0]
		}
	}
	if len(word) > 0 {
		words = append(words, string(word))
	}
	return words
}

// SearchWords are the words of a question, the first of them if there are many. Each is the beginning of a word
// of what is found; a question without words finds nothing.
func SearchWords(text string) []string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	words := Words(text)
	return words[:min(len(words), maxWords)]
}

// Entry is something that a search finds. Drivers and circuits are found once, however many sessions have them:
// by ID, as the reference data has them, else as the newest session has.
type Entry struct {
	Kind  int // place in HitKinds
	Place int // names the entry within its session and kind
	ID    string
	Title string
	// Detail is shown beside the title.
	Detail string
	Time   f1.Opt[time.Time]
	Words  string // with blanks between
}

// SessionEntries are what is found of a session itself.
func SessionEntries(s *f1.SessionRow, id string, simulated bool) []Entry {
	season := ""
	if s.Season.Known {
		season = strconv.Itoa(s.Season.Value)
	}
	title := strings.Join(strings.Fields(season+" "+s.Event+" "+s.Name), " ")
	if title == "" {
		title = id
	}
	detail := s.CircuitID
	if simulated {
		detail = strings.TrimSpace(detail + " simulated")
	}
	out := []Entry{entry(Entry{Kind: HitSession, ID: id, Title: title, Detail: detail, Time: s.DateStart}, string(s.Type), s.SessionKey)}
	if s.CircuitID != "" {
		out = append(out, entry(Entry{Kind: HitCircuit, ID: s.CircuitID, Title: strings.ReplaceAll(s.CircuitID, "_", " ")}))
	}
	return out
}

// RowEntry is what is found of a row of drivers, events or race_control; false when that is nothing: an event
// without words of its own or taken back, and any other table.
func RowEntry(d *tables.Description, row Row) (Entry, bool) {
	text := func(name string) string { return row.Cells[d.Index(name)].S }
	number := func(name string) int { return int(row.Cells[d.Index(name)].N) }
	at := func() f1.Opt[time.Time] {
		if c := row.Cells[d.Index("time")]; c.Known {
			return f1.Some(time.UnixMilli(c.N).UTC())
		}
		return f1.Opt[time.Time]{}
	}
	switch d.Name {
	case "drivers":
		e := Entry{Kind: HitDriver, Place: number("driver_number"), ID: text("tla"), Detail: text("team"),
			Title: strings.TrimSpace(text("first_name") + " " + text("last_name"))}
		if e.ID == "" {
			return Entry{}, false
		}
		if e.Title == "" {
			e.Title = e.ID
		}
		// The team is shown and not searched: the driver is found once, the teams are of a season each.
		e.Words = strings.Join(Words(e.Title+" "+e.ID+" "+strconv.Itoa(e.Place)), " ")
		return e, true
	case "events":
		if text("detail") == "" || text("status") == string(f1.Retracted) {
			return Entry{}, false
		}
		return entry(Entry{Kind: HitEvent, Place: row.N, ID: text("event_id"), Title: text("kind"), Detail: text("detail"), Time: at()}), true
	case "race_control":
		return entry(Entry{Kind: HitRaceControl, Place: number("message_id"), ID: strconv.Itoa(number("message_id")),
			Title: text("message"), Detail: text("flag"), Time: at()}), true
	}
	return Entry{}, false
}

// ReferenceEntries are what is found of the reference data.
func ReferenceEntries(r *Reference) []Entry {
	var out []Entry
	for _, d := range r.Drivers {
		number := ""
		if d.Number.Known {
			number = strconv.Itoa(d.Number.Value)
		}
		e := Entry{Kind: HitDriver, ID: d.ID, Title: d.Name, Detail: d.Nationality}
		e.Words = strings.Join(Words(d.Name+" "+d.ID+" "+number), " ")
		out = append(out, e)
	}
	for _, c := range r.Circuits {
		out = append(out, entry(Entry{Kind: HitCircuit, ID: c.ID, Title: c.Name, Detail: c.Country}))
	}
	return out
}

// entry gives e its words: those of what is shown, of the id, and more.
func entry(e Entry, more ...string) Entry {
	all := e.Title + " " + e.Detail
	if e.Kind == HitSession || e.Kind == HitCircuit {
		all += " " + e.ID
	}
	e.Words = strings.Join(Words(all+" "+strings.Join(more, " ")), " ")
	return e
}
