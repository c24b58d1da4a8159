package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pitwall.live/internal/wire"
)

// Screen is what a person at a terminal sees: the board with the newest events below it, the list of events to
// choose one from, or why the chosen one was told.
type Screen struct {
	Colour bool
	Steer  bool // keys are read: it says which

	notice string // what is wrong at the moment, "" nothing
	board  Board
	value  wire.Board
	stale  bool // value is not the board's any more
	events Events
	view   view
	chosen string // event_id
	why    *wire.Why
	failed error // why there is no answer
	scroll int
}

type view int

const (
	viewBoard view = iota
	viewList
	viewWhy
)

// Wish is what a key asks of the program around the screen.
type Wish int

// The wishes.
const (
	WishNothing Wish = iota
	WishEnd
	WishWhy // an answer for Chosen
)

// Board takes the next message of the channel of the board.
func (s *Screen) Board(m Message) error {
	s.notice, s.stale = "", true
	return s.board.Apply(m)
}

// Events takes the next message of the channel of the events and returns the new versions in it.
func (s *Screen) Events(m Message) ([]wire.Event, error) {
	s.notice = ""
	return s.events.Apply(m)
}

// Lost notes that the connection broke; the next message says that it is well again.
func (s *Screen) Lost(err error) {
	s.notice = "connection lost: " + strings.Join(strings.Fields(err.Error()), " ")
}

// renew brings the board up to its newest message.
func (s *Screen) renew() (err error) {
	if s.stale {
		s.stale = false
		s.value, err = s.board.Value()
	}
	return err
}

// Chosen is the event_id of the event that was asked about last.
func (s *Screen) Chosen() string { return s.chosen }

// Answer takes in why an event was told. One that is not asked for any more is passed over.
func (s *Screen) Answer(id string, w *wire.Why, err error) {
	if s.view == viewWhy && id == s.chosen {
		s.why, s.failed = w, err
	}
}

// Press takes a key.
func (s *Screen) Press(k Key) Wish {
	if k == KeyEnd {
		return WishEnd
	}
	back := k == KeyBack || k == 'q'
	switch s.view {
	case viewBoard:
		if k == 'q' {
			return WishEnd
		}
		if newest := s.events.Newest(1); k == 'w' && len(newest) > 0 {
			s.view, s.chosen = viewList, newest[0].ID
		}
	case viewList:
		if back {
			s.view = viewBoard
			return WishNothing
		}
		return s.choose(k)
	case viewWhy:
		if back {
			s.view = viewList
			return WishNothing
		}
		s.scroll = max(s.scroll+step(k), 0)
	}
	return WishNothing
}

// step is how many lines a key goes down.
func step(k Key) int {
	switch k {
	case KeyDown, 'j':
		return 1
	case KeyUp, 'k':
		return -1
	}
	return 0
}

// choose moves in the list. The choice is an event, not a line: it stays when newer ones come.
func (s *Screen) choose(k Key) Wish {
	all := s.events.Newest(-1)
	if len(all) == 0 {
		s.view = viewBoard
		return WishNothing
	}
	i := min(max(s.index(all)+step(k), 0), len(all)-1)
	s.chosen = all[i].ID
	if k != KeyEnter {
		return WishNothing
	}
	s.view, s.why, s.failed, s.scroll = viewWhy, nil, nil, 0
	return WishWhy
}

// index is where the chosen event stands; the newest when it is not there any more.
func (s *Screen) index(all []wire.Event) int {
	return max(slices.IndexFunc(all, func(e wire.Event) bool { return e.ID == s.chosen }), 0)
}

// Paint draws the screen, at most width wide and height high.
func (s *Screen) Paint(width, height int) ([]string, error) {
	if err := s.renew(); err != nil {
		return nil, err
	}
	p := painter{colour: s.Colour}
	room := max(height-1, 1) // above the line of keys
	var lines []string
	hint := "w why  q end"
	switch s.view {
	case viewBoard:
		lines = s.paintBoard(p, room)
		if newest := s.events.Newest(1); len(newest) > 0 && len(lines) > room { // no place for a pane
			hint += "  " + EventLine(&newest[0], false)
		}
	case viewList:
		lines, hint = s.paintList(p, room), "Enter why  up/down or j/k choose  q back"
	case viewWhy:
		lines, hint = s.paintWhy(p, width, room), "up/down or j/k scroll  q back"
	}
	lines = lines[:min(len(lines), room)]
	if !s.Steer {
		hint = ""
	}
	if hint = cmp.Or(s.notice, hint); hint != "" {
		lines = append(lines, p.dim(hint))
	}
	if width > 0 {
		for i, l := range lines {
			lines[i] = cut(l, width)
		}
	}
	return lines, nil
}

// Plain is the whole board as text for a pipe, with the newest of race control.
func (s *Screen) Plain() ([]string, error) {
	err := s.renew()
	return Paint(s.value, 0, 0, s.Colour), err
}

// paintBoard puts events and race control below the cars: a third of the room is for the latter, and what the
// former leave. Without room for one event, it is longer than the room.
func (s *Screen) paintBoard(p painter, room int) []string {
	lines := append(p.cars(s.value), "")
	left := room - len(lines)
	if left < 1 {
		return append(lines, "")
	}
	control := max(left/3, 1) + 1 // and a line between the two
	if left <= control {
		control = 0
	}
	newest := s.events.Newest(left - control)
	for i := range newest {
		lines = append(lines, EventLine(&newest[i], p.colour))
	}
	if left -= len(newest) + 1; left > 0 {
		if len(newest) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, p.messages(s.value, left)...)
	}
	return lines
}

// paintList shows the part of the list with the chosen event in it.
func (s *Screen) paintList(p painter, room int) []string {
	all := s.events.Newest(-1)
	lines := []string{p.paint("1", "EVENTS") + fmt.Sprintf("  %d, the newest first", len(all)), ""}
	room = max(room-len(lines), 1)
	at := s.index(all)
	from := max(min(at-room/2, len(all)-room), 0)
	for i := from; i < min(from+room, len(all)); i++ {
		if i == at {
			lines = append(lines, p.paint("7", "> "+EventLine(&all[i], false)))
		} else {
			lines = append(lines, "  "+EventLine(&all[i], p.colour))
		}
	}
	return lines
}

func (s *Screen) paintWhy(p painter, width, room int) []string {
	switch {
	case s.failed != nil:
		return append(labelled("WHY", s.failed.Error(), width), "")
	case s.why == nil:
		return []string{p.paint("1", "WHY"), "", "asking ..."}
	}
	lines := p.why(s.why, width)
	s.scroll = min(s.scroll, max(len(lines)-room, 0))
	return lines[s.scroll:]
}
