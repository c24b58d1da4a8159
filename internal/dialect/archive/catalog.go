package archive

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// place is where a session's pages lie: year/meeting/session/.
type place struct{ year, meeting, session string }

func (p place) String() string { return p.year + "/" + p.meeting + "/" + p.session + "/" }

// held is a session of the catalogue.
type held struct {
	place
	key   string
	about *wire.Session
	info  *feed.Node // SessionInfo; nil: none was told
	start string     // to sort by
}

// catalogueOf places the sessions that are listed. The feed says itself where a session's pages are; one that does not, or
// whose place another has, gets a place made of its names.
func catalogueOf(list []wire.SessionEntry, infos map[string]*feed.Node) []held {
	all := make([]held, 0, len(list))
	taken := map[place]bool{}
	for i := range list {
		e := &list[i]
		h := held{key: e.Session.Key, about: &e.Session, info: infos[e.Session.Key], start: string(cmp.Or(e.Session.Start, e.Start))}
		text, _ := h.info.Get("Path").Text()
		var ok bool
		if h.place, ok = parsePlace(text); !ok {
			if h.place, ok = madePlace(h.about, h.start); !ok {
				continue // nothing says when it was
			}
		}
		if taken[h.place] {
			h.session += "_" + fileName(h.key)
		}
		taken[h.place] = true
		all = append(all, h)
	}
	slices.SortStableFunc(all, func(a, b held) int { return cmp.Compare(a.start, b.start) })
	return all
}

// parsePlace reads a session's path as SessionInfo and the indexes tell it.
func parsePlace(path string) (place, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) != 3 || !isYear(parts[0]) || !plainName(parts[1]) || !plainName(parts[2]) {
		return place{}, false
	}
	return place{parts[0], parts[1], parts[2]}, true
}

func isYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n >= 1900
}

// madePlace follows the archive's rule with the session's own day for the weekend's, which the feed does not tell.
func madePlace(s *wire.Session, start string) (place, bool) {
	t, err := time.Parse(time.RFC3339Nano, start)
	if err != nil {
		return place{}, false
	}
	day := t.Add(time.Duration(s.UTCOffsetS) * time.Second).Format(time.DateOnly)
	meeting := fileName(string(cmp.Or(s.Event, "Session_"+wire.Text(s.Key))))
	name := fileName(string(cmp.Or(s.Name, s.Type, wire.Text(s.Key))))
	return place{day[:4], day + "_" + meeting, day + "_" + name}, true
}

// fileName is a name with underscores for blanks and for what can not stand in a path.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || !plainName("x"+string(r)) {
			return '_'
		}
		return r
	}, s)
	if len(s) > 96 {
		s = strings.ToValidUTF8(s[:96], "")
	}
	return s
}

// seasonsPage lists the years.
func seasonsPage(all []held) []byte {
	b := []byte(mark + `{"Years":[`)
	years := map[string]bool{}
	for i := range all {
		years[all[i].year] = true
	}
	sorted := make([]string, 0, len(years))
	for y := range years {
		sorted = append(sorted, y)
	}
	slices.Sort(sorted)
	for i, y := range sorted {
		b = comma(b, i)
		b = append(b, `{"Year":`+y+`,"Path":"`+y+`/"}`...)
	}
	return append(b, "]}"...)
}

// seasonPage is the index of a year; ok is false when it has no session.
func seasonPage(all []held, year string) (b []byte, ok bool) {
	b = append([]byte(mark), `{"Year":`+year+`,"Meetings":[`...)
	done := map[string]bool{}
	for i := range all {
		if h := &all[i]; h.year == year && !done[h.meeting] {
			b = comma(b, len(done))
			b = appendMeeting(b, all, h)
			done[h.meeting] = true
		}
	}
	return append(b, "]}"...), len(done) > 0
}

// meetingPage is the index of a meeting; ok is false when it has no session.
func meetingPage(all []held, year, meeting string) (b []byte, ok bool) {
	for i := range all {
		if h := &all[i]; h.year == year && h.meeting == meeting {
			return appendMeeting([]byte(mark), all, h), true
		}
	}
	return nil, false
}

// appendMeeting writes the meeting of its first session.
func appendMeeting(b []byte, all []held, first *held) []byte {
	b = append(b, `{"Sessions":[`...)
	n := 0
	for i := range all {
		if h := &all[i]; h.year == first.year && h.meeting == first.meeting {
			b = comma(b, n)
			b = appendSession(b, h)
			n++
		}
	}
	b = append(b, ']')
	meeting := first.info.Get("Meeting")
	key := meeting.Get("Key")
	b = appendMember(b, "Key", key, "-1")
	b = appendMember(b, "Code", meeting.Get("Code"), `""`) // the feed does not tell it; readers of the index take it as given
	for _, name := range []string{"Number", "Location", "OfficialName", "Name", "Country", "Circuit"} {
		if v := meeting.Get(name); v != nil {
			b = appendMember(b, name, v, "")
		}
	}
	if meeting.Get("Name") == nil && first.about.Event != "" {
		b = append(b, `,"Name":`...)
		b = appendText(b, string(first.about.Event))
	}
	return append(b, '}')
}

// appendSession writes a session's line of an index.
func appendSession(b []byte, h *held) []byte {
	b = append(b, `{"Key":`...)
	if key := h.info.Get("Key"); key != nil {
		b = feed.AppendJSON(b, key)
	} else if n, err := strconv.ParseUint(h.key, 10, 32); err == nil {
		b = strconv.AppendUint(b, n, 10)
	} else {
		b = append(b, "-1"...) // as the archive writes what has no key
	}
	for _, name := range []string{"Type", "Number", "Name", "StartDate", "EndDate", "GmtOffset"} {
		if v := h.info.Get(name); v != nil {
			b = appendMember(b, name, v, "")
		}
	}
	b = append(b, `,"Path":`...)
	b = appendText(b, h.String())
	return append(b, '}')
}

// appendMember appends a member behind others: the node, or otherwise if there is none.
func appendMember(b []byte, name string, v *feed.Node, otherwise string) []byte {
	b = append(b, ',')
	b = appendText(b, name)
	b = append(b, ':')
	if v == nil {
		return append(b, otherwise...)
	}
	return feed.AppendJSON(b, v)
}

// feedsPage is a session's index: the topics that it has so far and their pages.
func feedsPage(topics []string) []byte {
	b := []byte(mark + `{"Feeds":{`)
	for i, t := range topics {
		b = comma(b, i)
		b = appendText(b, t)
		b = append(b, `:{"KeyFramePath":`...)
		b = appendText(b, t+documentEnding)
		b = append(b, `,"StreamPath":`...)
		b = appendText(b, t+streamEnding)
		b = append(b, '}')
	}
	return append(b, "}}"...)
}

// appendText appends s as a JSON string.
func appendText(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // a string always is JSON
		panic(err)
	}
	return append(b, text...)
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}
