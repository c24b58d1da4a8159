package api

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pitwall.live/internal/tables"
)

// jsonPage is the format of pages: {"data":[...],"next_cursor":...}. The others are those of package tables.
const jsonPage tables.Format = "json"

// offered are the media types of rows, the one of who asks for anything first.
var offered = []struct {
	format tables.Format
	types  []string // the first is what we answer with
}{
	{jsonPage, []string{"application/json"}},
	{tables.CSV, []string{"text/csv"}},
	{tables.JSONL, []string{"application/x-ndjson", "application/jsonl", "application/ndjson"}},
	{tables.Parquet, []string{"application/vnd.apache.parquet", "application/x-parquet"}},
}

// mediaType is what an answer in a format is called.
func mediaType(f tables.Format) string {
	if f == jsonPage {
		return "application/json"
	}
	return f.MediaType()
}

// accepted picks the format that the client weighs highest, of equals the first that we offer. Without the
// header it is JSON. Nothing we have is a 406 that names what there is.
func accepted(r *http.Request, only ...tables.Format) (tables.Format, error) {
	header := strings.Join(r.Header["Accept"], ",")
	if header == "" || header == "*/*" || header == "application/json" {
		return jsonPage, nil
	}
	ranges := parseAccept(header)
	best, most := tables.Format(""), 0.0
	var there []string
	for _, o := range offered {
		if len(only) > 0 && !slices.Contains(only, o.format) {
			continue
		}
		there = append(there, o.types[0])
		if q := quality(ranges, o.types); q > most {
			best, most = o.format, q
		}
	}
	if best == "" {
		return "", plain(http.StatusNotAcceptable, "none of the types in Accept is to be had here; there are "+strings.Join(there, ", "))
	}
	return best, nil
}

// mediaRange is one element of Accept.
type mediaRange struct {
	name string // type/subtype, either may be *
	q    float64
}

// maxRanges bounds what is read of a header.
const maxRanges = 32

func parseAccept(header string) []mediaRange {
	var ranges []mediaRange
	for part := range strings.SplitSeq(header, ",") {
		if len(ranges) == maxRanges {
			break
		}
		name, params, err := mime.ParseMediaType(part)
		if err != nil || strings.TrimSpace(part) == "" {
			continue // as if it had not been sent
		}
		q := 1.0
		if text, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		ranges = append(ranges, mediaRange{name, q})
	}
	return ranges
}

// quality is what the most exact of the ranges says of one of the names of a type.
func quality(ranges []mediaRange, names []string) float64 {
	best, exact := 0.0, 0
	for _, r := range ranges {
		for _, name := range names {
			e := 0
			switch {
			case r.name == name:
				e = 3
			case strings.HasSuffix(r.name, "/*") && r.name != "*/*" && strings.HasPrefix(name, strings.TrimSuffix(r.name, "*")):
				e = 2
			case r.name == "*/*":
				e = 1
			}
			if e > exact || e > 0 && e == exact && r.q > best {
				best, exact = r.q, e
			}
		}
	}
	return best
}
