package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// settings are the values of pitwall.yaml. Order of precedence: flag, environment, file, default. A key
// that no flag has is an error: a misspelt setting must not be silently ignored.
type settings struct {
	args   []string
	files  []string
	values map[string]any
	from   map[string]string // key -> file
}

// find locates the settings file before the flags are parsed: --config, then PITWALL_CONFIG, then
// pitwall.yaml in the working folder if it is there.
func (s *settings) find(args []string) error {
	s.args, s.values, s.from = args, map[string]any{}, map[string]string{}
	path := os.Getenv("PITWALL_CONFIG")
	if v, ok := s.given("config"); ok {
		path = v
	}
	if path != "" {
		s.files = []string{path}
		return nil
	}
	if _, err := os.Stat("pitwall.yaml"); err == nil {
		s.files = []string{"pitwall.yaml"}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

// given is the last value the command line has for a flag, before it is parsed.
func (s *settings) given(name string) (value string, ok bool) {
	for i, a := range s.args {
		if a == "--" {
			break
		}
		if v, found := strings.CutPrefix(a, "--"+name+"="); found {
			value, ok = v, true
		} else if a == "--"+name {
			value, ok = "", true
			if i+1 < len(s.args) && !strings.HasPrefix(s.args[i+1], "--") {
				value = s.args[i+1]
			}
		}
	}
	return value, ok
}

func (s *settings) open(path string) (kong.Resolver, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	return s.read(path, f)
}

func (s *settings) read(path string, r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := yaml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("settings: %s: %s", path, yaml.FormatError(err, false, true))
	}
	for k, v := range values {
		s.values[k], s.from[k] = v, path
	}
	return s, nil
}

// Validate implements kong.Resolver.
func (s *settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, f := range allFlags(app.Node) {
		known[f.Name] = f.Name != "config" && f.Name != "help"
	}
	var unknown []string
	for k := range s.values {
		if !known[k] {
			unknown = append(unknown, k)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	sort.Strings(unknown)
	return fmt.Errorf("settings: %s: unknown key %s (pitwall config print lists all)", s.from[unknown[0]], strings.Join(unknown, ", "))
}

// Resolve implements kong.Resolver. The environment goes before the file.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if _, _, ok := fromEnvironment(flag.Value); ok {
		return nil, nil
	}
	switch v := s.values[flag.Name].(type) {
	case nil:
		return nil, nil
	case []any:
		words := make([]any, len(v))
		for i, w := range v {
			words[i] = fmt.Sprint(w)
		}
		return words, nil
	case map[string]any:
		return nil, fmt.Errorf("%s: want a value or a list", s.from[flag.Name])
	default:
		return fmt.Sprint(v), nil
	}
}

func fromEnvironment(v *kong.Value) (value, name string, ok bool) {
	for _, name := range v.Tag.Envs {
		if value, ok := os.LookupEnv(name); ok {
			return value, name, true
		}
	}
	return "", "", false
}

func allFlags(n *kong.Node) []*kong.Flag {
	flags := append([]*kong.Flag{}, n.Flags...)
	for _, c := range n.Children {
		flags = append(flags, allFlags(c)...)
	}
	return flags
}

// inForce is the value of a flag and where it comes from.
func (s *settings) inForce(v *kong.Value) (value, from string) {
	if given, ok := s.given(v.Name); ok {
		if given == "" && v.IsBool() {
			given = "true"
		}
		return given, "flag"
	}
	if value, name, ok := fromEnvironment(v); ok {
		return value, "$" + name
	}
	switch f := s.values[v.Name].(type) {
	case nil:
		return v.Default, "default"
	case []any:
		words := make([]string, len(f))
		for i, w := range f {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, ","), s.from[v.Name]
	default:
		return fmt.Sprint(f), s.from[v.Name]
	}
}

var flagInError = regexp.MustCompile(`^--([a-z-]+)`)

// blame adds to an error about a flag where its value comes from, unless that is the command line.
func (s *settings) blame(app *kong.Application, err error) error {
	name := flagInError.FindStringSubmatch(err.Error())
	if name == nil || strings.Contains(err.Error(), "(from envar") {
		return err
	}
	for _, f := range allFlags(app.Node) {
		if f.Name != name[1] {
			continue
		}
		if _, from := s.inForce(f.Value); from != "flag" && from != "default" {
			return fmt.Errorf("%w (from %s)", err, from)
		}
	}
	return err
}

// check reads every value of the file and of the environment as its flag would. A name that several
// commands have is right when it is for one of them: serve takes a list of sources, record takes one.
func (s *settings) check(app *kong.Application) error {
	wrong, right := map[string]error{}, map[string]bool{}
	for _, f := range allFlags(app.Node) {
		if err := s.checkFlag(f); err != nil {
			wrong[f.Name] = s.blame(app, err)
		} else {
			right[f.Name] = true
		}
	}
	maps.DeleteFunc(wrong, func(name string, _ error) bool { return right[name] })
	all := make([]error, 0, len(wrong))
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		all = append(all, wrong[name])
	}
	return errors.Join(all...)
}

func (s *settings) checkFlag(f *kong.Flag) error {
	var token any
	if value, _, ok := fromEnvironment(f.Value); ok {
		token = value
	} else {
		var err error
		if token, err = s.Resolve(nil, nil, f); err != nil || token == nil {
			return err
		}
	}
	target := reflect.New(f.Target.Type()).Elem()
	if err := f.Parse(kong.Scan().PushTyped(token, kong.FlagValueToken), target); err != nil {
		return err
	}
	if got := fmt.Sprint(target); f.Enum != "" && !f.EnumMap()[got] {
		return fmt.Errorf("--%s must be one of %s but got %q", f.Name, strings.ReplaceAll(f.Enum, ",", ", "), got)
	}
	return nil
}

// help shows the value in force and its origin behind each flag's text.
func (s *settings) help(v *kong.Value) string {
	if v.Flag == nil || v.Name == "help" {
		return v.Help
	}
	value, from := s.inForce(v)
	if value == "" {
		return v.Help
	}
	return fmt.Sprintf("%s [%s, %s]", v.Help, masked(value), from)
}

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Read the settings and say whether they are right."`
	Print configPrintCmd `cmd:"" help:"Print every setting with its value and where it comes from."`
}

type configCheckCmd struct{}

func (configCheckCmd) Run(e *env) error {
	if err := e.settings.check(e.kong.Model); err != nil {
		return usageError{err}
	}
	from := "defaults only (no pitwall.yaml here)"
	if len(e.settings.files) > 0 {
		from = strings.Join(e.settings.files, ", ")
	}
	_, err := fmt.Fprintln(e.out, "settings are right:", from)
	return err
}

type configPrintCmd struct{}

func (configPrintCmd) Run(e *env) error {
	seen := map[string]bool{}
	for _, f := range allFlags(e.kong.Model.Node) {
		if f.Name == "help" || seen[f.Name] {
			continue
		}
		seen[f.Name] = true
		value, from := e.settings.inForce(f.Value)
		if _, err := fmt.Fprintf(e.out, "%-14s %-28s # %s\n", f.Name+":", masked(value), from); err != nil {
			return err
		}
	}
	return nil
}
