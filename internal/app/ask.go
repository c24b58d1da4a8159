package app

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/store/clickhouse"
	"pitwall.live/internal/tables"
)

type askCmd struct {
	Question   string   `arg:"" optional:"" help:"What to ask; without it the questions are listed."`
	Args       []string `arg:"" optional:"" name:"arg" help:"NAME=VALUE, each narrowing the answer: season_from=2021 circuit_id=monza."`
	Data       string   `help:"Folder with the store." default:"${data}" placeholder:"DIR" type:"path"`
	Format     string   `help:"csv, jsonl or parquet." enum:"csv,jsonl,parquet" default:"csv"`
	Out        string   `help:"File to write; - is standard output." default:"-" placeholder:"FILE"`
	ClickHouse string   `name:"clickhouse" help:"Ask ClickHouse at this address (http://USER:PASSWORD@HOST:8123/NAME); what the store has more is loaded there first." placeholder:"URL"`
	storeFlags
}

func (askCmd) Help() string {
	return "Questions are about all stored sessions that have ended.\n\nExamples:\n  pitwall ask\n  pitwall ask degradation circuit_id=monza\n  pitwall ask telemetry_overlay laps=9839/NOR:fastest,9839/1:12 every_m=25 --format parquet --out laps.parquet"
}

// settled is how long a session that has not ended must not have changed to be loaded into ClickHouse.
const settled = 10 * time.Minute

func (c askCmd) Run(e *env) (err error) {
	if c.Question == "" {
		return listQuestions(e.out)
	}
	q, err := analytics.Find(c.Question)
	if err != nil {
		return usage("%w; pitwall ask lists the questions", err)
	}
	format, err := tables.ParseFormat(c.Format)
	if err != nil {
		return usage("%w", err)
	}
	args := map[string]string{}
	for _, a := range c.Args {
		name, value, ok := strings.Cut(a, "=")
		if !ok {
			return usage("%q is none like season_from=2021", a)
		}
		args[name] = value
	}
	if !c.there(c.Data) {
		return fmt.Errorf("ask: there is no store in %s (name another with --store)", c.Data)
	}
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	engine, done, err := c.engine(e, k)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	rows, err := q.Ask(e.ctx, engine, args)
	if errors.Is(err, analytics.ErrInvalid) {
		return usage("%w", err)
	}
	if err != nil {
		return err
	}
	return c.write(e, &q, rows, format)
}

// engine is what answers: ClickHouse where it is named, else the store. done lets go of it.
func (c askCmd) engine(e *env, k *keeping) (engine analytics.Engine, done func() error, err error) {
	done = func() error { return nil }
	if c.ClickHouse == "" {
		engine, ok := k.Store.(analytics.Engine)
		if !ok {
			return nil, done, usage("a store of kind %s answers no questions itself: name a ClickHouse server with --clickhouse", k.kind)
		}
		return engine, done, nil
	}
	ch, err := clickhouse.Open(e.ctx, clickhouse.Config{URL: c.ClickHouse})
	if err != nil {
		return nil, done, err
	}
	_, err = ch.Sync(e.ctx, k, settled, func(session string, rows int) {
		fmt.Fprintf(e.err, "%s: %d rows loaded\n", session, rows)
	})
	if err != nil {
		return nil, done, errors.Join(err, ch.Close())
	}
	return ch, ch.Close, nil
}

func (c askCmd) write(e *env, q *analytics.Question, rows iter.Seq2[tables.Row, error], format tables.Format) (err error) {
	out := e.out
	if c.Out != "-" {
		f, failed := os.Create(c.Out)
		if failed != nil {
			return fmt.Errorf("ask: %w", failed)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	var failed error
	d := q.Describe()
	_, err = d.Write(out, format, func(yield func(tables.Row) bool) {
		for row, err := range rows {
			if failed = err; err != nil || !yield(row) {
				return
			}
		}
	})
	if failed != nil {
		err = failed
	}
	if errors.Is(err, analytics.ErrInvalid) {
		return usage("%w", err)
	}
	return err
}

func listQuestions(w io.Writer) error {
	for _, q := range analytics.All() {
		if _, err := fmt.Fprintf(w, "%s: %s\n  %s\n", q.Name, q.Title, q.Doc); err != nil {
			return err
		}
		for _, p := range q.Params {
			like := p.Example
			if p.Default != "" {
				like = p.Default + " when absent"
			}
			if like != "" {
				like = " (" + like + ")"
			}
			if _, err := fmt.Fprintf(w, "    %s: %s%s\n", p.Name, p.Doc, like); err != nil {
				return err
			}
		}
	}
	return nil
}
