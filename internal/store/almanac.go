package store

import (
	"context"
	"time"

	"pitwall.live/internal/almanac"
)

// Almanac keeps what was published of the sport beside the sessions: pages, each in all its versions.
type Almanac interface {
	// PutPages keeps one more version of each page. One whose body and status are those of the newest version is
	// none, nor is one that was not known later. It is one transaction.
	PutPages(ctx context.Context, pages []almanac.Page) error
	// Pages gives pages by kind, season, round and version.
	Pages(ctx context.Context, q PageQuery) ([]almanac.Page, error)
}

// PageQuery narrows pages; zero fields do not.
type PageQuery struct {
	Kinds         []almanac.Kind
	Season, Round int
	Known         time.Time // as they were known then; zero: now
	Versions      bool      // all versions up to then, else the newest of each page
}
