package whereabouts_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/whereabouts"
)

// script tells the story of car 1 on a circuit of eight mini-sectors (3, 3 and 2) of ten seconds each, by
// the messages that the feed would send. Without a course a place is a share of the lap time.
type script struct {
	*testing.T
	s     *timing.Session
	e     *whereabouts.Estimator
	now   time.Time
	codes [8]int
}

func tell(t *testing.T) *script {
	c := &script{T: t, s: timing.New(), e: whereabouts.New(nil), now: time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)}
	c.say(feed.TopicTimingData, `{"Lines":{"1":{"Sectors":[{"Segments":[{"Status":0},{"Status":0},{"Status":0}]},{"Segments":[{"Status":0},{"Status":0},{"Status":0}]},{"Segments":[{"Status":0},{"Status":0}]}]}}}`)
	return c
}

func (c *script) say(topic, payload string) {
	m := feed.Message{Topic: topic, Payload: []byte(payload), Time: c.now}
	c.e.Follow(c.s, &m, c.s.Apply(&m))
}

func (c *script) line(members string) { c.say(feed.TopicTimingData, `{"Lines":{"1":{`+members+`}}}`) }

func (c *script) wait(seconds float64) *script {
	c.now = c.now.Add(time.Duration(seconds * float64(time.Second)))
	return c
}

// show sends those colours that are not what they were, in one message.
func (c *script) show(codes [8]int) {
	c.Helper()
	sectors := map[string]map[string]map[string]map[string]int{}
	for p, code := range codes {
		if code == c.codes[p] {
			continue
		}
		sector, of := strconv.Itoa(p/3), p%3
		if sectors[sector] == nil {
			sectors[sector] = map[string]map[string]map[string]int{"Segments": {}}
		}
		sectors[sector]["Segments"][strconv.Itoa(of)] = map[string]int{"Status": code}
	}
	c.codes = codes
	b, err := json.Marshal(sectors)
	if err != nil {
		c.Fatal(err)
	}
	c.line(`"Sectors":` + string(b))
}

// pass colours a point; the first one of a lap blanks the others.
func (c *script) pass(point int) *script {
	c.Helper()
	codes := c.codes
	if point == 0 {
		codes = [8]int{}
	}
	codes[point] = 2049
	c.show(codes)
	return c
}

// lap drives a whole lap at so many seconds a point.
func (c *script) lap(seconds float64) *script {
	for p := range 8 {
		c.wait(seconds).pass(p)
	}
	return c
}

// place is where car 1 is said to be now.
func (c *script) place() whereabouts.Place {
	c.Helper()
	all := c.e.At(c.now)
	if len(all) != 1 || all[0].Car != 1 {
		c.Fatalf("cars: %+v", all)
	}
	return all[0]
}

// at wants the car running within two hundredths of a share.
func (c *script) at(share float64, what string) {
	c.Helper()
	if p := c.place(); p.State != whereabouts.Running || !p.Share.Known || math.Abs(p.Share.Value-share) > .02 || !(p.Band > 0 && p.Band < .2) {
		c.Errorf("%s: %+v, want share %.3f", what, p, share)
	}
}

func TestBetweenPoints(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.at(0, "on the line")
	c.wait(5).at(.0625, "half of the first stretch")
	c.wait(5).pass(0).wait(2.5).at(.15625, "a quarter of the second")
	if p := c.place(); p.Metres.Known || p.BandMetres.Known || !p.Seen.Known || !p.Seen.Value.Equal(c.now.Add(-2500*time.Millisecond)) {
		t.Errorf("%+v", p)
	}
}

// A colour rewritten, or filled in late, is no place.
func TestColoursAreNoPlaces(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	for p := range 4 {
		c.wait(10).pass(p)
	}
	before := c.place()
	c.codes[1] = 2048
	c.show([8]int{2051, 2049, 2048, 2049})
	if after := c.place(); after != before {
		t.Errorf("re-coloured: %+v, was %+v", after, before)
	}
	c.wait(10).show([8]int{2051, 2049, 2048, 2049, 0, 2049}) // the one before is missing
	c.wait(5).at(6.5/8, "past a point that was not told")
	c.show([8]int{2051, 2049, 2048, 2049, 2049, 2049})
	c.at(6.5/8, "told late")
}

// The first point of a lap keeps the colour it had, and is not said again: what is left of the lap before
// is gone, that is all.
func TestNewLapOfTheSameColour(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(10).show([8]int{c.codes[0]})
	c.wait(5).at(1.5/8, "the second stretch")
}

// A slow lap is not run at the pace of a quick one.
func TestSlowLap(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(25).pass(0).wait(25).pass(1).wait(25).pass(2)
	c.wait(12.5).at(3.5/8, "half way at two and a half times the time")
}

// A message that came late moves the place once, not for the rest of the lap.
func TestLateMessage(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(10).pass(0).wait(14).pass(1).wait(6).pass(2).wait(10).pass(3)
	c.wait(5).at(4.5/8, "two points after a late one")
}

