package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

const header = `// Generated from internal/wire by tsgen; change the Go structs and run: make generate

`

// generate returns TypeScript interfaces for every exported struct of the package in dir that has JSON
// names, in source order.
func generate(dir string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(header)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if err := writeFile(&b, filepath.Base(path), src); err != nil {
			return "", err
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func writeFile(b *strings.Builder, name string, src []byte) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.TYPE {
			continue
		}
		for _, spec := range group.Specs {
			t := spec.(*ast.TypeSpec)
			s, ok := t.Type.(*ast.StructType)
			if !ok || !t.Name.IsExported() || !hasJSON(s) {
				continue
			}
			doc := t.Doc
			if doc == nil {
				doc = group.Doc
			}
			if err := writeStruct(b, t.Name.Name, doc, s); err != nil {
				return fmt.Errorf("%s: %s: %w", name, t.Name.Name, err)
			}
		}
	}
	return nil
}

func hasJSON(s *ast.StructType) bool {
	for _, f := range s.Fields.List {
		if f.Tag != nil && strings.Contains(f.Tag.Value, "json:") {
			return true
		}
	}
	return false
}

func writeStruct(b *strings.Builder, name string, doc *ast.CommentGroup, s *ast.StructType) error {
	writeDoc(b, "", strings.TrimSpace(doc.Text()))
	fmt.Fprintf(b, "export interface %s%s {\n", name, parents(s))
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 && f.Tag == nil {
			continue // embedded: a parent
		}
		member, optional, err := jsonName(f)
		if err != nil {
			return err
		}
		if member == "-" {
			continue
		}
		ts, err := typeOf(f.Type)
		if err != nil {
			return fmt.Errorf("%s: %w", member, err)
		}
		comment := f.Doc.Text()
		if comment == "" {
			comment = f.Comment.Text()
		}
		writeDoc(b, "  ", strings.TrimSpace(comment))
		mark := ""
		if optional {
			mark = "?"
		}
		fmt.Fprintf(b, "  %s%s: %s;\n", member, mark, ts)
	}
	b.WriteString("}\n\n")
	return nil
}

// parents names the embedded structs, whose members JSON shows as the struct's own.
func parents(s *ast.StructType) string {
	var names []string
	for _, f := range s.Fields.List {
		if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 && f.Tag == nil {
			names = append(names, id.Name)
		}
	}
	if names == nil {
		return ""
	}
	return " extends " + strings.Join(names, ", ")
}

// jsonName is the member's name in JSON and whether it may be left out. A field without a tag is an
// error: its name would follow Go's spelling by accident.
func jsonName(f *ast.Field) (name string, optional bool, err error) {
	if len(f.Names) != 1 || f.Tag == nil {
		return "", false, fmt.Errorf("a field needs one name and a json tag")
	}
	tag, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return "", false, err
	}
	name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	if name == "" {
		return "", false, fmt.Errorf("field %s has no json name", f.Names[0].Name)
	}
	return name, strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero"), nil
}

func typeOf(e ast.Expr) (string, error) {
	switch t := e.(type) {
	case *ast.Ident:
		return identType(t.Name), nil
	case *ast.StarExpr:
		inner, err := typeOf(t.X)
		return inner + " | null", err
	case *ast.ArrayType:
		inner, err := typeOf(t.Elt)
		if strings.Contains(inner, " ") {
			inner = "(" + inner + ")"
		}
		return inner + "[]", err
	case *ast.MapType:
		inner, err := typeOf(t.Value)
		return "Record<string, " + inner + ">", err
	case *ast.InterfaceType:
		return "unknown", nil
	case *ast.SelectorExpr:
		switch t.Sel.Name {
		case "RawMessage":
			return "unknown", nil
		case "Time":
			return "string", nil // time.Time is RFC 3339 in JSON
		}
	}
	return "", fmt.Errorf("type %T has no TypeScript form here", e)
}

func identType(name string) string {
	switch name {
	case "string":
		return "string"
	case "Text":
		return "string | null"
	case "bool":
		return "boolean"
	case "any":
		return "unknown"
	case "int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64":
		return "number"
	}
	return name
}

func writeDoc(b *strings.Builder, indent, text string) {
	if text == "" {
		return
	}
	lines := strings.Split(strings.ReplaceAll(text, "*/", "* /"), "\n")
	if len(lines) == 1 {
		fmt.Fprintf(b, "%s/** %s */\n", indent, lines[0])
		return
	}
	fmt.Fprintf(b, "%s/**\n", indent)
	for _, line := range lines {
		fmt.Fprintf(b, "%s * %s\n", indent, line)
	}
	fmt.Fprintf(b, "%s */\n", indent)
}
