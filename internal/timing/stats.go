package timing

import (
	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// timingStats applies the feed's own bests with their ranks. A deleted lap clears one: Value "" and
// "_deleted": ["Position"].
func (s *Session) timingStats(v *fastjson.Value, m *feed.Message, ch *Change) error {
	lines := v.Get("Lines")
	if lines == nil {
		return nil
	}
	if m.Snapshot {
		for _, c := range s.Cars {
			c.Stats = Stats{}
			ch.touch(c.Number)
		}
	}
	ch.Parts |= PartCars
	s.lines(lines, ch, func(c *Car, line *fastjson.Value) {
		fields(line, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "PersonalBestLapTime":
				c.Stats.BestLap.apply(f)
				fields(f, func(key []byte, f *fastjson.Value) {
					if string(key) == "Lap" {
						setSmall(&c.Stats.BestLapNumber, f)
					}
				})
			case "BestSectors":
				each(f, func(i int, f *fastjson.Value) {
					if i < len(c.Stats.BestSectors) {
						c.Stats.BestSectors[i].apply(f)
					}
				})
			case "BestSpeeds":
				fields(f, func(key []byte, f *fastjson.Value) {
					switch string(key) {
					case "I1":
						c.Stats.BestSpeeds[speedI1].apply(f)
					case "I2":
						c.Stats.BestSpeeds[speedI2].apply(f)
					case "FL":
						c.Stats.BestSpeeds[speedFL].apply(f)
					case "ST":
						c.Stats.BestSpeeds[speedST].apply(f)
					}
				})
			}
		})
	})
	return nil
}

// rank reads the Position of a ranked value, and its removal.
func rank(dst *int, key []byte, v *fastjson.Value) {
	switch string(key) {
	case "Position":
		setSmall(dst, v)
	case "_deleted":
		for _, name := range v.GetArray() {
			if string(name.GetStringBytes()) == "Position" {
				*dst = 0
			}
		}
	}
}

func (r *Ranked) apply(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		if string(key) == "Value" {
			if t, ok := duration(f); ok {
				r.Time = t
			}
			return
		}
		rank(&r.Rank, key, f)
	})
}

func (r *RankedSpeed) apply(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		if string(key) == "Value" {
			r.KMH = optSmall(f)
			return
		}
		rank(&r.Rank, key, f)
	})
}

func (s *Session) topThree(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if m.Snapshot {
		s.TopThree = nil
	}
	ch.Parts |= PartTopThree
	s.TopThree = placeLines(s.TopThree, v.Get("Lines"), 3)
	return nil
}

// driverTracker is the same line for the whole field.
func (s *Session) driverTracker(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if m.Snapshot {
		s.Tracker = nil
	}
	ch.Parts |= PartTopThree
	s.Tracker = placeLines(s.Tracker, v.Get("Lines"), 64)
	return nil
}

func placeLines(list []TopThree, v *fastjson.Value, most int) []TopThree {
	if v == nil {
		return list
	}
	each(v, func(i int, line *fastjson.Value) {
		if i >= most || line.Type() != fastjson.TypeObject {
			return
		}
		list = grow(list, i)
		list[i].apply(line)
	})
	return list
}

func (l *TopThree) apply(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Position":
			setSmall(&l.Position, f)
		case "RacingNumber":
			setSmall(&l.Number, f)
		case "LapTime":
			if t, ok := duration(f); ok {
				l.LapTime = t
			}
		case "LapState":
			if n, ok := integer(f); ok {
				l.State = n
			}
		case "DiffToAhead":
			l.DiffToAhead = text(f)
		case "DiffToLeader":
			l.DiffToLeader = text(f)
		default:
			l.mark(&l.Best, string(key), f)
		}
	})
}

func (s *Session) championship(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if m.Snapshot {
		s.Championship = Championship{}
	}
	ch.Parts |= PartChampionship
	read := func(list []ChampionshipLine, v *fastjson.Value) []ChampionshipLine {
		if v == nil {
			return list
		}
		fields(v, func(key []byte, line *fastjson.Value) {
			if line.Type() != fastjson.TypeObject {
				return
			}
			i := 0
			for i < len(list) && list[i].Key != string(key) {
				i++
			}
			if i == len(list) {
				if i >= maxCarNumber {
					return
				}
				list = append(list, ChampionshipLine{Key: string(key)})
			}
			list[i].apply(line)
		})
		return list
	}
	s.Championship.Drivers = read(s.Championship.Drivers, v.Get("Drivers"))
	s.Championship.Teams = read(s.Championship.Teams, v.Get("Teams"))
	return nil
}

func (l *ChampionshipLine) apply(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "CurrentPosition":
			setSmall(&l.CurrentPosition, f)
		case "PredictedPosition":
			setSmall(&l.PredictedPosition, f)
		case "CurrentPoints":
			if x, ok := real(f); ok {
				l.CurrentPoints = x
			}
		case "PredictedPoints":
			if x, ok := real(f); ok {
				l.PredictedPoints = x
			}
		}
	})
}
