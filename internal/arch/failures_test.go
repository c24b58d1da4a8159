package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// docs/failures.md has a line for each of the sources' failures, for each season and each point of the checklist, and each line
// a test that is there.
func TestFailuresHaveTests(t *testing.T) {
	text, err := os.ReadFile("../../docs/failures.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([a-z0-9/]+)\\.(Test[A-Za-z0-9]+)`")
	rooms := map[string]string{}
	rows := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| # ") {
			continue
		}
		tests := named.FindAllStringSubmatch(line, -1)
		if len(cells) != 4 || len(tests) == 0 {
			t.Errorf("no test in %q", line)
		}
		rows[strings.TrimPrefix(cells[0], "| ")] = true
		for _, m := range tests {
			if _, known := rooms[m[1]]; !known {
				rooms[m[1]] = testsOf(t, m[1])
			}
			if !strings.Contains(rooms[m[1]], "func "+m[2]+"(t *testing.T)") {
				t.Errorf("there is no test %s in internal/%s", m[2], m[1])
			}
		}
	}
	for _, part := range []struct {
		name     string
		from, to int
	}{{"", 1, 40}, {"A", 1, 8}, {"O", 1, 10}, {"J", 1, 8}, {"", 2018, 2026}, {"C", 1, 10}} {
		for n := part.from; n <= part.to; n++ {
			if name := part.name + strconv.Itoa(n); !rows[name] {
				t.Errorf("failure %s has no line", name)
			}
		}
	}
}

// testsOf is the text of a room's tests.
func testsOf(t *testing.T, room string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(room), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}
