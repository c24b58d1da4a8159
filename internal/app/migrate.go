package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"pitwall.live/internal/store/postgres"
	"pitwall.live/internal/store/sqlite"
)

type migrateCmd struct {
	Data  string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Check bool   `help:"Change nothing; exit code 1 when something would be done."`
	storeFlags
}

func (migrateCmd) Help() string {
	return "Schemas go forward only, step by step, each step whole or not at all; the rows stay. A server does the same when it starts. Back up first (pitwall backup).\n\n" +
		"Examples:\n  pitwall migrate --check\n  pitwall migrate --store postgres://migrator@db.example/pitwall"
}

// errPending ends a check that found something to do.
var errPending = errors.New("the schema is not the one that this program needs (pitwall migrate)")

// schemaOf says which schema a store has, 0 for none, and which this program needs. It changes nothing; of a file that is
// not there the error wraps fs.ErrNotExist.
func schemaOf(ctx context.Context, spec string) (have, need int, err error) {
	kind, path, _ := strings.Cut(spec, ":")
	switch kind {
	case "sqlite":
		return sqlite.Schema(ctx, path)
	case "postgres", "postgresql":
		cfg := postgres.Default()
		cfg.URL = spec
		return postgres.Schema(ctx, cfg)
	}
	return 0, 0, usage("--store: %q has no schema: give sqlite:PATH or postgres://USER@HOST/NAME", kind)
}

func (c migrateCmd) Run(e *env) error {
	spec := c.spec(c.Data)
	where := masked(spec)
	have, need, err := schemaOf(e.ctx, spec)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("migrate: there is no store at %s (it is made when the server starts)", where)
	}
	if err != nil {
		return err
	}
	switch {
	case have > need:
		return fmt.Errorf("migrate: %s has schema %d, this program knows %d: use the pitwall that wrote it, or a newer one", where, have, need)
	case have == need:
		fmt.Fprintf(e.out, "%s: schema %d, nothing to do\n", where, have)
		return nil
	case c.Check:
		fmt.Fprintf(e.out, "%s: schema %d -> %d, %s to do\n", where, have, need, plural(need-have, "step"))
		return errPending
	}
	k, err := c.open(e, c.Data) // opening brings it up to date
	if err != nil {
		return err
	}
	now, err := k.Check(e.ctx)
	if err = errors.Join(err, k.close()); err != nil {
		return err
	}
	if now.Schema != need {
		return fmt.Errorf("migrate: %s has schema %d after it, not %d", where, now.Schema, need)
	}
	_, err = fmt.Fprintf(e.out, "%s: schema %d -> %d, %s (%s)\n", where, have, now.Schema, plural(now.Sessions, "session"), now.Engine)
	return err
}
