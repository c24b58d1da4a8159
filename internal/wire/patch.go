package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Patch returns the merge patch (RFC 7396) that turns the JSON of old into the JSON of new, or nil when
// they are the same. Structs and maps are compared member by member; a slice that changed is sent whole,
// a map entry or pointer that went away is sent as null.
func Patch[T Board | Strategy](old, new *T) ([]byte, error) {
	var b bytes.Buffer
	changed, err := patchValue(&b, reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem())
	if err != nil || !changed {
		return nil, err
	}
	return b.Bytes(), nil
}

// patchValue writes the patch of one value and reports whether there was any difference. Nothing is
// written when there is none.
func patchValue(b *bytes.Buffer, old, new reflect.Value) (bool, error) {
	switch new.Kind() {
	case reflect.Struct:
		return patchStruct(b, old, new)
	case reflect.Map:
		if old.Pointer() == new.Pointer() {
			return false, nil // the same map, which nobody changes once it was published
		}
		return patchMap(b, old, new)
	case reflect.Pointer:
		if new.IsNil() || old.IsNil() {
			if new.IsNil() && old.IsNil() {
				return false, nil
			}
			return true, writeJSON(b, new)
		}
		return patchValue(b, old.Elem(), new.Elem())
	case reflect.Slice:
		if same(old, new) {
			return false, nil
		}
	default:
		if old.Equal(new) {
			return false, nil
		}
	}
	return true, writeJSON(b, new)
}

func patchStruct(b *bytes.Buffer, old, new reflect.Value) (bool, error) {
	start, wrote := b.Len(), false
	for i, name := range memberNames(new.Type()) {
		mark := b.Len()
		openMember(b, name, !wrote)
		changed, err := patchValue(b, old.Field(i), new.Field(i))
		if err != nil {
			return false, err
		}
		if !changed {
			b.Truncate(mark)
			continue
		}
		wrote = true
	}
	return closeObject(b, start, wrote), nil
}

// patchMap finds what differs before it writes anything: of the hundreds of entries of a board hardly one
// changes with a message.
func patchMap(b *bytes.Buffer, old, new reflect.Value) (bool, error) {
	var keys []string
	switch n := new.Interface().(type) {
	case map[string]Car:
		keys = differing(old.Interface().(map[string]Car), n)
	case map[string]RCM:
		keys = differing(old.Interface().(map[string]RCM), n)
	case map[string]Radio:
		keys = differing(old.Interface().(map[string]Radio), n)
	default:
		keys = differingKeys(old, new)
	}
	slices.Sort(keys)
	start, wrote := b.Len(), false
	for _, k := range keys {
		name, _ := json.Marshal(k) // a string always encodes
		openMember(b, string(name), !wrote)
		wrote = true
		key := reflect.ValueOf(k).Convert(new.Type().Key())
		was, is, err := old.MapIndex(key), new.MapIndex(key), error(nil)
		switch {
		case !is.IsValid():
			b.WriteString("null")
		case was.IsValid():
			_, err = patchValue(b, was, is)
		default:
			err = writeJSON(b, is)
		}
		if err != nil {
			return false, err
		}
	}
	return closeObject(b, start, wrote), nil
}

// differing gives the keys whose entry was added, changed or removed. The entries are compared in two
// variables, since reflection would copy each of them to the heap.
func differing[V any](old, new map[string]V) (keys []string) {
	var was, is V
	a, b := reflect.ValueOf(&was).Elem(), reflect.ValueOf(&is).Elem()
	for k, v := range new {
		before, there := old[k]
		if was, is = before, v; !there || !same(a, b) {
			keys = append(keys, k)
		}
	}
	for k := range old {
		if _, there := new[k]; !there {
			keys = append(keys, k)
		}
	}
	return keys
}

// differingKeys is differing for any other map with string keys.
func differingKeys(old, new reflect.Value) (keys []string) {
	for _, k := range new.MapKeys() {
		if was := old.MapIndex(k); !was.IsValid() || !same(was, new.MapIndex(k)) {
			keys = append(keys, k.String())
		}
	}
	for _, k := range old.MapKeys() {
		if !new.MapIndex(k).IsValid() {
			keys = append(keys, k.String())
		}
	}
	return keys
}

// same reports whether patchValue finds no difference; it writes and allocates nothing.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return a.Pointer() == b.Pointer() || same(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		return len(differingKeys(a, b)) == 0
	case reflect.String:
		return a.String() == b.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() == b.Int()
	case reflect.Bool:
		return a.Bool() == b.Bool()
	}
	return a.Equal(b)
}

func openMember(b *bytes.Buffer, quoted string, first bool) {
	if first {
		b.WriteByte('{')
	} else {
		b.WriteByte(',')
	}
	b.WriteString(quoted)
	b.WriteByte(':')
}

func closeObject(b *bytes.Buffer, start int, wrote bool) bool {
	if !wrote {
		b.Truncate(start)
		return false
	}
	b.WriteByte('}')
	return true
}

func writeJSON(b *bytes.Buffer, v reflect.Value) error {
	j, err := json.Marshal(v.Interface())
	b.Write(j)
	return err
}

var memberCache sync.Map // reflect.Type -> []string, the quoted JSON names in field order

func memberNames(t reflect.Type) []string {
	if c, ok := memberCache.Load(t); ok {
		return c.([]string)
	}
	names := make([]string, t.NumField())
	for i := range names {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		q, _ := json.Marshal(name)
		names[i] = string(q)
	}
	memberCache.Store(t, names)
	return names
}
