package timing

import (
	"strconv"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
)

// maxIndex bounds list indexes: more laps, messages or segments than any session has, few enough that
// a hostile index cannot make us allocate.
const maxIndex = 4096

// The feed writes the same thing as string, number or boolean depending on topic and year, and lists
// either as lists or as objects keyed by index. These readers accept all of them; ok is false when
// the value says nothing (null, an object, a word for a number).

func text(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
		return string(v.MarshalTo(nil))
	}
	return ""
}

// setText overwrites dst with a text, but never with nothing: a null or empty name says nothing.
func setText(dst *string, v *fastjson.Value) {
	if v.Type() == fastjson.TypeString {
		if b := v.GetStringBytes(); len(b) > 0 && string(b) != *dst {
			*dst = string(b)
		}
	}
}

func integer(v *fastjson.Value) (int, bool) {
	switch v.Type() {
	case fastjson.TypeNumber:
		if n, err := v.Int(); err == nil {
			return n, true
		}
		if x, err := v.Float64(); err == nil && x > -1e15 && x < 1e15 {
			return int(x), true
		}
	case fastjson.TypeString:
		return atoi(v.GetStringBytes())
	case fastjson.TypeTrue:
		return 1, true
	case fastjson.TypeFalse:
		return 0, true
	}
	return 0, false
}

// small is integer for counts and ranks: never negative, never beyond what a session can hold.
func small(v *fastjson.Value) (int, bool) {
	n, ok := integer(v)
	if !ok || n < 0 || n > maxIndex {
		return 0, false
	}
	return n, true
}

func atoi(b []byte) (int, bool) {
	neg := len(b) > 1 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if neg {
		n = -n
	}
	return n, true
}

func real(v *fastjson.Value) (float64, bool) {
	switch v.Type() {
	case fastjson.TypeNumber:
		x, err := v.Float64()
		return x, err == nil
	case fastjson.TypeString:
		x, err := strconv.ParseFloat(string(v.GetStringBytes()), 64)
		return x, err == nil && x-x == 0 // neither infinite nor NaN
	}
	return 0, false
}

func boolean(v *fastjson.Value) (bool, bool) {
	switch v.Type() {
	case fastjson.TypeTrue:
		return true, true
	case fastjson.TypeFalse:
		return false, true
	case fastjson.TypeString:
		switch string(v.GetStringBytes()) {
		case "true", "True", "1":
			return true, true
		case "false", "False", "0":
			return false, true
		}
	case fastjson.TypeNumber:
		n, err := v.Int()
		return n != 0, err == nil
	}
	return false, false
}

// setBool stores a boolean that holds from now on and tells whether it changed.
func setBool(dst *bool, v *fastjson.Value) bool {
	b, ok := boolean(v)
	if !ok || b == *dst {
		return false
	}
	*dst = b
	return true
}

func setSmall(dst *int, v *fastjson.Value) {
	if n, ok := small(v); ok {
		*dst = n
	}
}

// duration reads a lap or sector time; set is false when the field is null or no time at all, and an
// empty string is a known "no value".
func duration(v *fastjson.Value) (d f1.Opt[time.Duration], set bool) {
	switch v.Type() {
	case fastjson.TypeString:
		b := v.GetStringBytes()
		if len(b) == 0 {
			return d, true
		}
		x, ok := f1.ParseLapTime(string(b))
		if !ok {
			return d, false
		}
		return f1.Some(x), true
	case fastjson.TypeNumber:
		x, ok := f1.ParseLapTime(string(v.MarshalTo(nil)))
		if !ok {
			return d, false
		}
		return f1.Some(x), true
	}
	return d, false
}

func moment(v *fastjson.Value) (time.Time, bool) {
	if v == nil || v.Type() != fastjson.TypeString {
		return time.Time{}, false
	}
	return f1.ParseUTC(string(v.GetStringBytes()))
}

// each visits the elements of a list, or of an object keyed by list index, and passes over keys that
// are no index ("_deleted", "_kf").
func each(v *fastjson.Value, f func(i int, v *fastjson.Value)) {
	switch v.Type() {
	case fastjson.TypeArray:
		for i, e := range v.GetArray() {
			if i > maxIndex {
				return
			}
			f(i, e)
		}
	case fastjson.TypeObject:
		v.GetObject().Visit(func(key []byte, e *fastjson.Value) {
			if i, ok := atoi(key); ok && i >= 0 && i <= maxIndex {
				f(i, e)
			}
		})
	}
}

// fields visits the members of an object; anything else has none.
func fields(v *fastjson.Value, f func(key []byte, v *fastjson.Value)) {
	if v.Type() == fastjson.TypeObject {
		v.GetObject().Visit(f)
	}
}

// grow returns list with room for index i; new elements are zero.
func grow[T any](list []T, i int) []T {
	for len(list) <= i {
		var zero T
		list = append(list, zero)
	}
	return list
}
