package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"sort"
	"strings"
	"sync"
)

// Patch returns the merge patch (RFC 7396) that turns the JSON of old into the JSON of new, or nil when
// they are the same. Structs and maps are compared member by member; a slice that changed is sent whole,
// a map entry or pointer that went away is sent as null.
func Patch(old, new *Board) ([]byte, error) {
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
		if reflect.DeepEqual(old.Interface(), new.Interface()) {
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

func patchMap(b *bytes.Buffer, old, new reflect.Value) (bool, error) {
	start, wrote := b.Len(), false
	for _, k := range sortedKeys(new) {
		mark := b.Len()
		name, _ := json.Marshal(k.String()) // a string always encodes
		openMember(b, string(name), !wrote)
		was, changed, err := old.MapIndex(k), true, error(nil)
		if was.IsValid() {
			changed, err = patchValue(b, was, new.MapIndex(k))
		} else {
			err = writeJSON(b, new.MapIndex(k))
		}
		if err != nil {
			return false, err
		}
		if !changed {
			b.Truncate(mark)
			continue
		}
		wrote = true
	}
	for _, k := range sortedKeys(old) {
		if !new.MapIndex(k).IsValid() {
			name, _ := json.Marshal(k.String())
			openMember(b, string(name), !wrote)
			b.WriteString("null")
			wrote = true
		}
	}
	return closeObject(b, start, wrote), nil
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

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	return keys
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
