package app

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

const (
	redrawEvery = 200 * time.Millisecond
	// escapeWait is how long the rest of a key's sequence may take before Esc was Esc alone.
	escapeWait = 50 * time.Millisecond
)

// answer is what the server said to a "why?".
type answer struct {
	id  string
	why *wire.Why
	err error
}

// interact draws on the whole terminal and takes keys, where there is somebody to press them.
func (w *watching) interact(ctx context.Context) (err error) {
	restore, keys, err := w.keyboard()
	if err != nil {
		return err
	}
	if err := w.write("\x1b[?1049h\x1b[?25l"); err != nil { // other screen, no cursor
		restore()
		return err
	}
	defer func() {
		restore()
		if back := w.write("\x1b[?25h\x1b[?1049l"); err == nil {
			err = back
		}
	}()
	return w.loop(ctx, keys)
}

func (w *watching) loop(ctx context.Context, keys <-chan []byte) (err error) {
	redraw := time.NewTicker(redrawEvery)
	defer redraw.Stop()
	escape := time.NewTimer(time.Hour)
	defer escape.Stop()
	answers := make(chan answer, 8)
	var input []byte // the beginning of a key
	changed, wish := false, watch.WishNothing
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.failed:
			return err
		case err := <-w.lost:
			w.screen.Lost(err)
			changed = true
		case m := <-w.board:
			err, changed = w.screen.Board(m), true
		case m := <-w.events:
			_, err = w.screen.Events(m)
			changed = true
		case a := <-answers:
			w.screen.Answer(a.id, a.why, a.err)
			err = w.draw()
		case b := <-keys:
			input, wish = w.press(append(input, b...))
			escape.Reset(escapeWait)
			err = w.draw()
		case <-escape.C:
			if len(input) > 0 {
				input, wish = w.press(append(input, 0)) // nothing more has come: it was Esc
				err = w.draw()
			}
		case <-redraw.C:
			if changed {
				changed, err = false, w.draw()
			}
		}
		if err != nil || wish == watch.WishEnd {
			return err
		}
		if wish == watch.WishWhy {
			wish = watch.WishNothing
			go w.ask(ctx, w.screen.Chosen(), answers)
		}
	}
}

// press gives the screen the keys in what was typed and returns the beginning of the next, and what they ask for.
func (w *watching) press(typed []byte) (rest []byte, wish watch.Wish) {
	keys, rest := watch.Keys(typed)
	for _, k := range keys {
		if n := w.screen.Press(k); n != watch.WishNothing {
			wish = n
		}
		if wish == watch.WishEnd {
			break
		}
	}
	return rest, wish
}

// ask gets what justifies an event, at the clock that is watched.
func (w *watching) ask(ctx context.Context, id string, to chan<- answer) {
	a := answer{id: id, why: &wire.Why{}}
	path := "/api/v1/sessions/" + url.PathEscape(w.Session) + "/events/" + url.PathEscape(id) + "/why?clock=" + url.QueryEscape(w.Clock)
	a.err = w.get(ctx, path, a.why)
	select {
	case to <- a:
	case <-ctx.Done():
	}
}

// keyboard makes the terminal give each key as it is pressed. Where standard input is none, there are no keys.
func (w *watching) keyboard() (restore func(), keys <-chan []byte, err error) {
	in, ok := w.env.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return func() {}, nil, nil
	}
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, nil, fmt.Errorf("read keys: %w", err)
	}
	w.screen.Steer = true
	typed := make(chan []byte)
	go func() { // it ends with the process: a read of a terminal can not be called off
		for {
			b := make([]byte, 64)
			n, err := in.Read(b)
			if err != nil {
				w.failed <- fmt.Errorf("read keys: %w", err)
				return
			}
			typed <- b[:n]
		}
	}()
	return func() {
		if err := term.Restore(int(in.Fd()), before); err != nil {
			w.env.log.Warn("the terminal stays as it is (reset mends it)", "error", err)
		}
	}, typed, nil
}

func (w *watching) draw() error {
	width, height := 80, 24
	if f, ok := w.env.out.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil {
			width, height = columns, rows
		}
	}
	lines, err := w.screen.Paint(width, height)
	if err != nil {
		return err
	}
	// Each line is cleared before it is written: behind a full one the clearing would take its last character.
	return w.write("\x1b[H\x1b[2K" + strings.Join(lines, "\r\n\x1b[2K") + "\x1b[J")
}
