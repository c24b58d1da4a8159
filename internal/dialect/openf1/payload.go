package openf1

import (
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"
)

// each calls f for the members of an object in their order; what is no object has none.
func each(v *fastjson.Value, f func(key string, e *fastjson.Value)) {
	if v == nil || v.Type() != fastjson.TypeObject {
		return
	}
	o := v.GetObject()
	o.Visit(func(key []byte, e *fastjson.Value) { f(string(key), e) })
}

// items calls f for the elements of a list, or of an object whose keys are places in a list.
func items(v *fastjson.Value, f func(at int, e *fastjson.Value)) {
	if v == nil {
		return
	}
	switch v.Type() {
	case fastjson.TypeArray:
		for at, e := range v.GetArray() {
			f(at, e)
		}
	case fastjson.TypeObject:
		each(v, func(key string, e *fastjson.Value) {
			if at, err := strconv.Atoi(key); err == nil && at >= 0 && at < maxPlaces {
				f(at, e)
			}
		})
	}
}

// maxPlaces bounds the places in lists that a message may name.
const maxPlaces = 10_000

// plain is a text, or a number as it is written; "" for anything else.
func plain(v *fastjson.Value) string {
	if v == nil {
		return ""
	}
	switch v.Type() {
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeNumber:
		return v.String()
	}
	return ""
}

// wholeOf is a whole number, written as one or as text.
func wholeOf(v *fastjson.Value) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(plain(v)), 10, 64)
	return n, err == nil
}

// whole is a whole number, null when there is none.
func whole(v *fastjson.Value) value {
	if n, ok := wholeOf(v); ok {
		return integerOf(n)
	}
	return value{}
}

// decimal is a number, null when there is none.
func decimal(v *fastjson.Value) value {
	f, err := strconv.ParseFloat(strings.TrimSpace(plain(v)), 64)
	if err != nil {
		return value{}
	}
	return numberOf(f)
}

// seconds is a duration as the feed writes it, 1:27.345 or 27.345, in seconds.
func seconds(v *fastjson.Value) (float64, bool) {
	text := strings.TrimSpace(plain(v))
	if text == "" {
		return 0, false
	}
	total := 0.0
	for part := range strings.SplitSeq(text, ":") {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil || f < 0 {
			return 0, false
		}
		total = total*60 + f
	}
	return milli(total), true
}

// milli rounds seconds to the millisecond.
func milli(f float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', 3, 64), 64)
	if err != nil {
		return f
	}
	return r
}

// utc is a moment as the feed writes it, with or without a Z; zero when there is none.
func utc(v *fastjson.Value) time.Time {
	text := strings.TrimSuffix(plain(v), "Z")
	t, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// carNumber reads the key under which the feed has a car.
func carNumber(key string) (int64, bool) {
	n, err := strconv.ParseInt(key, 10, 64)
	return n, err == nil && n >= 0
}
