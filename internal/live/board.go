package live

import (
	"sort"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// boardOf is the timing board of a state, as clients see it. The state keeps a race control message for
// good, so the messages of last, when it is of the same state a moment ago and they have not changed, are
// taken over; nil: there is no such board.
func boardOf(at *state, of *Session, last *wire.Board) wire.Board {
	s := at.timing
	b := wire.Board{
		Session: sessionOf(s, of.about),
		Now:     wire.OptTime(s.Now),
		Status:  wire.Text(s.Status),
		Track: wire.Track{
			Status: wire.Text(s.Track.Status), Message: wire.Text(s.Track.Message), Since: wire.OptTime(s.Track.Since),
			Sectors: map[string]string{},
		},
		Cars:  make(map[string]wire.Car, len(s.Cars)),
		Radio: make(map[string]wire.Radio, len(s.Radio)),
	}
	for n, flag := range s.Track.Sectors {
		b.Track.Sectors[strconv.Itoa(n)] = flag
	}
	if s.Clock.Known {
		b.Clock = &wire.Clock{At: wire.Time(s.Clock.At), RemainingMS: s.Clock.Remaining.Milliseconds(), Running: s.Clock.Running}
	}
	b.Lap, b.TotalLaps, b.Part = positive(s.Lap.Current), positive(s.Lap.Total), positive(s.Part)
	if s.Part > 0 && s.Part < len(s.Entries) {
		b.Advance = positive(s.Entries[s.Part])
	}
	if s.Weather.Known {
		b.Weather = weatherOf(s.Weather.Value)
	}
	for n, c := range s.Cars {
		b.Cars[strconv.Itoa(n)] = carOf(c)
	}
	if last != nil {
		b.RaceControl = last.RaceControl
	} else {
		b.RaceControl = make(map[string]wire.RCM, len(s.RaceControl))
		for _, m := range s.RaceControl {
			b.RaceControl[strconv.Itoa(m.MessageID)] = rcmOf(m)
		}
	}
	for i, r := range s.Radio {
		b.Radio[strconv.Itoa(i)] = wire.Radio{Time: wire.Time(r.Time), Driver: r.DriverNumber, Path: r.Path}
	}
	b.Quality = qualityOf(at, of)
	return b
}

func sessionOf(s *timing.Session, about About) wire.Session {
	i, row := s.Info, s.SessionRow()
	return wire.Session{
		Key: about.Key, Slug: wire.Text(row.Slug()), Event: wire.Text(i.Meeting), Official: wire.Text(i.OfficialName), Name: wire.Text(i.Name), Type: wire.Text(i.Type),
		Circuit: wire.Text(i.Circuit), CircuitID: wire.Text(row.CircuitID), Country: wire.Text(i.Country), Start: wire.OptTime(i.Start), End: wire.OptTime(i.End),
		UTCOffsetS: int(i.UTCOffset / time.Second), Simulated: i.Simulated,
		Venue: wire.Venue{MeetingKey: i.MeetingKey, CircuitKey: i.CircuitKey, CountryKey: i.CountryKey, Location: i.Location, CountryCode: i.CountryCode},
	}
}

func carOf(c *timing.Car) wire.Car {
	w := wire.Car{
		Number: c.Number, TLA: wire.Text(c.TLA), Name: wire.Text(nameOf(c)), Team: wire.Text(tidy(c.Team)), Line: c.Line,
		Position: positive(c.Position), Grid: positive(c.Grid),
		InPit: c.InPit, PitOut: c.PitOut, Stopped: c.Stopped, Retired: c.Retired, KnockedOut: c.KnockedOut,
		Chequered: c.Chequered, NoTime: c.NoTimeYet,
		Gap: gapOf(c.GapToLeader), Interval: gapOf(c.Interval), LeaderMS: ms(c.LeaderGap), Catching: c.Catching,
		Laps: c.Laps, Stops: c.PitStops, Last: valueOf(c.LastLap), Best: valueOf(c.BestLap), BestLap: positive(c.BestLapNumber),
		BestLapMS: bestLapSectors(c), I1: speedOf(c.SpeedI1), I2: speedOf(c.SpeedI2), FL: speedOf(c.SpeedFL), ST: speedOf(c.SpeedST),
		PartBest: make([]wire.Value, len(c.PartBest)), Sectors: make([]wire.Sector, len(c.Sectors)),
		Stints: make([]wire.Stint, len(c.Stints)),
	}
	if colour := strings.TrimPrefix(strings.TrimSpace(c.Colour), "#"); colour != "" {
		w.Colour = wire.Text("#" + strings.ToUpper(colour))
	}
	for i, v := range c.PartBest {
		w.PartBest[i] = valueOf(v)
	}
	for i, sector := range c.Sectors {
		w.Sectors[i] = wire.Sector{
			MS: ms(sector.Time), PreviousMS: ms(sector.Previous), Mark: markOf(sector.Best), Segments: segmentsOf(sector.Segments),
		}
	}
	w.IdealMS = idealOf(c)
	for i, st := range c.Stints {
		w.Stints[i] = wire.Stint{Compound: wire.Text(st.Compound), Laps: max(st.TotalLaps-st.StartLaps, 0), Age: st.TotalLaps}
		if st.New.Known {
			fresh := st.New.Value
			w.Stints[i].Fresh = &fresh
		}
	}
	return w
}

// bestLapSectors are the sector times of the car's best lap, none while one is unknown.
func bestLapSectors(c *timing.Car) []int64 {
	sectors, ok := c.BestLapSectors()
	if !ok {
		return []int64{}
	}
	return []int64{sectors[0].Milliseconds(), sectors[1].Milliseconds(), sectors[2].Milliseconds()}
}

// idealOf is the lap made of the car's best sectors, nil while one is unknown.
func idealOf(c *timing.Car) *int64 {
	var sum time.Duration
	for _, best := range c.Stats.BestSectors {
		if !best.Time.Known {
			return nil
		}
		sum += best.Time.Value
	}
	return ms(f1.Some(sum))
}

func nameOf(c *timing.Car) string {
	if c.First != "" && c.Last != "" {
		return tidy(c.First + " " + c.Last)
	}
	if c.FullName != "" {
		return tidy(c.FullName)
	}
	return tidy(c.Broadcast)
}

// tidy leaves out the blanks that the feed has too many of.
func tidy(name string) string { return strings.Join(strings.Fields(name), " ") }

// segmentsOf writes one letter a mini-sector; the code is a bit set, so look at bits, not at values.
func segmentsOf(codes []int) string {
	if len(codes) == 0 {
		return ""
	}
	b := make([]byte, len(codes))
	for i, code := range codes {
		switch {
		case code == 0:
			b[i] = '.'
		case code&2048 == 0:
			b[i] = '?'
		case code&4 != 0:
			b[i] = 's'
		case code&16 != 0:
			b[i] = 'b'
		case code&2 != 0:
			b[i] = 'p'
		case code&1 != 0:
			b[i] = 'g'
		default:
			b[i] = 'y'
		}
	}
	return string(b)
}

func gapOf(g timing.Gap) wire.Gap {
	if g.Laps.Known && g.Laps.Value > 0 {
		laps := g.Laps.Value
		return wire.Gap{Laps: &laps}
	}
	return wire.Gap{MS: ms(g.Time)}
}

func valueOf(v timing.LapValue) wire.Value {
	return wire.Value{MS: ms(v.Time), Mark: markOf(v.Best)}
}

func speedOf(v timing.SpeedValue) wire.Speed {
	w := wire.Speed{Mark: markOf(v.Best)}
	if v.KMH.Known {
		kmh := v.KMH.Value
		w.KMH = &kmh
	}
	return w
}

func markOf(b timing.Best) string {
	switch b {
	case timing.PersonalBest:
		return "pb"
	case timing.OverallBest:
		return "ob"
	}
	return ""
}

func rcmOf(m f1.RaceControlRow) wire.RCM {
	return wire.RCM{
		Time: wire.Time(m.Time), Lap: intOf(m.LapNumber), Category: wire.Text(m.Category), Flag: wire.Text(m.Flag), Scope: wire.Text(m.Scope),
		Sector: intOf(m.Sector), Driver: intOf(m.DriverNumber), Message: strings.TrimSpace(m.Message),
	}
}

func weatherOf(w f1.WeatherRow) *wire.Weather {
	return &wire.Weather{
		Time: wire.Time(w.Time), Air: floatOf(w.Air), Track: floatOf(w.Track), Humidity: floatOf(w.Humidity),
		Pressure: floatOf(w.Pressure), WindMS: floatOf(w.WindSpeed), WindDeg: intOf(w.WindDir), Rainfall: boolOf(w.Rainfall),
	}
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

func ms(d f1.Opt[time.Duration]) *int64 {
	if !d.Known {
		return nil
	}
	v := d.Value.Milliseconds()
	return &v
}

func intOf(o f1.Opt[int]) *int {
	if !o.Known {
		return nil
	}
	return &o.Value
}

func floatOf(o f1.Opt[float64]) *float64 {
	if !o.Known {
		return nil
	}
	return &o.Value
}

func boolOf(o f1.Opt[bool]) *bool {
	if !o.Known {
		return nil
	}
	return &o.Value
}

// regular topics come at a steady pace while a session lives; silence of three periods makes them stale.
var regular = []struct {
	topic    string
	after    time.Duration
	onlyLive bool // only while the session is running
}{
	{"Heartbeat", 45 * time.Second, false},
	{"CarData.z", 10 * time.Second, false},
	{"Position.z", 10 * time.Second, false},
	{"WeatherData", 3 * time.Minute, false},
	{"TimingData", 30 * time.Second, true},
}

// complete lists what a full session of today has; what never came is named to the viewer.
var complete = []string{
	"CarData.z", "DriverList", "ExtrapolatedClock", "Heartbeat", "Position.z", "RaceControlMessages", "SessionInfo",
	"SessionStatus", "TimingAppData", "TimingData", "TrackStatus", "WeatherData",
}

// maxGaps is how many gaps a viewer is shown.
const maxGaps = 20

func qualityOf(at *state, of *Session) wire.Quality {
	s := at.timing
	q := wire.Quality{
		Source: of.about.Source, Live: of.live.Load(), Topics: make(map[string]wire.TopicQuality, len(s.Topics)),
		Missing: []string{}, Gaps: []wire.DataGap{}, Skipped: s.SkippedTotal + at.refused,
	}
	for _, l := range s.Lost[max(len(s.Lost)-maxGaps, 0):] {
		q.Gaps = append(q.Gaps, wire.DataGap{From: wire.Time(l.From), To: wire.Time(l.To)})
	}
	q.Trouble, _ = of.trouble.Load().(string)
	if notes, _ := of.notes.Load().(string); notes != "" {
		q.Notes = strings.Split(notes, "\n")
	}
	stale := map[string]bool{}
	for _, r := range regular {
		if t := s.Topics[r.topic]; t != nil && (!r.onlyLive || s.Status == f1.StatusStarted) {
			stale[r.topic] = s.Now.Sub(t.Last) > r.after
		}
	}
	for name, t := range s.Topics {
		q.Topics[name] = wire.TopicQuality{Messages: t.Messages, Last: wire.OptTime(t.Last.Truncate(time.Second)), Stale: stale[name]}
	}
	for _, name := range complete {
		if s.Topics[name] == nil {
			q.Missing = append(q.Missing, name)
		}
	}
	if s.Info.Type.IsRace() && s.Topics["LapCount"] == nil {
		q.Missing = append(q.Missing, "LapCount")
	}
	sort.Strings(q.Missing)
	return q
}
