package rescreen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhunru/screening/qualification"
)

// Params tune the task of a schedule. The zero value is right for most.
type Params struct {
	Rate  int   `json:"rate,omitempty"`  // full, expiry: listings a second in each process; 0: no limit
	Leads []int `json:"leads,omitempty"` // expiry: days before the end of a document at which its holder is reminded; none: Leads
	Days  int   `json:"days,omitempty"`  // identity_report: length of the window; 0: to the end of the month
}

// ParseParams reads the parameters of a task, strictly: unknown ones, and those
// of another task, are errors. Nothing is the zero value.
func ParseParams(task Task, raw []byte) (p Params, err error) {
	if len(raw) == 0 {
		return p, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("定时任务的参数读不懂，可用 rate、leads、days（BAD_PARAMS）：%w", err)
	}
	if d.More() {
		return p, errors.New("定时任务的参数后面有多余的内容，请删除（BAD_PARAMS）")
	}
	const mostLead, mostRate, mostDays = 3650, 1_000_000, 366
	bad := p.Rate < 0 || p.Rate > mostRate || p.Days < 0 || p.Days > mostDays || len(p.Leads) > 20
	for _, lead := range p.Leads {
		bad = bad || lead < 1 || lead > mostLead
	}
	switch {
	case bad:
		return p, errors.New("定时任务的参数超出范围：rate 为 0 到 1000000，leads 为 1 到 3650 天、至多 20 个，days 为 0 到 366（BAD_PARAMS）")
	case p.Rate != 0 && task != TaskFull && task != TaskExpiry:
		return p, errors.New("rate 只用于 full 和 expiry，请去掉（BAD_PARAMS）")
	case len(p.Leads) > 0 && task != TaskExpiry:
		return p, errors.New("leads 只用于 expiry，请去掉（BAD_PARAMS）")
	case p.Days != 0 && task != TaskIdentityReport:
		return p, errors.New("days 只用于 identity_report，请去掉（BAD_PARAMS）")
	}
	return p, nil
}

// Window returns the last day of the identity report that opens on a day.
func (p *Params) Window(on qualification.Date) qualification.Date {
	if p.Days > 0 {
		return on.AddDays(p.Days - 1)
	}
	day, err := time.Parse(time.DateOnly, on.String())
	if err != nil {
		return on
	}
	return on.AddDays(time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() - day.Day())
}
