package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/wire"
)

// snapshotOf is the encoded state of one of the clock's channels. The caller holds the lock.
func (p *player) snapshotOf(channel string) ([]byte, error) {
	if b := p.snapshots[channel]; b != nil {
		return b, nil
	}
	base, _, _ := strings.Cut(channel, "@")
	kind := strings.SplitN(base, ":", 3)
	var data any
	switch {
	case strings.HasPrefix(base, "timing:raw:"):
		b := p.state.raw.AppendSnapshot(nil)
		p.snapshots[channel] = b
		return b, nil
	case kind[0] == "timing":
		data = p.board
	case kind[0] == "race_control":
		data = p.board.RaceControl
	case kind[0] == "events":
		data = p.session.chronicle.eventsAt(p.state.offset)
	case kind[0] == "strategy":
		data = p.plannedNow()
	case kind[0] == "telemetry":
		data = p.carSample(kind[2])
	case kind[0] == "locations":
		data = p.allLocations()
		if p.unplaced() {
			places, err := p.estimates()
			if err != nil {
				return nil, err
			}
			data = places
		}
	}
	b, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("live: snapshot of %s: %w", channel, err)
	}
	p.snapshots[channel] = b
	return b, nil
}

// join hands a new viewer the channel's snapshot while nothing is published on it.
func (p *player) join(channel string, fn func(snapshot []byte)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return errClockOver
	}
	now := p.service.cfg.Now()
	s, err := p.streamOf(channel)
	if err != nil {
		return err
	}
	if err := p.rouse(now); err != nil {
		return err
	}
	// What waits for the end of the slot is in the state already: it has to go out before.
	if p.dirty {
		if err := p.flush(now); err != nil {
			return err
		}
	}
	data, err := p.snapshotOf(channel)
	if err != nil {
		return err
	}
	if !s.wanted {
		// The channel may have been there before, on a clock that ended: who comes back with a place of that
		// time is told the whole state first.
		s.wanted = true
		if err := s.publish("snapshot", now, p.state.timing.Now, data); err != nil {
			return err
		}
	}
	key := "envelope " + channel
	b := p.snapshots[key]
	if b == nil {
		b = s.envelope("snapshot", now, p.state.timing.Now, data)
		p.snapshots[key] = b
	}
	p.viewers++
	fn(b)
	return nil
}

// streamOf finds the channel among those of this clock.
func (p *player) streamOf(channel string) (*stream, error) {
	for _, s := range []*stream{&p.timing, &p.raw.stream, &p.control, &p.events, &p.plan, &p.locations} {
		if s.channel == channel {
			return s, nil
		}
	}
	base, _, _ := strings.Cut(channel, "@")
	if base == "timing:raw:"+p.session.about.Key+":each" {
		if p.each == nil {
			p.each = &rawStream{stream: p.stream(base)}
		}
		return &p.each.stream, nil
	}
	if number, ok := strings.CutPrefix(base, "telemetry:"+p.session.about.Key+":"); ok {
		if n, err := strconv.Atoi(number); err == nil && n > 0 && n < 1000 {
			return p.carStream(n), nil
		}
	}
	return nil, errNoChannel
}

// forget drops what the channels of an ended clock keep.
func (p *player) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	for _, s := range p.streams() {
		if err := p.service.bus.Forget(s.channel); err != nil {
			p.service.cfg.Log.Warn("channel of an ended clock stays until it expires", "channel", s.channel, "error", err)
		}
	}
}

func (p *player) leave(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.viewers--
	if p.viewers <= 0 {
		p.idle = now
	}
}

// carSample is the newest sample of a car: none before its first. The state keeps the newest frame as it
// came, so that a seek does not have to decode any.
func (p *player) carSample(number string) []wire.Sample {
	samples := []wire.Sample{}
	plain, err := p.inflater.Inflate(p.state.timing.CarData.Payload)
	if err != nil {
		return samples
	}
	var d telemetry.Decoder // not the stream's own, which compares a frame with the one before
	all, _ := d.Car(nil, plain)
	for _, s := range all {
		if strconv.Itoa(s.Number) == number {
			samples = append(samples[:0], sampleOf(s))
		}
	}
	return samples
}

// allLocations is the newest place of every car.
func (p *player) allLocations() []wire.Location {
	plain, err := p.inflater.Inflate(p.state.timing.Position.Payload)
	if err != nil {
		return []wire.Location{}
	}
	var d telemetry.Decoder
	all, _ := d.Position(nil, plain)
	newest := map[int]telemetry.PositionSample{}
	for _, s := range all {
		newest[s.Number] = s
	}
	all = all[:0]
	for _, s := range newest {
		all = append(all, s)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Number < all[j].Number })
	return locationsOf(all)
}

func sampleOf(s telemetry.CarSample) wire.Sample {
	return wire.Sample{
		Time: wire.Time(s.Time), Speed: int16Of(s.Speed), RPM: int16Of(s.RPM), Gear: int16Of(s.Gear),
		Throttle: int16Of(s.Throttle), Brake: int16Of(s.Brake), DRS: int16Of(s.DRS),
	}
}

// locationsOf leaves out cars that sent no place.
func locationsOf(samples []telemetry.PositionSample) []wire.Location {
	all := make([]wire.Location, 0, len(samples))
	for _, s := range samples {
		if s.Located {
			at := &[3]float64{float64(s.X) / 10, float64(s.Y) / 10, float64(s.Z) / 10}
			all = append(all, wire.Location{
				Time: wire.Time(s.Time), Driver: s.Number, X: &at[0], Y: &at[1], Z: &at[2], OnTrack: boolOf(s.OnTrack),
			})
		}
	}
	return all
}

func int16Of(o f1.Opt[int16]) *int16 {
	if !o.Known {
		return nil
	}
	return &o.Value
}

// errClockOver tells Attach that the clock it found has ended meanwhile.
var errClockOver = errors.New("live: the clock is over")

// errNoChannel tells the gateway that nothing is published under the name.
var errNoChannel = fmt.Errorf("channel: %w", wire.ErrNotFound)
