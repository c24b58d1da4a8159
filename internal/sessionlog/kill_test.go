package sessionlog

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// appendUntilKilled appends what follows in the log and prints each offset once it was appended.
func appendUntilKilled(path string) {
	l, err := Open(path, "9574")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := int(l.Len()); ; {
		n := 1 + i%5
		kept, err := l.Append(messages(i, i+n))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, m := range kept {
			fmt.Fprintln(os.Stdout, m.Offset)
		}
		i += n
	}
}

// Killed at twenty random moments, the log holds every message that was published, and goes on.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	var last uint64
	for range 20 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "PITWALL_TEST_APPEND="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		first := true
		for left := rnd.IntN(400); lines.Scan(); left-- {
			o, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err != nil {
				break // the last line was cut by the kill
			}
			if first && o != last+1 {
				t.Fatalf("the log goes on at %d after %d", o, last)
			}
			first, last = false, o
			if left == 0 {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || last == 0 {
			t.Fatalf("the child was not killed: %v, last offset %d", err, last)
		}
		l, err := Open(path, "9574")
		if err != nil {
			t.Fatal(err)
		}
		if l.Len() < last || l.Repair().CorruptTotal > 0 {
			t.Fatalf("published %d, the log ends at %d, %+v", last, l.Len(), l.Repair())
		}
		held := all(t, l)
		for i, m := range held {
			want := message(i)
			want.Offset = uint64(i + 1)
			if !same(m, want) {
				t.Fatalf("message %d is %+v", i, m)
			}
		}
		last = l.Len()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d messages", last)
}