// A car that is seen no more does not run on, whatever the reason: halted, a red flag, a feed that hangs.
func TestDoesNotRunOn(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(10).pass(0).wait(10).pass(1)
	c.say(feed.TopicTrackStatus, `{"Status":"5","Message":"Red"}`)
	running := c.wait(5).place()
	for _, seconds := range []float64{15, 60, 3600} {
		p := c.wait(seconds).place()
		if p.State != whereabouts.Overdue || p.Share.Value < 2./8 || p.Share.Value > 3./8 || p.Band < running.Band {
			t.Errorf("%+v", p)
		}
		if p.Share.Value-p.Band > 2./8 && seconds > 15 || p.Share.Value+p.Band < 3./8 {
			t.Errorf("%+v does not hold the stretch", p)
		}
	}
	c.pass(2).wait(1)
	if p := c.place(); p.State != whereabouts.Running || p.Share.Value < 3./8 || p.Share.Value > 3.2/8 {
		t.Errorf("seen again: %+v", p)
	}
}

func TestStoppedCar(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(10).pass(0).wait(20).line(`"Stopped":true`)
	at := c.place()
	if at.State != whereabouts.Stopped || at.Share.Value < 1./8 || at.Share.Value > 2./8 || at.Share.Value-at.Band > 1./8 {
		t.Errorf("%+v", at)
	}
	if later := c.wait(600).place(); later != at {
		t.Errorf("%+v ten minutes later, was %+v", later, at)
	}
	c.line(`"Stopped":false`)
	if p := c.place(); p.State != whereabouts.Overdue {
		t.Errorf("it may move again: %+v", p)
	}
	c.line(`"Retired":true`)
	if p := c.place(); p.State != whereabouts.Stopped {
		t.Errorf("%+v", p)
	}
}

// In the pits a car has no place on the lap, and out of them none until it is seen.
func TestPits(t *testing.T) {
	c := tell(t).lap(10).lap(10)
	c.wait(10).pass(0).line(`"InPit":true`)
	if p := c.place(); p.State != whereabouts.InPit || p.Share.Known {
		t.Errorf("%+v", p)
	}
	c.wait(10).show([8]int{2049, 2064})
	if p := c.place(); p.State != whereabouts.InPit || p.Share.Known {
		t.Errorf("a point of the pit lane: %+v", p)
	}
	c.wait(30).line(`"InPit":false,"PitOut":true`)
	if p := c.place(); p.State != whereabouts.Unknown || p.Share.Known {
		t.Errorf("%+v", p)
	}
	c.wait(10).show([8]int{2049, 2064, 2048})
	c.wait(4)
	if p := c.place(); p.State != whereabouts.Running || p.Share.Value < 3./8 || p.Share.Value > 4./8 || p.Band < .05 {
		t.Errorf("out lap: %+v", p)
	}
}

// A snapshot says what has been passed, not when.
func TestSnapshotIsNoSight(t *testing.T) {
	c := tell(t).lap(10).lap(10).wait(10).pass(0)
	m := feed.Message{Topic: feed.TopicTimingData, Snapshot: true, Time: c.wait(100).now,
		Payload: []byte(`{"Lines":{"1":{"Sectors":[{"Segments":[{"Status":2049},{"Status":2049},{"Status":2049}]},{"Segments":[{"Status":2049},{"Status":0},{"Status":0}]},{"Segments":[{"Status":0},{"Status":0}]}]}}}`)}
	c.e.Follow(c.s, &m, c.s.Apply(&m))
	if p := c.place(); p.State != whereabouts.Unknown || p.Share.Known {
		t.Errorf("%+v", p)
	}
	c.codes = [8]int{2049, 2049, 2049, 2049}
	c.wait(4).pass(4).wait(1)
	if p := c.place(); p.State != whereabouts.Running || p.Share.Value < 5./8 || p.Share.Value > 6./8 {
		t.Errorf("%+v", p)
	}
}

