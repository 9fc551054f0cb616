package api

import (
	"context"
	"strings"

	"zhunru/screening/privacy"
)

// seePersonal is the right to see personal data as it is; all others see it
// masked.
const seePersonal right = "get-merchant/personal"

// An Identity is what the market regulator is told of a merchant beside its name
// and code (网络交易监督管理办法 art. 25).
type Identity struct {
	ShopName  string `json:"shop_name,omitempty" maxLength:"200" doc:"网店名称"`
	ShopURL   string `json:"shop_url,omitempty" maxLength:"500" doc:"网址链接"`
	Address   string `json:"address,omitempty" maxLength:"500" doc:"实际经营地址"`
	Contact   string `json:"contact,omitempty" maxLength:"100" doc:"联系人"`
	Phone     string `json:"phone,omitempty" maxLength:"60" doc:"联系电话"`
	IDNumber  string `json:"id_number,omitempty" maxLength:"60" doc:"自然人经营者的身份证件号码"`
	Exemption string `json:"exemption,omitempty" maxLength:"100" doc:"免于登记的类型，如 零星小额"`
}

// A mask hides personal data from those who may not see it, and notes which
// fields it changed.
type mask struct {
	on     bool
	hidden []string
}

// maskFor is the mask for whoever asks.
func (s *Server) maskFor(ctx context.Context) *mask {
	return &mask{on: !s.may(requestOf(ctx).role, seePersonal)}
}

// text hides the personal numbers of a text.
func (m *mask) text(field string, value *string) {
	if !m.on {
		return
	}
	masked, hidden := privacy.Mask(*value)
	if hidden {
		*value, m.hidden = masked, append(m.hidden, field)
	}
}

// whole hides a value all of which is personal, but for its first character.
func (m *mask) whole(field string, value *string) {
	if !m.on || *value == "" {
		return
	}
	r := []rune(*value)
	*value, m.hidden = string(r[:1])+strings.Repeat("*", max(len(r)-1, 2)), append(m.hidden, field)
}

// document hides what a document says of a person.
func (m *mask) document(d *DocumentBody) {
	m.text("number", &d.Number)
	m.text("holder", &d.Holder)
	m.text("text", &d.Text)
	m.text("file", &d.File)
}

// identity hides who answers for a merchant.
func (m *mask) identity(i *Identity) {
	m.whole("identity/address", &i.Address)
	m.whole("identity/contact", &i.Contact)
	m.whole("identity/phone", &i.Phone)
	m.whole("identity/id_number", &i.IDNumber)
}

// masked finds the fields of an identity that were masked on their way out and
// are now on their way in: they would replace what they hide.
func (i *Identity) masked() []FieldProblem {
	var fields []FieldProblem
	for _, f := range [...]struct{ name, value string }{{"address", i.Address}, {"contact", i.Contact}, {"phone", i.Phone}, {"id_number", i.IDNumber}} {
		if strings.Contains(f.value, "**") {
			fields = append(fields, inBody("/identity/"+f.name, "MASKED_VALUE"))
		}
	}
	return fields
}
