// Package arch holds the import plan of the house to what the code does.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// plan says which rooms a room may import, a line each. A room not listed here is unknown and fails the test, and so
// does a line for a room that is gone.
const plan = `
analytics: f1 store tables telemetry
analytics/analyticstest: analytics derive f1 feed history reference sim store tables telemetry
api: analytics cache events f1 rules store tables telemetry wire
almanac: f1
arch:
backfill: feed sessionlog
backup: almanac store tables
bus:
cache:
derive: f1 feed timing telemetry events strategy tables
dialect/archive: feed wire
dialect/ergast: almanac f1 rules store tables wire
dialect/ergast/ergasttest: almanac f1 reference
dialect/f1live: bus f1 fanout feed wire
dialect/openf1: bus f1 fanout feed store tables telemetry wire
dialect/recording: f1 feed
dialect/socketio: bus fanout wire
events: f1 feed racecontrol rules strategy timing
f1:
fanout: bus
feed:
gateway: wire bus
history: f1
ingest: f1 feed sessionlog
live: f1 feed race rules timing events strategy telemetry whereabouts sessionlog derive tables wire bus
persist: f1 feed derive history sessionlog store tables events timing
race: f1
race/circuits/gen: race
racecontrol: f1
reference: feed dialect/recording
rules: f1
schedule: almanac f1
sessionlog: feed
sim: f1 feed race
store: almanac f1 tables
store/clickhouse: analytics f1 store tables
store/clickhouse/clickhousetest:
store/objects: feed sessionlog
store/postgres: almanac f1 tables store
store/postgres/pgtest:
store/sqlite: almanac f1 tables store telemetry analytics
store/storetest: almanac f1 feed tables derive reference store
strategy: f1 rules timing
strategy/gen: strategy strategy/laptables
strategy/laptables: f1 history strategy
tables: f1
telemetry: f1 feed
timing: f1 feed racecontrol telemetry
watch: wire
whereabouts: f1 feed timing
wire: f1
wire/tsgen: wire
`

// pure rooms have no clock, no files, no network and no goroutines: a replay equals the live run.
var pure = []string{
	"almanac",
	"f1",
	"derive",
	"feed",
	"race",
	"racecontrol",
	"rules",
	"schedule",
	"sim",
	"timing",
	"telemetry",
	"events",
	"strategy",
	"whereabouts",
	"wire",
}

var impure = []string{"os", "net", "net/http", "log", "log/slog", "database/sql", "math/rand"}

// The one exception is app: it puts everything together.
const composition = "app"

func TestImportPlan(t *testing.T) {
	root := "../.."
	seen := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		room, err := filepath.Rel(filepath.Join(root, "internal"), filepath.Dir(path))
		if err != nil {
			return err
		}
		room = filepath.ToSlash(room)
		seen[room] = true
		if room != composition && !strings.HasSuffix(path, "_test.go") {
			checkFile(t, room, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms() {
		if !seen[room] {
			t.Errorf("the plan lists %s, which is not there", room)
		}
	}
}

// rooms reads the plan.
func rooms() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(plan)) {
		room, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
		all[room] = strings.Fields(imports)
	}
	return all
}

func checkFile(t *testing.T, room, path string) {
	allowed, known := rooms()[room]
	if !known {
		t.Errorf("%s: room %s is not in the plan", path, room)
		return
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		if ours, ok := strings.CutPrefix(name, "pitwall.live/internal/"); ok {
			if !slices.Contains(allowed, ours) && ours != room {
				t.Errorf("%s: %s must not import %s", path, room, ours)
			}
		}
		if slices.Contains(pure, room) && slices.Contains(impure, name) {
			t.Errorf("%s: %s is a pure room and must not import %s", path, room, name)
		}
	}
	if !slices.Contains(pure, room) {
		return
	}
	for _, call := range []string{"time.Now(", "time.Since(", "time.Sleep(", "\tgo func", "\tgo "} {
		for i, line := range strings.Split(string(src), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if strings.Contains(code, call) {
				t.Errorf("%s:%d: %s is a pure room and must not use %q", path, i+1, room, strings.TrimSpace(call))
			}
		}
	}
}

// Every package says in a comment what it holds.
func TestPackageComments(t *testing.T) {
	for _, top := range []string{"../../internal", "../../cmd", "../../web"} {
		commented := map[string]bool{}
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if d != nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				return err
			}
			dir := filepath.Dir(path)
			commented[dir] = commented[dir] || file.Doc != nil
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for dir, ok := range commented {
			if !ok {
				t.Errorf("%s: no package comment", dir)
			}
		}
	}
}
