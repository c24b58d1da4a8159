package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// settings are the values of pitwall.yaml. Order of precedence: flag, environment, file, default. A key
// that no flag has is an error: a misspelt setting must not be silently ignored.
type settings struct {
	files  []string
	values map[string]any
	from   map[string]string // key -> file
}

// find locates the settings file before the flags are parsed: --config, then PITWALL_CONFIG, then
// pitwall.yaml in the working folder if it is there.
func (s *settings) find(args []string) error {
	s.values, s.from = map[string]any{}, map[string]string{}
	path := os.Getenv("PITWALL_CONFIG")
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path = v
		} else if a == "--config" && i+1 < len(args) {
			path = args[i+1]
		}
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

func (s *settings) open(path string) (kong.Resolver, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	defer f.Close()
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
		known[f.Name] = true
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

// Resolve implements kong.Resolver.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if v, ok := s.values[flag.Name]; ok {
		if list, ok := v.([]any); ok {
			words := make([]string, len(list))
			for i, w := range list {
				words[i] = fmt.Sprint(w)
			}
			return strings.Join(words, ","), nil
		}
		return v, nil
	}
	return nil, nil
}

func allFlags(n *kong.Node) []*kong.Flag {
	flags := append([]*kong.Flag{}, n.Flags...)
	for _, c := range n.Children {
		flags = append(flags, allFlags(c)...)
	}
	return flags
}

// inForce says the value a flag has before the command line is looked at, and where it comes from.
func (s *settings) inForce(v *kong.Value) (value, from string) {
	for _, name := range v.Tag.Envs {
		if e, ok := os.LookupEnv(name); ok {
			return e, "$" + name
		}
	}
	if f, ok := s.values[v.Name]; ok {
		return fmt.Sprint(f), s.from[v.Name]
	}
	return v.Default, "default"
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
	return fmt.Sprintf("%s [%s, %s]", v.Help, value, from)
}

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Read the settings and say whether they are right."`
	Print configPrintCmd `cmd:"" help:"Print every setting with its value and where it comes from."`
}

type configCheckCmd struct{}

func (configCheckCmd) Run(e *env) error {
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
		if _, err := fmt.Fprintf(e.out, "%-14s %-28s # %s\n", f.Name+":", value, from); err != nil {
			return err
		}
	}
	return nil
}
