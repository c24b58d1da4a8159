package openf1

import (
	"fmt"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// champion is a driver or team as the championship's prediction has it.
type champion struct {
	position, points             value // when the session began
	predictedPosition, predicted value // if it ended like this
	name                         string
}

var (
	championDriversCollection = find(championshipDrivers)
	championTeamsCollection   = find(championshipTeams)
)

func (d *Derivation) championship(_ *feed.Message, v *fastjson.Value) {
	each(v.Get("Drivers"), func(key string, e *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		c := d.champion("driver "+key, e)
		doc := d.keep(championDriversCollection, fmt.Sprintf("%d_%d", d.session, car))
		doc.set("driver_number", integerOf(car))
		c.tell(doc)
	})
	each(v.Get("Teams"), func(key string, e *fastjson.Value) {
		c := d.champion("team "+key, e)
		doc := d.keep(championTeamsCollection, fmt.Sprintf("%d_%s", d.session, key))
		doc.set("team_name", textOf(c.name))
		c.tell(doc)
	})
}

// champion remembers what a message says of a driver or team.
func (d *Derivation) champion(key string, e *fastjson.Value) *champion {
	c := d.champions[key]
	if c == nil {
		c = &champion{}
		d.champions[key] = c
	}
	if n, ok := wholeOf(e.Get("CurrentPosition")); ok {
		c.position = integerOf(n)
	}
	if n, ok := wholeOf(e.Get("PredictedPosition")); ok && n > 0 {
		c.predictedPosition = integerOf(n)
	}
	if f := decimal(e.Get("CurrentPoints")); f.shape != null {
		c.points = f
	}
	if f := decimal(e.Get("PredictedPoints")); f.shape != null {
		c.predicted = f
	}
	if name := plain(e.Get("TeamName")); name != "" {
		c.name = name
	}
	return c
}

func (c *champion) tell(doc *document) {
	doc.set("points_current", c.predicted)
	doc.set("points_start", c.points)
	doc.set("position_current", c.predictedPosition)
	doc.set("position_start", c.position)
}
