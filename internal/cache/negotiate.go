package cache

import (
	"strconv"
	"strings"
)

// maxList bounds the elements read from one list header, so that a long one costs no more than a short one.
const maxList = 64

// chooseCoding picks the coding that the client weighs highest (RFC 9110, 12.5.3), of equals the one that we
// like best: zstd, then gzip. Without the header, or if nothing in it is ours, it is Identity, also for a
// client that refuses it: bytes that it can read are of more use than a refusal.
func chooseCoding(header string) Coding {
	switch header {
	case "", "identity":
		return Identity
	case "gzip", "gzip, deflate", "gzip, deflate, br":
		return Gzip
	case "zstd", "gzip, deflate, br, zstd": // the browsers of today
		return Zstd
	}
	const unknown = -1
	weight := [Zstd + 1]int{unknown, unknown, unknown}
	star := unknown
	for n := 0; header != "" && n < maxList; n++ {
		var element string
		element, header, _ = strings.Cut(header, ",")
		name, q, ok := weighted(element)
		switch {
		case !ok:
		case strings.EqualFold(name, "zstd"):
			weight[Zstd] = q
		case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
			weight[Gzip] = q
		case strings.EqualFold(name, "identity"):
			weight[Identity] = q
		case name == "*":
			star = q
		}
	}
	best, most := Identity, 0
	if q := weight[Identity]; q > 0 {
		most = q
	}
	for _, c := range [...]Coding{Gzip, Zstd} {
		q := weight[c]
		if q == unknown {
			q = star
		}
		if q > 0 && q >= most {
			best, most = c, q
		}
	}
	return best
}

// weighted reads one element, "gzip;q=0.8"; the weight is in thousandths. An element whose weight can not be
// read is not ok and counts as not sent.
func weighted(element string) (name string, q int, ok bool) {
	name, params, more := strings.Cut(element, ";")
	name, q = strings.Trim(name, " \t"), 1000
	for more {
		var param string
		param, params, more = strings.Cut(params, ";")
		key, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(strings.Trim(key, " \t"), "q") {
			continue
		}
		if q, ok = qvalue(strings.Trim(value, " \t")); !ok {
			return name, 0, false
		}
	}
	return name, q, name != ""
}

// qvalue reads 0, 0.5, 0.125, 1, 1.000: at most three digits behind the point and nothing above one.
func qvalue(s string) (int, bool) {
	whole, part, _ := strings.Cut(s, ".")
	if (whole != "0" && whole != "1") || len(part) > 3 {
		return 0, false
	}
	q := 0
	if part != "" {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return 0, false
		}
		q = int(n)
		for range 3 - len(part) {
			q *= 10
		}
	}
	if whole == "1" {
		if q > 0 {
			return 0, false
		}
		return 1000, true
	}
	return q, true
}

// matchingTag looks for a tag of the entry in the lines of If-None-Match and gives the one that matched: of the
// coding now chosen, or of another one that the client kept. The comparison is the weak one, and "*" matches
// whatever there is (RFC 9110, 13.1.2). From a list that can not be read, what stood before the fault counts.
func matchingTag(lines []string, e Entry, chosen string) (string, bool) {
	if len(lines) == 1 && strings.Trim(lines[0], " \t") == "*" {
		return chosen, true
	}
	n := 0
	for _, line := range lines {
		for rest := line; n < maxList; n++ {
			rest = strings.TrimLeft(rest, " \t,")
			opaque, after, ok := entityTag(rest)
			if !ok {
				break
			}
			if opaque == chosen || e.tagged(opaque) {
				return opaque, true
			}
			rest = after
		}
	}
	return "", false
}

// tagged says whether the tag is one of the entry's, in any coding.
func (e Entry) tagged(opaque string) bool {
	if opaque == e.ETag {
		return true
	}
	return e.variants != nil && (opaque == e.variants.etag[Gzip] || opaque == e.variants.etag[Zstd])
}

// entityTag cuts one tag off a list, without its W/ and with its quotes. A comma within the quotes is the tag's.
func entityTag(s string) (opaque, rest string, ok bool) {
	s = strings.TrimPrefix(s, "W/")
	if s == "" || s[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			rest = strings.TrimLeft(s[i+1:], " \t")
			return s[:i+1], rest, rest == "" || rest[0] == ','
		case c < 0x21 || c == 0x7f:
			return "", "", false
		}
	}
	return "", "", false
}
