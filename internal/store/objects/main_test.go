package objects

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is also the process that is killed.
func TestMain(m *testing.M) {
	if job := os.Getenv("PITWALL_TEST_OBJECTS"); job != "" {
		os.Exit(runJob(job))
	}
	code := m.Run()
	if err := stopShared(); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}
