package ingest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/feed"
)

// Two sources of one session: the log has each message once, and what one has and the other has not is counted
// for that one, unless it was away.
func TestCrossCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each second a message of either topic; b leaves out every tenth of one, says it later, or is away.
		follow := func(name string, skip func(n int) bool) source {
			runs := 0
			return source{name, func(ctx context.Context, out Out) error {
				runs++
				if runs == 1 {
					if _, err := out([]feed.Message{msg("SessionInfo", info(1), 0)}); err != nil {
						return err
					}
				}
				from := 1
				if runs > 1 { // away for 50 s
					pause(ctx, 50*time.Second-time.Second)
					from = 150
				}
				for n := from; n <= 300; n++ {
					pause(ctx, time.Second)
					if name == "b" && runs == 1 && n == 100 {
						return errors.New("away")
					}
					batch := []feed.Message{msg("Heartbeat", fmt.Sprintf(`{"n":%d}`, n), n)}
					if !skip(n) {
						batch = append(batch, msg("TimingData", fmt.Sprintf(`{"n":%d}`, n), n))
					}
					if _, err := out(batch); err != nil {
						return err
					}
				}
				pause(ctx, 40*time.Second)
				_, err := out([]feed.Message{msg("Heartbeat", `{"n":301}`, 301)})
				return err
			}}
		}
		whole := follow("a", func(int) bool { return false })
		partly := follow("b", func(n int) bool { return n%10 == 0 })
		in, _ := run(t, nil, whole, partly)
		a, b := in.Status()[0], in.Status()[1]
		for topic, st := range a.Topics {
			if st.Missed != 0 {
				t.Errorf("the source that gives all has missed %d of %s", st.Missed, topic)
			}
		}
		if n := a.Topics["TimingData"].Messages; n != 300 {
			t.Errorf("%d messages counted, want 300", n)
		}
		// Of 10, 20 … 90 and of 160 … 300; its own absence is told by its state.
		if missed := b.Topics["TimingData"].Missed; missed < 20 || missed > 24 {
			t.Errorf("the other has missed %d of TimingData, want those it left out", missed)
		}
		if n := in.Log("1").Len(); n != 1+300+301 {
			t.Errorf("the log has %d messages", n)
		}
	})
}
