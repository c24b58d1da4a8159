package app

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/store/postgres/pgtest"
)

// asPitwall makes this test binary be pitwall: the tests of the command line and of whole processes start
// it that way, so that they run the program that is being tested and no other.
const asPitwall = "PITWALL_TEST_AS_PITWALL"

func TestMain(m *testing.M) {
	if os.Getenv(asPitwall) != "" {
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	pgtest.Main(m)
}

// pitwallProcess is the program with these arguments, in dir, without settings of the surroundings. It is ended after a minute.
func pitwallProcess(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	return pitwallWithin(t, time.Minute, dir, args...)
}

// pitwallWithin is the same with another limit.
func pitwallWithin(t testing.TB, limit time.Duration, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PITWALL_") && !strings.HasPrefix(v, "XDG_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, asPitwall+"=1", "XDG_DATA_HOME="+t.TempDir())
	return cmd
}
