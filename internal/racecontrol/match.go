package racecontrol

import (
	"strings"
)

// form is one line of the language: what it means and how it is said.
type form struct {
	kind Kind
	said string
}

// step is one word of a form: words that may be said there, or a slot that reads them.
type step struct {
	words []string
	slot  slot
}

// slot reads a value from the words at i and returns where it ended, or false when it is not there.
type slot func(p *parser, i int) (int, bool)

// pattern is a form without options, ready to be matched.
type pattern struct {
	kind  Kind
	steps []step
}

// language is the compiled forms: those that begin with a word by that word, the others in their order.
type language struct {
	byWord map[string][]pattern
	open   []pattern
}

// compile writes out the options of every form and looks up its slots. A form that names no slot of ours is
// a mistake of the table and stops the program when it starts.
func compile(forms []form) language {
	l := language{byWord: map[string][]pattern{}}
	for _, f := range forms {
		for _, words := range options(strings.Fields(strings.NewReplacer("[", " [ ", "]", " ] ").Replace(f.said))) {
			p := pattern{kind: f.kind}
			for _, w := range words {
				s := step{words: strings.Split(w, "|")}
				if strings.HasPrefix(w, "<") {
					s = step{slot: slots[w]}
					if s.slot == nil {
						panic("racecontrol: form " + f.said + ": no slot " + w)
					}
				}
				p.steps = append(p.steps, s)
			}
			if p.steps[0].slot != nil {
				l.open = append(l.open, p)
				continue
			}
			for _, w := range p.steps[0].words {
				l.byWord[w] = append(l.byWord[w], p)
			}
		}
	}
	return l
}

// options writes out a form: with its first option and without it, and so on.
func options(words []string) [][]string {
	for i, w := range words {
		if w != "[" {
			continue
		}
		end, depth := i, 0
		for ; end < len(words); end++ {
			switch words[end] {
			case "[":
				depth++
			case "]":
				depth--
			}
			if depth == 0 {
				break
			}
		}
		join := func(parts ...[]string) (all []string) {
			for _, p := range parts {
				all = append(all, p...)
			}
			return all
		}
		with := options(join(words[:i], words[i+1:end], words[end+1:]))
		return append(with, options(join(words[:i], words[end+1:]))...)
	}
	return [][]string{words}
}

// token is one word of a message and where it stands in the text.
type token struct {
	word  string
	start int
}

func (t token) end() int { return t.start + len(t.word) }

// maxTokens bounds the words that are read: the longest message seen has 44.
const maxTokens = 160

// parser reads one message. It is a value on the stack of Parse.
type parser struct {
	text   string
	tokens []token
	m      Message
	cars   []int
	other  bool // a session of another series is named
}

// split cuts the text into words. Dashes before, commas and colons after a word are words of their own, as
// is the percent sign: "NOTED -UNSAFE", "(ALO),27", "LATER:" and "10%" are written so.
func (p *parser) split(text string) bool {
	p.text = text
	for i := 0; i < len(text); {
		if isBlank(text[i]) {
			i++
			continue
		}
		n := wordLen(text[i:])
		if len(p.tokens) == maxTokens {
			return false
		}
		p.tokens = append(p.tokens, token{word: text[i : i+n], start: i})
		i += n
	}
	return true
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// wordLen is the length of the first word of s, which does not begin with a blank.
func wordLen(s string) int {
	if n := dashLen(s); n > 0 {
		return n
	}
	if strings.IndexByte(",:%", s[0]) >= 0 {
		return 1
	}
	n := 1
	for n < len(s) && !isBlank(s[n]) && s[n] != ',' && s[n] != '%' {
		if s[n-1] == ')' && dashLen(s[n:]) > 0 {
			break
		}
		if s[n] == ':' && (n+1 == len(s) || isBlank(s[n+1]) || s[n+1] == ':') {
			break
		}
		n++
	}
	return n
}

// dashLen is the length of a dash that s begins with, 0 for none. A word may be glued to it; a negative
// number is none of race control's.
func dashLen(s string) int {
	for _, dash := range [...]string{"-", "–", "—"} {
		if strings.HasPrefix(s, dash) {
			return len(dash)
		}
	}
	return 0
}

// is reports whether the i-th word is one of the words.
func (p *parser) is(i int, words ...string) bool {
	if i >= len(p.tokens) {
		return false
	}
	for _, w := range words {
		if foldEqual(p.tokens[i].word, w) || w == "-" && dashLen(p.tokens[i].word) == len(p.tokens[i].word) {
			return true
		}
	}
	return false
}

// foldEqual compares in any case. Race control shouts; some sources do not.
func foldEqual(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// between is the text from one word to before another, trimmed: words from i to j-1.
func (p *parser) between(i, j int) string {
	if i >= j {
		return ""
	}
	return p.text[p.tokens[i].start:p.tokens[j-1].end()]
}

// match tries the forms from the i-th word on and leaves the meaning in p.m.
func (p *parser) match(i int) bool {
	if i >= len(p.tokens) {
		return false
	}
	base := p.m
	for _, list := range [...][]pattern{forms.byWord[strings.ToUpper(p.tokens[i].word)], forms.open} {
		for k := range list {
			p.m, p.cars, p.other = base, p.cars[:0], false
			if p.fits(&list[k], i) {
				p.m.Kind = list[k].kind
				if p.other {
					p.m.Kind = OtherSeries
				}
				return true
			}
		}
	}
	p.m, p.cars = base, p.cars[:0]
	return false
}

// fits reports whether a pattern fits all words from the i-th on.
func (p *parser) fits(f *pattern, i int) bool {
	for k := range f.steps {
		s := &f.steps[k]
		if s.slot == nil {
			if !p.is(i, s.words...) {
				return false
			}
			i++
			continue
		}
		var ok bool
		if i, ok = s.slot(p, i); !ok {
			return false
		}
	}
	return i == len(p.tokens)
}
