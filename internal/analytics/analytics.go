// Package analytics answers questions over many sessions: pace, wear, pit loss, teammates, records. A question is
// one SQL text over the tables of the outward contract that both engines understand, the embedded store and
// ClickHouse; what they spell differently is written as a macro. Answers are tables, so that they leave in every
// format the others do.
//
// The package asks and checks; engines run. It keeps nothing.
package analytics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pitwall.live/internal/tables"
)

// Errors that callers tell apart.
var (
	ErrUnknown = errors.New("no such question")
	ErrInvalid = errors.New("invalid")
)

// Engine runs the SQL of its dialect over the stored tables. Arguments are named; values come as nil, int64,
// float64 or string, and the row handed out is the same memory each time.
type Engine interface {
	Dialect() Dialect
	Query(ctx context.Context, sql string, args map[string]any) iter.Seq2[[]any, error]
}

// Param is an argument of a question. One that is not given does not narrow the answer, or has its default.
type Param struct {
	Name    string
	Doc     string
	Type    tables.Type // String, Int or Float
	Default string
	Example string

	low, high float64 // bounds of a number; both 0: none
	most      int     // length of a text; 0: longest
	required  bool
}

// Required says whether the question can not be asked without the argument.
func (p *Param) Required() bool { return p.required }

// Bounds are the lowest and highest value of a number; both 0 when there are none.
func (p *Param) Bounds() (low, high float64) { return p.low, p.high }

// Longest is how many characters a text may have.
func (p *Param) Longest() int {
	if p.most == 0 {
		return longest
	}
	return p.most
}

// Question is something to ask.
type Question struct {
	Name    string
	Title   string
	Doc     string // what the answer means: units, which laps count
	Params  []Param
	Columns []tables.Column
	sql     string
	run     run // of questions that are more than SQL
}

// Samples says whether the question is about samples of cars: its engine has to be a [Sampler].
func (q *Question) Samples() bool { return q.run != nil }

// all are the questions there are.
var all = slices.Concat(questions, traceQuestions)

// All are the questions there are.
func All() []Question { return slices.Clone(all) }

// Find is the named question.
func Find(name string) (Question, error) {
	i := slices.IndexFunc(all, func(q Question) bool { return q.Name == name })
	if i < 0 {
		return Question{}, fmt.Errorf("analytics: %w: %q", ErrUnknown, name)
	}
	return all[i], nil
}

// Describe describes the answer's table. Its columns have no key.
func (q *Question) Describe() tables.Description {
	return tables.Description{Name: q.Name, Columns: q.Columns}
}

// Ask asks the engine. Arguments are texts as they stand in a URL; what the question does not know, or can not
// read, is ErrInvalid. The rows read the engine when they are ranged over, and end early when ctx does; an
// error is the last thing given.
func (q *Question) Ask(ctx context.Context, e Engine, args map[string]string) (iter.Seq2[tables.Row, error], error) {
	values, err := q.arguments(args)
	if err != nil {
		return nil, err
	}
	ask := q.run
	if ask == nil {
		text, err := expand(q.sql, e.Dialect())
		if err != nil {
			return nil, fmt.Errorf("analytics: %s: %w", q.Name, err)
		}
		ask = func(ctx context.Context, e Engine, values map[string]any, yield func([]any) bool) error {
			for row, err := range e.Query(ctx, text, values) {
				if err != nil {
					return err
				}
				if !yield(row) {
					return nil
				}
			}
			return nil
		}
	}
	return func(yield func(tables.Row, error) bool) {
		row := make(tables.Row, len(q.Columns))
		var wrong error
		more := true
		err := ask(ctx, e, values, func(cells []any) bool {
			if wrong = q.cells(row, cells); wrong == nil {
				more = yield(row, nil)
			}
			return more && wrong == nil
		})
		if err = cmp.Or(wrong, err); err != nil && more {
			yield(nil, fmt.Errorf("analytics: %s: %w", q.Name, err))
		}
	}, nil
}

// arguments reads the texts. Every parameter has a value: its default, or "" and 0 for any.
func (q *Question) arguments(args map[string]string) (map[string]any, error) {
	values := make(map[string]any, len(q.Params))
	for name := range args {
		if !slices.ContainsFunc(q.Params, func(p Param) bool { return p.Name == name }) {
			return nil, fmt.Errorf("%w: question %s has no argument %q; there are %s", ErrInvalid, q.Name, name, strings.Join(q.names(), ", "))
		}
	}
	for _, p := range q.Params {
		text := args[p.Name]
		if text == "" {
			text = p.Default
		}
		if text == "" && p.required {
			return nil, fmt.Errorf("%w: %s is missing, like %s", ErrInvalid, p.Name, p.Example)
		}
		v, err := p.read(text)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %.100q is no %s", ErrInvalid, p.Name, text, p.kind())
		}
		values[p.Name] = v
	}
	return values, nil
}

func (q *Question) names() []string {
	names := make([]string, len(q.Params))
	for i, p := range q.Params {
		names[i] = p.Name
	}
	return names
}

// longest is the length of a text that says no other; the longest name of anything is far shorter.
const longest = 100

func (p *Param) read(text string) (any, error) {
	switch {
	case p.Type == tables.Int && text == "":
		return int64(0), nil
	case p.Type == tables.Int:
		return strconv.ParseInt(text, 10, 32)
	case p.Type == tables.Float && text == "":
		return 0.0, nil
	case p.Type == tables.Float:
		f, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(f) || math.IsInf(f, 0) || p.low != p.high && (f < p.low || f > p.high)) {
			err = strconv.ErrRange
		}
		return f, err
	case utf8.RuneCountInString(text) > p.Longest():
		return nil, strconv.ErrRange
	}
	return text, nil
}

func (p *Param) kind() string {
	switch p.Type {
	case tables.Int:
		return "whole number"
	case tables.Float:
		if p.low != p.high {
			return fmt.Sprintf("number from %g to %g", p.low, p.high)
		}
		return "number"
	}
	return "short text"
}

// cells turns what an engine gave into cells. Fractions are rounded to the thousandth: engines add up in
// different orders.
func (q *Question) cells(row tables.Row, values []any) error {
	if len(values) != len(row) {
		return fmt.Errorf("the engine gave %d columns, the answer has %d", len(values), len(row))
	}
	for i, v := range values {
		c := &q.Columns[i]
		cell := tables.Cell{Known: true}
		ok := true
		switch v := v.(type) {
		case nil:
			cell.Known = false
		case int64:
			switch c.Type {
			case tables.Float:
				cell.F = float64(v)
			case tables.Int, tables.Bool:
				cell.N = v
			default:
				ok = false
			}
		case float64:
			switch c.Type {
			case tables.Float:
				cell.F = math.Round(v*1000) / 1000
			case tables.Int: // a median of whole numbers, or a number that JSON carried
				cell.N = int64(math.Round(v))
			default:
				ok = false
			}
			cell.Known = !math.IsNaN(v) && !math.IsInf(v, 0)
		case bool:
			ok = c.Type == tables.Bool
			if v {
				cell.N = 1
			}
		case string:
			ok, cell.S, cell.Known = c.Type == tables.String, v, v != ""
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("column %s: the engine gave %T", c.Name, v)
		}
		row[i] = cell
	}
	return nil
}
