package api

import (
	"golang.org/x/text/language"
)

// A text says the same in two languages.
type text struct{ zh, en string }

// A tongue is the language of an answer; the zero value is Chinese.
type tongue string

const english tongue = "en"

func (l tongue) pick(t text) string {
	if l == english {
		return t.en
	}
	return t.zh
}

// name is the language tag.
func (l tongue) name() string { return l.pick(text{"zh-CN", "en"}) }

// maxAccept bounds what is read of Accept-Language, in bytes.
const maxAccept = 256

// tongueOf reads Accept-Language; what asks for neither language, or makes no
// sense, gets Chinese.
func tongueOf(accept string) tongue {
	if len(accept) > maxAccept || accept == "" {
		return ""
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return ""
	}
	for _, tag := range wanted {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return ""
		case "en":
			return english
		}
	}
	return ""
}
