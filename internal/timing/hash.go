package timing

import (
	"math"
	"reflect"
	"slices"
	"time"
)

// Hash is a digest of everything the session knows, history included: two sessions that were given the
// same messages have the same hash, however they came to be (played, cloned, in another process). By it the tests,
// those of seek in live too, compare.
func (s *Session) Hash() uint64 {
	w := walk{hasher: fnvOffset, fields: map[reflect.Type][]int{}}
	w.value(reflect.ValueOf(s).Elem())
	return uint64(w.hasher)
}

// walk hashes a value field by field.
type walk struct {
	hasher
	fields map[reflect.Type][]int // hashed fields of the struct types met
}

type hasher uint64

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func (h *hasher) word(w uint64) {
	x := uint64(*h) ^ w
	x *= fnvPrime
	*h = hasher(x ^ x>>29) // carry high bits down: words differ in them
}

func (h *hasher) text(s string) {
	h.word(uint64(len(s)))
	for i := 0; i < len(s); i++ {
		*h = (*h ^ hasher(s[i])) * fnvPrime
	}
}

var timeType = reflect.TypeFor[time.Time]()

// notState are the fields that are no knowledge: scratch memory, who shares what with whom, and the
// journals that keep their own digest.
var notState = map[string]bool{"scratch": true, "shared": true, "positions": true, "intervals": true}

// state lists the fields of a struct type that are hashed.
func (w *walk) state(t reflect.Type) []int {
	list, ok := w.fields[t]
	if !ok {
		for i := range t.NumField() {
			if !notState[t.Field(i).Name] {
				list = append(list, i)
			}
		}
		w.fields[t] = list
	}
	return list
}

// value walks a value by its type, so that no field can be forgotten.
func (h *walk) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			h.word(1)
		} else {
			h.word(2)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.word(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		h.word(v.Uint())
	case reflect.Float32, reflect.Float64:
		h.word(math.Float64bits(v.Float()))
	case reflect.String:
		h.text(v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			h.value(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		h.word(uint64(v.Len()))
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			for _, b := range v.Bytes() {
				h.hasher = (h.hasher ^ hasher(b)) * fnvPrime
			}
			return
		}
		for i := range v.Len() {
			h.value(v.Index(i))
		}
	case reflect.Map:
		h.table(v)
	case reflect.Struct:
		if v.Type() == timeType {
			// Wall clock part and seconds; the third field is the location, which is always UTC.
			h.word(v.Field(0).Uint())
			h.word(uint64(v.Field(1).Int()))
			return
		}
		for _, i := range h.state(v.Type()) {
			h.value(v.Field(i))
		}
	default:
		panic("timing: hash of a " + v.Kind().String()) // a new field of a kind that cannot be state
	}
}

// table hashes a map in the order of its keys, which are numbers or texts.
func (h *walk) table(v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if a.Kind() == reflect.String {
			return cmpText(a.String(), b.String())
		}
		return int(a.Int() - b.Int())
	})
	h.word(uint64(len(keys)))
	for _, k := range keys {
		h.value(k)
		h.value(v.MapIndex(k))
	}
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
