package store

import (
	"cmp"
	"slices"

	"pitwall.live/internal/f1"
)

// Counted leaves of the classifications of a season, each in its newest version, those that count, in their order: of
// a race that is stored twice that of its log, and only real ones, or only the simulator's. Sessions and races are those
// of the season; a classification of which neither is known stays. A round that a session does not know is that of
// its race.
func Counted(all []Results, sessions []Session, races []Race, simulated bool) []Results {
	c := counting{sessions: make(map[string]*Session, len(sessions)), best: map[string]string{}}
	for i := range sessions {
		c.sessions[sessions[i].SessionKey] = &sessions[i]
	}
	for i := range all {
		v := &all[i]
		if s := c.sessions[v.Session]; v.Round == 0 && s != nil {
			v.Round = s.Round.Value
		}
		if at := slices.IndexFunc(races, func(r Race) bool { return r.ID+"_"+string(v.Type) == c.race(v, nil) }); v.Round == 0 && at >= 0 {
			v.Round = races[at].Round
		}
	}
	all = slices.DeleteFunc(all, func(v Results) bool {
		s := c.sessions[v.Session]
		return (s != nil && s.Simulated) != simulated
	})
	for i := range all {
		v := &all[i]
		race := c.race(v, races)
		if was, ok := c.best[race]; race != "" && (!ok || c.rank(v.Session) > c.rank(was)) {
			c.best[race] = v.Session
		}
	}
	return slices.DeleteFunc(all, func(v Results) bool {
		race := c.race(&v, races)
		return race != "" && c.best[race] != v.Session
	})
}

type counting struct {
	sessions map[string]*Session
	best     map[string]string // key of the session that counts, by race
}

// race names the race or sprint of a classification; "" when that is not known.
func (c *counting) race(v *Results, races []Race) string {
	if s := c.sessions[v.Session]; s != nil {
		return s.Slug()
	}
	at := slices.IndexFunc(races, func(r Race) bool { return r.Season == v.Season && r.Round == v.Round })
	if at < 0 {
		return ""
	}
	return cmp.Or((&f1.SessionRow{Event: races[at].Name, Season: f1.Some(v.Season), Type: v.Type}).Slug(), races[at].ID+"_"+string(v.Type))
}

// rank is how good a source of a race is: its log, then its tables, then nothing but the classification.
func (c *counting) rank(key string) int {
	switch s := c.sessions[key]; {
	case s == nil:
		return 0
	case s.Log == "":
		return 1
	}
	return 2
}
