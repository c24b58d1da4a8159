package recording

import (
	"fmt"
	"unicode/utf8"
)

// ProblemKind sorts problems by what was lost.
type ProblemKind string

const (
	// Malformed: the line, or a part of it, is not used.
	Malformed ProblemKind = "malformed"
	// BadTime: the message is used with the time of the one before it.
	BadTime ProblemKind = "bad_time"
)

// Problem is one thing of a recording that could not be used as it stands.
type Problem struct {
	// File is the path below the folder that was opened, or the file's name.
	File string `json:"file"`
	// Line counts from 1 in the decompressed file; 0 when the whole file is meant.
	Line   int         `json:"line,omitempty"`
	Kind   ProblemKind `json:"kind"`
	Reason string      `json:"reason"`
	// Raw is the beginning of what stood there.
	Raw string `json:"raw,omitempty"`
}

// String is one line of a report.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

const (
	// MaxProblems is how many problems are listed; further ones are counted.
	MaxProblems = 10_000
	// rawKept is how many bytes of an unusable line are kept.
	rawKept = 160
)

type problemLog struct {
	list  []Problem
	count map[ProblemKind]int
}

func newProblemLog() *problemLog { return &problemLog{count: map[ProblemKind]int{}} }

func (l *problemLog) total() int { return l.count[Malformed] + l.count[BadTime] }

// add notes a problem together with the beginning of raw.
func (l *problemLog) add(p Problem, raw []byte) {
	l.count[p.Kind]++
	if len(l.list) >= MaxProblems {
		return
	}
	if len(raw) > rawKept {
		raw = raw[:rawKept]
		for len(raw) > 0 && !utf8.RuneStart(raw[len(raw)-1]) {
			raw = raw[:len(raw)-1]
		}
	}
	p.Raw = string(raw)
	l.list = append(l.list, p)
}
