package openf1

import (
	"fmt"
	"strings"
	"time"
)

// streets and roads are the circuits, by the feed's keys, that are not permanent; the feed does not say it.
var (
	streets = map[int]bool{61: true, 22: true, 144: true, 149: true, 152: true}
	roads   = map[int]bool{10: true, 23: true, 46: true, 151: true}
)

// sessionDocument is an occasion as a document of sessions.
func sessionDocument(o *occasion) *document {
	doc := newDocument(find(sessionsOf))
	o.fill(doc)
	doc.set("session_key", integerOf(o.number))
	doc.set("session_name", textOf(o.sessionName()))
	doc.set("session_type", textOf(o.sessionType()))
	return doc
}

// fill sets what sessions and meetings say alike.
func (o *occasion) fill(doc *document) {
	doc.set("meeting_key", o.meetingKey())
	doc.set("circuit_key", known(o.venue.CircuitKey))
	doc.set("circuit_short_name", textOf(o.circuit))
	doc.set("country_code", textOf(o.venue.CountryCode))
	doc.set("country_key", known(o.venue.CountryKey))
	doc.set("country_name", textOf(o.country))
	doc.set("date_end", dateOf(o.end))
	doc.set("date_start", dateOf(o.start))
	doc.set("gmt_offset", textOf(gmtOffset(o.offset)))
	doc.set("is_cancelled", boolOf(false))
	doc.set("location", textOf(o.venue.Location))
	doc.set("year", known(o.season))
}

// known is null for 0.
func known(n int) value {
	if n == 0 {
		return value{}
	}
	return integerOf(n)
}

// gmtOffset writes an offset from UTC as OpenF1 does: 08:00:00, -05:00:00.
func gmtOffset(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

func (o *occasion) sessionName() string {
	if o.kind == "sprint_qualifying" {
		return "Sprint Qualifying"
	}
	if o.name != "" {
		return o.name
	}
	words := strings.Split(o.kind, "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

func (o *occasion) sessionType() string {
	switch {
	case strings.HasPrefix(o.kind, "practice"):
		return "Practice"
	case strings.HasSuffix(o.kind, "qualifying"):
		return "Qualifying"
	case o.kind == "race" || o.kind == "sprint":
		return "Race"
	}
	return ""
}

// sameMeeting reports whether two occasions are of one weekend.
func (o *occasion) sameMeeting(p *occasion) bool {
	if o.meeting != 0 || p.meeting != 0 {
		return o.meeting == p.meeting
	}
	return o.event == p.event && o.season == p.season
}

// meetingDocuments are the weekends of occasions that come by their start; a weekend lasts from its first session that
// is known here to its last.
func meetingDocuments(all []occasion) []*document {
	var docs []*document
	for i := range all {
		o := all[i]
		if containsMeeting(all[:i], &o) {
			continue
		}
		for j := i + 1; j < len(all); j++ {
			if all[j].sameMeeting(&o) && all[j].end.After(o.end) {
				o.end = all[j].end
			}
		}
		doc := newDocument(find(meetingsOf))
		o.fill(doc)
		doc.set("meeting_name", textOf(o.event))
		doc.set("meeting_official_name", textOf(o.official))
		if o.venue.CircuitKey != 0 {
			kind := "Permanent"
			switch {
			case streets[o.venue.CircuitKey]:
				kind = "Temporary - Street"
			case roads[o.venue.CircuitKey]:
				kind = "Temporary - Road"
			}
			doc.set("circuit_type", textOf(kind))
			doc.set("circuit_info_url", textOf(fmt.Sprintf("https://api.multiviewer.app/api/v1/circuits/%d/%d", o.venue.CircuitKey, o.season)))
		}
		if o.venue.Location != "" {
			doc.set("circuit_image", textOf("https://media.formula1.com/content/dam/fom-website/2018-redesign-assets/Track%20icons%204x3/"+
				strings.ReplaceAll(o.venue.Location, " ", "%20")+"%20carbon.png"))
		}
		if o.country != "" {
			flag := strings.ToLower(strings.ReplaceAll(o.country, " ", "-"))
			doc.set("country_flag", textOf("https://media.formula1.com/content/dam/fom-website/2018-redesign-assets/Flags%2016x9/"+flag+"-flag.png"))
		}
		docs = append(docs, doc)
	}
	return docs
}

func containsMeeting(all []occasion, o *occasion) bool {
	for i := range all {
		if all[i].sameMeeting(o) {
			return true
		}
	}
	return false
}
