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

	"golang.org/x/term"

	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

type watchCmd struct {
	URL     string `arg:"" optional:"" help:"Address of a running pitwall." default:"http://127.0.0.1:8080"`
	Session string `help:"Session key; the one shown first when absent." placeholder:"KEY"`
	Clock   string `help:"Clock to watch at: live-30, c_..." placeholder:"CLOCK"`
	Once    bool   `help:"Print the board once and end."`
	NoColor bool   `help:"No colours (also when NO_COLOR is set or the output is no terminal)."`
}

func (watchCmd) Help() string {
	return "Redraws the timing board five times a second at most; end with Ctrl-C.\n\nExamples:\n  pitwall watch\n  pitwall watch http://pitwall.example:8080 --clock live-30\n  pitwall watch --once | head -20"
}

func (c watchCmd) Run(e *env) error {
	if !strings.Contains(c.URL, "://") {
		c.URL = "http://" + c.URL // an address as it stands in the browser's bar
	}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usage("%q is not an address like http://127.0.0.1:8080", c.URL)
	}
	key := c.Session
	if key == "" {
		var err error
		if key, err = firstSession(e.ctx, c.URL); err != nil {
			return err
		}
	}
	channel := "timing:" + key
	if c.Clock != "" {
		channel += "@" + c.Clock
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	screen := isTerminal(e.out) && !c.Once
	d := &drawing{out: e.out, screen: screen, colour: isTerminal(e.out) && !c.NoColor && os.Getenv("NO_COLOR") == ""}
	updates := make(chan watch.Message, 256)
	failed := make(chan error, 2)
	f := &watch.Follower{
		Server: c.URL, Channel: channel,
		Handle: func(m watch.Message) error {
			select {
			case updates <- m:
			case <-ctx.Done():
			}
			return nil
		},
		Lost: func(err error, wait time.Duration) {
			if c.Once {
				select {
				case failed <- err:
				default:
				}
				return
			}
			e.log.Warn("connection lost", "error", err, "next attempt in", wait.Round(time.Millisecond))
		},
	}
	go func() { failed <- f.Run(ctx) }()
	d.start()
	defer d.stop()
	return d.follow(ctx, updates, failed, c.Once || !screen)
}

// firstSession asks which session the server shows first.
func firstSession(ctx context.Context, server string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(server, "/")+"/api/v1/sessions", nil)
	if err != nil {
		return "", usage("%q is not an address like http://127.0.0.1:8080: %w", server, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("no pitwall answers at %s: %w (start one with: pitwall serve)", server, err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	var list wire.Sessions
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answered %s to the list of sessions", server, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(&list); err != nil {
		return "", fmt.Errorf("list of sessions of %s: %w", server, err)
	}
	if len(list.Sessions) == 0 {
		return "", errors.New("the server has no session yet")
	}
	return list.Sessions[0].Session.Key, nil
}

// drawing is the board on this terminal.
type drawing struct {
	out            io.Writer
	screen, colour bool
	board          watch.Board
}

func (d *drawing) start() {
	if d.screen {
		fmt.Fprint(d.out, "\x1b[?1049h\x1b[?25l") // other screen, no cursor
	}
}

func (d *drawing) stop() {
	if d.screen {
		fmt.Fprint(d.out, "\x1b[?25h\x1b[?1049l")
	}
}

func (d *drawing) follow(ctx context.Context, updates <-chan watch.Message, failed <-chan error, once bool) error {
	redraw := time.NewTicker(200 * time.Millisecond)
	defer redraw.Stop()
	changed := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case m := <-updates:
			if err := d.board.Apply(m); err != nil {
				return err
			}
			if once {
				return d.draw()
			}
			changed = true
		case <-redraw.C:
			if changed {
				changed = false
				if err := d.draw(); err != nil {
					return err
				}
			}
		}
	}
}

func (d *drawing) draw() error {
	board, err := d.board.Value()
	if err != nil {
		return err
	}
	width, height := 0, 0
	if f, ok := d.out.(*os.File); ok && d.screen {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil {
			width, height = w, h-1
		}
	}
	lines := watch.Paint(board, width, height, d.colour)
	var b strings.Builder
	if d.screen {
		b.WriteString("\x1b[H")
		for _, l := range lines {
			b.WriteString(l + "\x1b[K\r\n")
		}
		b.WriteString("\x1b[J")
	} else {
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	if _, err := io.WriteString(d.out, b.String()); err != nil {
		return fmt.Errorf("draw the board: %w", err)
	}
	return nil
}
