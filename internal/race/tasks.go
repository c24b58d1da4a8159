package race

import "time"

type taskKind uint8

const (
	doCross      taskKind = iota // a car ends its mini-sector
	doPitIn                      // a car enters the lane
	doPitLine                    // it crosses the line in the lane
	doBox                        // it stands still
	doPitOut                     // it leaves the lane
	doStop                       // a car comes to rest on the track; a: mini-sector
	doOut                        // a stopped car is declared out
	doFlag                       // a: marshal sector, b: Flag
	doVSC                        // a: 0 deploy, 1 ending, 2 clear
	doSC                         // deploy
	doRed                        // red flag
	doResume                     // green after red
	doDeleted                    // a: index of the pending deletion
	doReinstated                 // a: index of the deletion that is taken back
	doStewards                   // a: index of the case
	doWeather                    // once a minute
	doPart                       // timed sessions; a: step
	doLeave                      // a car leaves its garage
	doFinal                      // after the flag; a: step
	doRetireNow                  // a car in the lane retires
	doNote                       // a: Reason
)

// task is something that will happen.
type task struct {
	at   time.Duration
	seq  uint32 // orders equal times by creation
	kind taskKind
	car  int16
	a, b int32
}

// tasks is a binary heap by time.
type tasks []task

func (h tasks) less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq
}

func (h *tasks) push(t task) {
	*h = append(*h, t)
	s := *h
	for i := len(s) - 1; i > 0; {
		p := (i - 1) / 2
		if !s.less(i, p) {
			break
		}
		s[i], s[p] = s[p], s[i]
		i = p
	}
}

func (h *tasks) pop() task {
	s := *h
	t := s[0]
	n := len(s) - 1
	s[0] = s[n]
	s = s[:n]
	*h = s
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && s.less(c+1, c) {
			c++
		}
		if !s.less(c, i) {
			break
		}
		s[i], s[c] = s[c], s[i]
		i = c
	}
	return t
}

func (m *Model) plan(at time.Duration, kind taskKind, car int, a, b int) {
	m.seq++
	m.tasks.push(task{at: max(ms(at), m.now), seq: m.seq, kind: kind, car: int16(car), a: int32(a), b: int32(b)})
}

func (m *Model) do(t task) {
	car := int(t.car)
	switch t.kind {
	case doCross:
		m.cross(car)
	case doPitIn:
		m.pitIn(car)
	case doPitLine:
		m.pitLine(car)
	case doBox:
		m.box(car, time.Duration(t.a)*time.Millisecond)
	case doPitOut:
		m.pitOut(car)
	case doStop:
		m.stopCar(car, int(t.a))
	case doOut:
		m.emit(Event{Kind: EvRetired, Car: car, Other: -1})
	case doFlag:
		m.setFlag(int(t.a), Flag(t.b))
	case doVSC:
		m.virtual(int(t.a))
	case doSC:
		m.deploy()
	case doRed:
		m.redFlag()
	case doResume:
		m.resume()
	case doDeleted:
		m.deleteLap(int(t.a))
	case doReinstated:
		m.reinstateLap(int(t.a))
	case doStewards:
		m.stewards(int(t.a))
	case doWeather:
		m.weather()
	case doPart:
		m.partStep(int(t.a))
	case doLeave:
		m.leave(car)
	case doFinal:
		m.final(int(t.a))
	case doRetireNow:
		m.retireInLane(car)
	case doNote:
		m.emit(Event{Kind: EvNote, Car: -1, Other: -1, Reason: Reason(t.a)})
	}
}