func TestAnotherSession(t *testing.T) {
	c := tell(t)
	c.say(feed.TopicSessionInfo, `{"Key":1,"Type":"Qualifying","Name":"Qualifying"}`)
	c.lap(10).lap(10)
	c.say(feed.TopicSessionInfo, `{"Key":2,"Type":"Race","Name":"Race"}`)
	if all := c.e.At(c.now); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

// Before 2020 the ends of the sectors are all there is.
func TestSectorsOnly(t *testing.T) {
	c := &script{T: t, s: timing.New(), e: whereabouts.New(nil), now: time.Date(2018, 4, 29, 12, 0, 0, 0, time.UTC)}
	c.line(`"NumberOfLaps":0,"Sectors":[{"Value":""},{"Value":""},{"Value":""}]`)
	for lap := range 3 {
		c.wait(20).line(`"Sectors":{"0":{"Value":"20.00` + strconv.Itoa(lap) + `"}}`)
		c.wait(40).line(`"Sectors":{"1":{"Value":"40.00` + strconv.Itoa(lap) + `"}}`)
		c.wait(20).line(`"Sectors":{"2":{"Value":"20.00` + strconv.Itoa(lap) + `"}},"NumberOfLaps":` + strconv.Itoa(lap+1))
		c.wait(.5).line(`"LastLapTime":{"Value":"1:20.00` + strconv.Itoa(lap) + `"}`)
		c.wait(-.5)
	}
	c.wait(20).line(`"Sectors":{"0":{"Value":"20.004"}}`)
	c.wait(20).at(.5, "half way")
	if p := c.wait(200).place(); p.State != whereabouts.Overdue || p.Share.Known && p.Band < .25 {
		t.Errorf("not seen for minutes: %+v", p)
	}
}

// Whatever the feed says, a place is one: on the lap, with a band, and the same every time.
func FuzzFollow(f *testing.F) {
	f.Add([]byte(`{"Lines":{"1":{"Sectors":[{"Segments":[{"Status":0}]},{"Segments":[{"Status":0}]},{"Segments":[{"Status":0}]}]}}}
{"Lines":{"1":{"Sectors":{"0":{"Segments":{"0":{"Status":2048}}}}}}}
{"Lines":{"1":{"Sectors":{"1":{"Segments":{"0":{"Status":2049}}}}}}}
{"Lines":{"1":{"Sectors":{"2":{"Segments":{"0":{"Status":2049}}}}}}}
{"Lines":{"1":{"Sectors":{"0":{"Segments":{"0":{"Status":2048},"1":{"Status":2048}}}}}}}
{"Lines":{"1":{"Stopped":true}}}`))
	f.Add([]byte(`{"Lines":{"7":{"NumberOfLaps":3,"Sectors":[{"Value":"20.1"},{"Value":"30.2"},{"Value":"25.0"}]},"8":{"InPit":true}}}
{"Lines":{"7":{"Sectors":{"0":{"Value":"20.2"}},"InPit":false}}}`))
	f.Add([]byte(`{"Lines":{"1":{"Sectors":{"2":{"Segments":{"63":{"Status":1},"62":{"Status":2064}}},"0":{"Segments":{"9":{"Status":-1}}}}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		play := func() (all [][]whereabouts.Place) {
			s, e := timing.New(), whereabouts.New(nil)
			now := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
			for i, line := range bytes.Split(text, []byte("\n")) {
				now = now.Add(time.Duration(len(line)%40-2) * time.Second)
				m := feed.Message{Topic: feed.TopicTimingData, Payload: line, Time: now, Snapshot: i%7 == 6}
				e.Follow(s, &m, s.Apply(&m))
				all = append(all, e.At(s.Now.Add(time.Duration(i)*time.Second)))
			}
			return all
		}
		all := play()
		for _, places := range all {
			for _, p := range places {
				if p.Share.Known && !(p.Share.Value >= 0 && p.Share.Value < 1 && p.Band > 0 && p.Band < .5) || !p.Share.Known && p.Band != 0 {
					t.Fatalf("%+v", p)
				}
			}
		}
		if again := play(); !reflect.DeepEqual(all, again) {
			t.Fatalf("%+v, then %+v", all, again)
		}
	})
}

// On a circle every car is evenly quick: the share of the time is the share of the length.
func TestCircle(t *testing.T) {
	o := whereabouts.Outline{Length: 3000, Lap: 80 * time.Second, Sectors: [3]float64{.3, .4, .3}, Before: 200}
	for i := range 300 {
		a := float64(i) / 300 * 2 * math.Pi
		o.X, o.Y = append(o.X, math.Sin(a)), append(o.Y, math.Cos(a))
	}
	k, err := whereabouts.NewCourse(o)
	if err != nil {
		t.Fatal(err)
	}
	c := tell(t)
	c.e = whereabouts.New(k)
	c.say(feed.TopicTimingData, `{"Lines":{"1":{"Line":1}}}`)
	c.lap(10).lap(10).wait(10).pass(0).wait(5).at(1.5/8, "on the circle")
	if p := c.place(); math.Abs(p.Metres.Value-3000*1.5/8) > 60 || p.BandMetres.Value != p.Band*3000 || k.Length() != 3000 {
		t.Errorf("%+v", p)
	}
	for _, spoil := range []func(*whereabouts.Outline){
		func(o *whereabouts.Outline) { o.X = o.X[:299] }, func(o *whereabouts.Outline) { o.X, o.Y = o.X[:9], o.Y[:9] },
		func(o *whereabouts.Outline) { o.Length = math.NaN() }, func(o *whereabouts.Outline) { o.Lap = 0 }, func(o *whereabouts.Outline) { o.Sectors[1] = 0 },
	} {
		bad := o
		spoil(&bad)
		if k, err := whereabouts.NewCourse(bad); err == nil {
			t.Errorf("%v of %d points", k, len(bad.X))
		}
	}
}
