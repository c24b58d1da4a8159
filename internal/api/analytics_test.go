package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/api"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

// withAnalytics is a stand whose store answers questions, with a race of a few laps in it.
func withAnalytics(t *testing.T) (*stand, string) {
	t.Helper()
	s := newStand(t, api.WithAnalytics(engine{}))
	d := derived(simulated(t, 8, 5))
	s.keep(d)
	standing.Store = s.store
	return s, d.Key()
}

// engine is the store of the stand, which is opened after its options are made.
type engine struct{}

var standing struct{ *sqlite.Store }
