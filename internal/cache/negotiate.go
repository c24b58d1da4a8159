package cache

import (
	"net/http"
	"strconv"
	"strings"
)

// maxList bounds the elements read from one list header, so that a long one costs no more than a short one.
const maxList = 64

// CodingFor picks the coding of an answer to a request with the header.
func CodingFor(h http.Header) Coding {
	lines := h["Accept-Encoding"]
	switch len(lines) {
	case 0:
		return Identity
	case 1:
		return chooseCoding(lines[0])
	}
	return chooseCoding(strings.Join(lines, ","))
}

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
