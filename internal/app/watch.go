package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

type watchCmd struct {
	URL     string `arg:"" optional:"" help:"Address of a running pitwall." default:"http://127.0.0.1:8080"`
	Session string `help:"Session key; the one shown first when absent." placeholder:"KEY"`
	Clock   string `help:"Clock to watch at: live-30, c_..." placeholder:"CLOCK"`
	Once    bool   `help:"Print the board once and end; with --events what has happened so far."`
	Events  bool   `help:"Print events line by line instead of the board, in the order in which they became known, beginning with when (UTC); when one happened stands in brackets if that was earlier. ? may still turn out otherwise, x was taken back."`
	NoColor bool   `help:"No colours (also when NO_COLOR is set or the output is no terminal)."`
}

func (watchCmd) Help() string {
	return "Redraws the timing board, and the newest events below it, five times a second at most. " +
		"Key w lists the events: choose one with the arrows or j and k, Enter says why it was told: the rule, whether it holds, and the messages it rests on. " +
		"q goes back, and from the board it ends, as Ctrl-C does everywhere. An event marked ? may still turn out otherwise, one marked x was taken back. " +
		"Where the output is no terminal the board is printed once.\n\n" +
		"Examples:\n  pitwall watch\n  pitwall watch http://pitwall.example:8080 --clock live-30\n  pitwall watch --once | head -20\n  pitwall watch --events | grep passes\n  pitwall watch --events --once"
}

func (c watchCmd) Run(e *env) error {
	if !strings.Contains(c.URL, "://") {
		c.URL = "http://" + c.URL // an address as it stands in the browser's bar
	}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usage("%q is not an address like http://127.0.0.1:8080", c.URL)
	}
	if c.Session == "" {
		var list wire.Sessions
		if err := c.get(e.ctx, "/api/v1/sessions", &list); err != nil {
			return err
		}
		if len(list.Sessions) == 0 || list.Sessions[0].Stored { // those that can be watched come first
			return errors.New("the server has no session yet")
		}
		c.Session = list.Sessions[0].Session.Key
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	w := &watching{watchCmd: c, env: e, failed: make(chan error, 8), lost: make(chan error, 8)}
	w.screen.Colour = isTerminal(e.out) && !c.NoColor && os.Getenv("NO_COLOR") == ""
	if c.Events {
		w.events = w.follow(ctx, "events:"+c.Session)
		return w.print(ctx)
	}
	w.board = w.follow(ctx, "timing:"+c.Session)
	if c.Once || !isTerminal(e.out) {
		return w.once(ctx)
	}
	w.events = w.follow(ctx, "events:"+c.Session)
	return w.interact(ctx)
}

// get asks the server's REST interface.
func (c watchCmd) get(ctx context.Context, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.URL, "/")+path, nil)
	if err != nil {
		return usage("%q is not an address like http://127.0.0.1:8080: %w", c.URL, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no pitwall answers at %s: %w (start one with: pitwall serve)", c.URL, err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s to %s", c.URL, resp.Status, path)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 16<<20)).Decode(answer); err != nil {
		return fmt.Errorf("%s%s: %w", c.URL, path, err)
	}
	return nil
}

// watching is one session on this terminal, or on its way into a pipe.
type watching struct {
	watchCmd
	env           *env
	screen        watch.Screen
	board, events <-chan watch.Message // at the same clock
	failed        chan error
	lost          chan error // the connection broke; it is tried again
}

// follow gives the messages of a channel at the clock that was asked for.
func (w *watching) follow(ctx context.Context, channel string) <-chan watch.Message {
	if w.Clock != "" {
		channel += "@" + w.Clock
	}
	messages := make(chan watch.Message, 256)
	f := &watch.Follower{
		Server: w.URL, Channel: channel,
		Handle: func(m watch.Message) error {
			select {
			case messages <- m:
			case <-ctx.Done():
			}
			return nil
		},
		Lost: func(err error, wait time.Duration) {
			to := w.failed
			if !w.Once {
				to, err = w.lost, fmt.Errorf("%w (next attempt in %s)", err, wait.Round(time.Millisecond))
			}
			select {
			case to <- err:
			default: // the one before says as much
			}
		},
	}
	go func() { w.failed <- f.Run(ctx) }()
	return messages
}

// once prints the board.
func (w *watching) once(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.failed:
			return err
		case err := <-w.lost:
			w.env.log.Warn("connection lost", "error", err)
		case m := <-w.board:
			if err := w.screen.Board(m); err != nil {
				return err
			}
			lines, err := w.screen.Plain()
			if err != nil {
				return err
			}
			return w.write(strings.Join(lines, "\n") + "\n")
		}
	}
}

// print writes each version of an event that matters in a line of its own.
func (w *watching) print(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.failed:
			return err
		case err := <-w.lost:
			w.env.log.Warn("connection lost", "error", err)
		case m := <-w.events:
			if err := w.printEvents(m); err != nil || w.Once {
				return err
			}
		}
	}
}

func (w *watching) printEvents(m watch.Message) error {
	news, err := w.screen.Events(m)
	if err != nil {
		return err
	}
	watch.ByKnown(news)
	var text strings.Builder
	for i := range news {
		if !watch.Matters(&news[i]) {
			continue
		}
		text.WriteString(watch.ToldLine(&news[i], w.screen.Colour) + "\n")
	}
	return w.write(text.String())
}

func (w *watching) write(text string) error {
	if _, err := io.WriteString(w.env.out, text); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}
