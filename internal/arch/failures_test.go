package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// docs/failures.md has a line for each of the feed's failures, and each line a test that is there.
func TestFailuresHaveTests(t *testing.T) {
	text, err := os.ReadFile("../../docs/failures.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([a-z0-9/]+)\\.(Test[A-Za-z0-9]+)`")
	rooms := map[string]string{}
	rows := map[int]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| # ") {
			continue
		}
		tests := named.FindAllStringSubmatch(line, -1)
		if len(cells) != 4 || len(tests) == 0 {
			t.Errorf("no test in %q", line)
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(cells[0], "| ")); err == nil {
			rows[n] = true
		}
		for _, m := range tests {
			if _, known := rooms[m[1]]; !known {
				rooms[m[1]] = testsOf(t, m[1])
			}
			if !strings.Contains(rooms[m[1]], "func "+m[2]+"(t *testing.T)") {
				t.Errorf("there is no test %s in internal/%s", m[2], m[1])
			}
		}
	}
	for n := 1; n <= 40; n++ {
		if !rows[n] {
			t.Errorf("failure %d has no line", n)
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
