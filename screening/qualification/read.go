package qualification

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Bounds on a dossier file. Texts of documents are in it, scans are not.
const (
	MaxDossierBytes = 16 << 20
	maxDepth        = 32
	maxDocuments    = 1000
)

// ReadDossier decodes a dossier written as JSON or YAML. An unknown key, a
// value of the wrong type, an alias, nesting beyond any dossier or a missing
// mandatory field is an error that names file, line and column or the field.
func ReadDossier(file string, data []byte) (*Dossier, error) {
	if len(data) > MaxDossierBytes {
		return nil, fmt.Errorf("%s: 文件%d字节，超过上限%d字节；扫描件请用 file 字段引用，不要写进来", file, len(data), MaxDossierBytes)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: 不是 UTF-8 编码；请另存为 UTF-8", file)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	d := &Dossier{}
	var err error
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' {
		err = readJSON(file, data, d)
	} else {
		err = readYAML(file, data, d)
	}
	if err != nil {
		return nil, err
	}
	if err := d.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return d, nil
}

// validate checks the fields that a dossier cannot be without.
func (d *Dossier) validate() error {
	if NormalName(d.Subject.Name) == "" {
		return ErrNoName
	}
	if k := d.Subject.Kind; k != "" && k != "platform" && k != "merchant" {
		return fmt.Errorf("subject.kind %s 不对：平台方写 platform（也可不写），商家写 merchant", quoted(k))
	}
	if len(d.Documents) > maxDocuments {
		return fmt.Errorf("documents 有%d份，超过上限%d份", len(d.Documents), maxDocuments)
	}
	for i := range d.Documents {
		if NormalName(d.Documents[i].Type) == "" {
			return fmt.Errorf("documents[%d].type 为空：须写明第%d份文件是什么证照", i, i+1)
		}
	}
	return nil
}

func readJSON(file string, data []byte, d *Dossier) error {
	if depth := jsonDepth(data); depth > maxDepth {
		return fmt.Errorf("%s: 嵌套超过%d层，不是一份材料文件", file, maxDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(d)
	at := dec.InputOffset()
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("对象之后还有多余的内容")
		at += int64(len(data[at:]) - len(bytes.TrimLeft(data[at:], " \t\r\n")))
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
		err = fmt.Errorf("字段 %s 的类型不对：应为%s", kind.Field, kindName(kind.Type))
	case strings.Contains(err.Error(), "unknown field"):
		err = fmt.Errorf("没有这个字段：%s", strings.TrimPrefix(err.Error(), "json: unknown field "))
	}
	line, column := position(data, int(at))
	return fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
}

// kindName says in words what a field should hold.
func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "字符串，要加引号"
	case reflect.Slice:
		return "列表，要写在 [ ] 里"
	case reflect.Bool:
		return " true 或 false"
	}
	return "对象，要写在 { } 里"
}

// jsonDepth returns the deepest nesting of brackets outside strings.
func jsonDepth(data []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

func position(data []byte, at int) (line, column int) {
	before := data[:min(max(at, 0), len(data))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// readYAML looks at the tokens before it parses: aliases can multiply, and
// deep nesting can exhaust a parser.
func readYAML(file string, data []byte, d *Dossier) error {
	tokens := lexer.Tokenize(string(data))
	if err := checkTokens(tokens); err != nil {
		return fmt.Errorf("%s:%w", file, err)
	}
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(d)
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: 文件是空的；zhunru check --example 写出一份样例", file)
	}
	if y := yaml.Error(nil); errors.As(err, &y) {
		line, column := 0, 0
		if t := y.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
		return fmt.Errorf("%s:%d:%d: %s", file, line, column, inChinese(y.GetMessage()))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// inChinese puts before the parser's own words what they mean.
func inChinese(message string) string {
	switch {
	case strings.HasPrefix(message, "unknown field "):
		return "没有这个字段：" + strings.TrimPrefix(message, "unknown field ")
	case strings.HasPrefix(message, "duplicate key") || strings.Contains(message, "already defined"):
		return "同一个字段写了两次（" + message + "）"
	case strings.HasPrefix(message, "cannot unmarshal"):
		return "值的类型不对（" + message + "）"
	}
	return "不是合格的 YAML，请检查缩进、冒号和引号（" + message + "）"
}

func checkTokens(tokens token.Tokens) error {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return fmt.Errorf("%d:%d: 不支持锚点、别名（%s），请直接写出内容", t.Position.Line, t.Position.Column, t.Value)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if depth > maxDepth || t.Position.IndentNum > 8*maxDepth || t.Position.Column > 8*maxDepth && t.Type == token.SequenceEntryType {
			return fmt.Errorf("%d:%d: 嵌套超过%d层，不是一份材料文件", t.Position.Line, t.Position.Column, maxDepth)
		}
	}
	return nil
}
