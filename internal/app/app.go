// Package app puts the program together: the command line, the configuration, the tables of sources and
// routes. It alone knows all other packages.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"
	"golang.org/x/term"

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/dialect/openf1"
)

// Exit codes of the outward contract.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitPartial = 3 // input partly unreadable; the readable part was used
)

// errPartial ends a command whose input was partly unreadable with exit code 3; what was not readable
// has been listed.
var errPartial = errors.New("the input was partly unreadable")

// command is the whole command line.
type command struct {
	Config string `help:"Settings file; every flag is a key of it. Without: pitwall.yaml, if it is here." placeholder:"FILE" type:"path"`
	Log    string `help:"Least important log line to print: debug, info, warn or error." default:"info" enum:"debug,info,warn,error"`

	Serve      serveCmd      `cmd:"" default:"withargs" help:"Follow a session and serve the timing board (what pitwall does without a command)."`
	Replay     replayCmd     `cmd:"" help:"Serve a recorded session as if it were live, with pause, seek and speed."`
	Watch      watchCmd      `cmd:"" help:"Show the timing board of a running pitwall in this terminal."`
	Inspect    inspectCmd    `cmd:"" help:"Say what a recording holds, and every line of it that can not be read."`
	Export     exportCmd     `cmd:"" help:"Write a table of a recorded session as CSV, JSON lines or Parquet."`
	Sync       syncCmd       `cmd:"" help:"Fetch schedules, results, laps and recordings of a season into the store."`
	Import     importCmd     `cmd:"" help:"Bring recordings into the store."`
	Ask        askCmd        `cmd:"" help:"Answer a question over all stored sessions: pace, wear, teammates, records, corners."`
	Backup     backupCmd     `cmd:"" help:"Write the store and the raw recordings to where they survive it."`
	Restore    restoreCmd    `cmd:"" help:"Bring a backup into a store, and prove that it is the same."`
	Migrate    migrateCmd    `cmd:"" help:"Bring the schema of the store up to date, or say what would be done."`
	Doctor     doctorCmd     `cmd:"" help:"Check everything this installation depends on, and say how to mend it."`
	Job        jobCmd        `cmd:"" help:"Run a scheduled job once."`
	Record     recordCmd     `cmd:"" help:"Write the raw feed of a source to a file, losing nothing."`
	Simulate   simulateCmd   `cmd:"" help:"Make a session in the official feed's format; the same seed gives the same bytes."`
	Openapi    openapiCmd    `cmd:"" help:"Print the description of the REST API (OpenAPI 3.1), to generate clients from."`
	ConfigCmd  configCmd     `cmd:"" name:"config" help:"Check or print the settings in force."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
	Completion completionCmd `cmd:"" help:"Print the completion script of a shell: source <(pitwall completion bash)."`
}

// env is what commands work with.
type env struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	log      *slog.Logger
	person   bool // standard error is a terminal: progress bars may be drawn
	settings *settings
	kong     *kong.Kong
}

// Main runs one command and returns its exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{ctx: ctx, in: in, out: out, err: errOut, person: isTerminal(errOut)}
	code := exitDone
	e.settings = &settings{}
	var c command
	parser, err := kong.New(&c,
		kong.Name("pitwall"),
		kong.Description("PitWall Live: a Formula 1 session from feed to screen.\n\nWithout a command it serves a simulated race on http://127.0.0.1:8080.\n\nExamples:\n  pitwall\n  pitwall serve --source livetiming\n  pitwall replay 2018-04-29_Race --speed 10\n  pitwall export 2018-04-29_Race --table laps --format csv"),
		kong.Vars{"data": dataDir(), "archive": f1archive.Official, "openf1": openf1.DefaultURL, "jolpica": ergast.Service},
		kong.Writers(out, errOut),
		kong.Exit(func(n int) { code = n; panic(exitEarly{}) }),
		kong.DefaultEnvars("PITWALL"),
		kong.ValueFormatter(e.settings.help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(errOut, "pitwall:", err)
		return exitFailed
	}
	e.kong = parser
	return e.parseAndRun(parser, &c, args, &code)
}

// exitEarly unwinds after kong has printed help or completions.
type exitEarly struct{}

func (e *env) parseAndRun(parser *kong.Kong, c *command, args []string, code *int) (result int) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitEarly); !ok {
				panic(r)
			}
			result = *code
		}
	}()
	kongcompletion.Register(parser) // answers and exits when a shell asks
	if err := e.settings.find(args); err != nil {
		fmt.Fprintln(e.err, "pitwall:", err)
		return exitUsage
	}
	for _, path := range e.settings.files {
		r, err := e.settings.open(path)
		if err != nil {
			fmt.Fprintln(e.err, "pitwall:", err)
			return exitUsage
		}
		if err := kong.Resolvers(r).Apply(parser); err != nil {
			fmt.Fprintln(e.err, "pitwall:", err)
			return exitUsage
		}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(e.err, "pitwall: %s\nTry: pitwall --help\n", masked(e.settings.blame(parser.Model, err).Error()))
		return exitUsage
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log)); err != nil {
		fmt.Fprintln(e.err, "pitwall:", err)
		return exitUsage
	}
	e.log = slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: level, ReplaceAttr: maskedAttr}))
	return e.exitCode(ctx.Run(e, ctx))
}

func (e *env) exitCode(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errPartial):
		return exitPartial
	case errors.Is(err, context.Canceled) && e.ctx.Err() != nil:
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintln(e.err, "pitwall:", masked(err.Error()))
		return exitUsage
	}
	fmt.Fprintln(e.err, "pitwall:", masked(err.Error()))
	return exitFailed
}

// usageError is a wrong use that parsing alone can not see.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	_, err := fmt.Fprintln(e.out, "pitwall", Version())
	return err
}

// version is set when a release is linked.
var version = "dev"

// Version names this build: the release, and the commit it was made from where the build knows it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return version + " (" + s.Value[:12] + ", " + info.GoVersion + ")"
		}
	}
	return version + " (" + info.GoVersion + ")"
}

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (c completionCmd) Run(ctx *kong.Context) error {
	return (&kongcompletion.Completion{Shell: c.Shell, Code: true}).Run(ctx)
}
