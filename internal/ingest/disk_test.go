package ingest

import (
	"context"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"pitwall.live/internal/feed"
)

// A full disk holds the source up; nothing is announced that is not kept, and when there is room again
// everything goes on.
func TestFullDisk(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := func(n uint64) {
		small := before
		small.Cur = min(n, before.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
			t.Fatalf("the file size can not be limited here: %v", err)
		}
	}
	defer limit(before.Cur)
	synctest.Test(t, func(t *testing.T) {
		var told []string
		_, published := run(t, func(c *Config) {
			c.Hooks.Status = func(s Status) {
				switch {
				case s.Error == "":
					told = append(told, "well")
				case strings.Contains(s.Error, "file too large"):
					told = append(told, "full")
				default:
					told = append(told, s.Error)
				}
				if len(told) == 6 { // connected, session known, and refused a few times
					limit(before.Cur)
				}
			}
		}, source{"big", func(ctx context.Context, out Out) error {
			if _, err := out([]feed.Message{msg("SessionInfo", info(1), 0)}); err != nil {
				return err
			}
			limit(4096)
			var batch []feed.Message
			for i := range 100 {
				batch = append(batch, msg("A", fmt.Sprintf(`"%0100d"`, i), i))
			}
			fresh, err := out(batch)
			if fresh != 100 {
				t.Errorf("%d messages were kept", fresh)
			}
			return err
		}})
		if got := strings.Join(told, " "); got != "well well full full full full well well" {
			t.Error(got)
		}
		if got := (*published)[2]; len(*published) != 4 || !strings.HasPrefix(got, "1: 2 A, 3 A") || !strings.HasSuffix(got, "101 A") {
			t.Errorf("%d announcements: %s", len(*published), got)
		}
	})
}
