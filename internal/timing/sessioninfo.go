package timing

import (
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// sessionInfo applies SessionInfo. Another Key is another session: everything known is forgotten, or
// the last race would stay on screen.
func (s *Session) sessionInfo(v *fastjson.Value, m *feed.Message, ch *Change) error {
	key := ""
	if k := v.Get("Key"); k != nil {
		key = text(k)
	}
	if key != "" && s.Info.Key != "" && key != s.Info.Key {
		topic := s.Topics[m.Topic]
		s.clear()
		s.Topics[m.Topic] = &Topic{Messages: 1, Last: topic.Last}
		ch.Parts |= PartRollOver
	}
	if m.Snapshot {
		s.Info = Info{}
	}
	ch.Parts |= PartInfo
	in := &s.Info
	if key != "" {
		in.Key = key
	}
	kind, number := "", 0
	local := [2]time.Time{}
	fields(v, func(k []byte, f *fastjson.Value) {
		switch string(k) {
		case "Meeting":
			in.meeting(f)
		case "Simulated":
			setBool(&in.Simulated, f)
		case "Type":
			kind = text(f)
		case "Number":
			number, _ = integer(f)
		case "Name":
			setText(&in.Name, f)
		case "StartDate":
			local[0], _ = moment(f)
		case "EndDate":
			local[1], _ = moment(f)
		case "GmtOffset":
			if d, ok := f1.ParseOffset(text(f)); ok {
				in.UTCOffset = d
			}
		case "Path":
			setText(&in.Path, f)
		case "SessionStatus":
			// Resent at status changes since 2025; SessionStatus has its own topic with its own time.
			if s.Topics[feed.TopicSessionStatus] == nil {
				s.setStatus(text(f), m.Time, m.Snapshot, ch)
			}
		}
	})
	if !local[0].IsZero() {
		in.Start = local[0].Add(-in.UTCOffset)
	}
	if !local[1].IsZero() {
		in.End = local[1].Add(-in.UTCOffset)
	}
	if kind != "" || in.Type == "" {
		in.Type = sessionType(kind, in.Name, number)
	}
	return nil
}

func (in *Info) meeting(v *fastjson.Value) {
	fields(v, func(k []byte, f *fastjson.Value) {
		switch string(k) {
		case "Key":
			in.MeetingKey, _ = integer(f)
		case "Name":
			setText(&in.Meeting, f)
		case "OfficialName":
			setText(&in.OfficialName, f)
		case "Location":
			setText(&in.Location, f)
		case "Number":
			setSmall(&in.Round, f)
		case "Country":
			fields(f, func(k []byte, f *fastjson.Value) {
				switch string(k) {
				case "Key":
					in.CountryKey, _ = integer(f)
				case "Name":
					setText(&in.Country, f)
				case "Code":
					setText(&in.CountryCode, f)
				}
			})
		case "Circuit":
			fields(f, func(k []byte, f *fastjson.Value) {
				switch string(k) {
				case "Key":
					in.CircuitKey, _ = integer(f)
				case "ShortName":
					setText(&in.Circuit, f)
				}
			})
		}
	})
}

// sessionType maps the feed's type and name. In 2021 and 2022 "Sprint Qualifying" was the sprint race
// itself (Type Race); from 2024 it is its qualifying, called "Sprint Shootout" in 2023.
func sessionType(kind, name string, number int) f1.SessionType {
	lower := strings.ToLower(name)
	sprint := strings.HasPrefix(lower, "sprint")
	switch {
	case strings.EqualFold(kind, "Race") && sprint:
		return f1.Sprint
	case strings.EqualFold(kind, "Race"):
		return f1.Race
	case strings.EqualFold(kind, "Qualifying") && sprint:
		return f1.SprintQualifying
	case strings.EqualFold(kind, "Qualifying"):
		return f1.Qualifying
	case strings.EqualFold(kind, "Practice"):
		if number < 1 && len(lower) > 0 {
			number = int(lower[len(lower)-1] - '0')
		}
		switch number {
		case 2:
			return f1.Practice2
		case 3:
			return f1.Practice3
		}
		return f1.Practice1
	case kind != "" || name == "":
		return ""
	case sprint && !strings.Contains(lower, "shootout") && !strings.Contains(lower, "qualifying"):
		return f1.Sprint
	case sprint:
		return f1.SprintQualifying
	case strings.Contains(lower, "qualifying"):
		return f1.Qualifying
	case strings.Contains(lower, "race"):
		return f1.Race
	}
	return ""
}

// archiveStatus is decoded for completeness of the topic count only: it says "Generating" in many
// finished streams and is no sign of an end.
func (s *Session) archiveStatus(v *fastjson.Value, _ *feed.Message, ch *Change) error {
	if f := v.Get("Status"); f != nil {
		s.Info.Archive = text(f)
		ch.Parts |= PartInfo
	}
	return nil
}
