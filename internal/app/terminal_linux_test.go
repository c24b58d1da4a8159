package app

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pitwall.live/internal/wire"
)

// terminal is a pseudo-terminal with a program in it.
type terminal struct {
	*testing.T
	cmd  *exec.Cmd
	ours *os.File
	out  *bufio.Reader
}

// newTerminal starts the program in a terminal of that size.
func newTerminal(t *testing.T, columns, rows uint16, cmd *exec.Cmd) *terminal {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { ours.Close() })
	fd := int(ours.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows})
	}
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	return &terminal{t, cmd, ours, bufio.NewReader(ours)}
}

// shows reads on until the program has written all of the words; what it wrote is returned.
func (t *terminal) shows(words ...string) string {
	t.Helper()
	var text strings.Builder
	for {
		done := true
		for _, w := range words {
			done = done && strings.Contains(text.String(), w)
		}
		if done {
			return text.String()
		}
		b, err := t.out.ReadByte()
		if err != nil {
			t.Fatalf("%v; waiting for %q it showed\n%s", err, words, text.String())
		}
		text.WriteByte(b)
	}
}

func (t *terminal) press(keys string) {
	t.Helper()
	if _, err := t.ours.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// At a terminal: the board with events below it, the list, why one was told, and back to the shell with the screen
// as it was. The connection may break in between.
func TestWatchAtATerminal(t *testing.T) {
	data, _ := keptSession(t)
	addr := freeAddress(t)
	replay := []string{"replay", "77", "--data", data, "--listen", addr, "--from", "8", "--speed", "0.1"}
	server, url := startServer(t, replay...)
	cmd := pitwallProcess(t, t.TempDir(), "watch", url)
	cmd.Env = append(cmd.Env, "NO_COLOR=1")
	term := newTerminal(t, 100, 120, cmd)
	first := term.shows("\x1b[?1049h", "Italian Grand Prix", " passes ", "w why  q end")
	term.press("w")
	first += term.shows("EVENTS", "the newest first", "> ")
	term.press("j\x1b[B\x1b[A\r")
	first += term.shows("rule ", "holds  yes", "told ", "  message ")
	if colours.MatchString(first) {
		t.Error("colours, and NO_COLOR is set")
	}
	term.press("\x1b")
	term.shows("EVENTS")
	stopServer(t, server)
	term.shows("connection lost")
	server, _ = startServer(t, replay...)
	defer stopServer(t, server)
	term.press("q")
	term.shows("Italian Grand Prix", "w why  q end")
	// What the server says after it came back is shown: the session stands at another moment now.
	var c wire.ClockState
	request(t.Context(), t, http.MethodPatch, url+"/api/v1/clocks/default", `{"lap":2,"paused":true}`, &c)
	term.shows("lap 2/8", "PAUSED")
	term.press("q")
	term.shows("\x1b[?25h\x1b[?1049l")
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	state, err := unix.IoctlGetTermios(int(term.ours.Fd()), unix.TCGETS)
	if err != nil || state.Lflag&unix.ICANON == 0 || state.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal was left raw: %+v, %v", state, err)
	}
}

// With colour, in a narrow window, until Ctrl-C: what was taken back is struck through.
func TestWatchInANarrowTerminal(t *testing.T) {
	_, path := keptSession(t)
	server, url := startServer(t, "replay", path, "--listen", "127.0.0.1:0", "--from", "8", "--speed", "0.1")
	defer stopServer(t, server)
	cmd := pitwallProcess(t, t.TempDir(), "watch", url)
	for i, v := range cmd.Env {
		if strings.HasPrefix(v, "NO_COLOR=") {
			cmd.Env[i] = "NO_COLOR="
		}
	}
	term := newTerminal(t, 40, 250, cmd)
	text := term.shows("\x1b[2;9m", "w why  q end")
	for _, line := range strings.Split(text, "\r\n") {
		if n := len([]rune(regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]").ReplaceAllString(line, ""))); n > 40 {
			t.Errorf("%q has %d characters", line, n)
		}
	}
	term.press("\x03")
	term.shows("\x1b[?1049l")
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
