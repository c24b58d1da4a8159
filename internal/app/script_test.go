package app

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The command line as people use it. A script in testdata/script is a subset of what testscript reads, one
// command to a line, files behind "-- NAME --". Its commands:
//
//	pitwall CODE ARG...   run the program; it has to end with that exit code
//	[!] stdout REGEXP     what the last run printed, likewise stderr; [!] grep REGEXP FILE
//	[!] cmp FILE FILE     equal bytes; [!] exists FILE...; lines N FILE
//	env NAME=VALUE, unset NAME, cd DIR, cp FILE FILE, rm FILE
//	occupy NAME           something listens on the address that $NAME is from now on
//
// A FILE may be stdout or stderr.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			s := &script{T: t, dir: t.TempDir(), env: map[string]string{}}
			body := s.unpack(string(text))
			for n, line := range strings.Split(body, "\n") {
				if words := s.words(line); len(words) > 0 {
					if err := s.run(words); err != nil {
						t.Fatalf("%s:%d: %s\n%v\nstdout: %.2000s\nstderr: %.2000s", path, n+1, line, err, s.out, s.err)
					}
				}
			}
		})
	}
}

type script struct {
	*testing.T
	dir      string
	env      map[string]string
	out, err []byte
}

var fileHead = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// unpack writes the files of the script and returns its commands.
func (s *script) unpack(text string) string {
	heads := fileHead.FindAllStringSubmatchIndex(text, -1)
	body := text
	for i, h := range heads {
		end := len(text)
		if i == 0 {
			body = text[:h[0]]
		}
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		path := filepath.Join(s.dir, text[h[2]:h[3]])
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text[h[1]:end]), 0o644)); err != nil {
			s.Fatal(err)
		}
	}
	return body
}

var word = regexp.MustCompile(`'[^']*'|[^\s']+`)

// words splits a line; what is in single quotes stays as it is.
func (s *script) words(line string) (words []string) {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	for _, w := range word.FindAllString(line, -1) {
		if quoted, ok := strings.CutPrefix(w, "'"); ok {
			words = append(words, strings.TrimSuffix(quoted, "'"))
		} else {
			words = append(words, os.Expand(w, func(name string) string { return s.env[name] }))
		}
	}
	return words
}

func (s *script) run(words []string) error {
	want := true
	if words[0] == "!" {
		want, words = false, words[1:]
	}
	args := words[1:]
	holds := func(ok bool, format string, a ...any) error {
		if ok == want {
			return nil
		}
		return fmt.Errorf("wanted %v: "+format, append([]any{want}, a...)...)
	}
	switch words[0] {
	case "pitwall":
		return s.pitwall(args)
	case "stdout", "stderr":
		return holds(regexp.MustCompile("(?m)"+args[0]).Match(s.read(words[0])), "matches %s", args[0])
	case "grep":
		return holds(regexp.MustCompile("(?m)"+args[0]).Match(s.read(args[1])), "matches %s", args[0])
	case "cmp":
		return holds(bytes.Equal(s.read(args[0]), s.read(args[1])), "equal")
	case "exists":
		for _, name := range args {
			_, err := os.Stat(s.path(name))
			if err := holds(err == nil, "exists %s", name); err != nil {
				return err
			}
		}
		return nil
	case "lines":
		n := bytes.Count(s.read(args[1]), []byte("\n"))
		return holds(strconv.Itoa(n) == args[0], "%d lines", n)
	case "env":
		name, value, _ := strings.Cut(args[0], "=")
		s.env[name] = value
		return nil
	case "unset":
		delete(s.env, args[0])
		return nil
	case "cd":
		s.dir = s.path(args[0])
		return nil
	case "cp":
		return os.WriteFile(s.path(args[1]), s.read(args[0]), 0o644)
	case "rm":
		return os.Remove(s.path(args[0]))
	case "occupy":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			s.Cleanup(func() { l.Close() })
			s.env[args[0]] = l.Addr().String()
		}
		return err
	}
	return fmt.Errorf("no command %q", words[0])
}

func (s *script) pitwall(args []string) error {
	cmd := pitwallProcess(s, s.dir, args[1:]...)
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	s.out, s.err = out.Bytes(), errs.Bytes()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		return fmt.Errorf("exit code %s, want %s", got, args[0])
	}
	return nil
}

func (s *script) path(name string) string { return filepath.Join(s.dir, name) }

func (s *script) read(name string) []byte {
	switch name {
	case "stdout":
		return s.out
	case "stderr":
		return s.err
	}
	b, err := os.ReadFile(s.path(name))
	if err != nil {
		s.Fatal(err)
	}
	return b
}
