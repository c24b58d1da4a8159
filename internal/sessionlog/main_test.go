package sessionlog

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is also the process that the kill tests kill.
func TestMain(m *testing.M) {
	if path := os.Getenv("PITWALL_TEST_APPEND"); path != "" {
		appendUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}
