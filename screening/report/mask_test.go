package report

import "testing"

func TestMaskHides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		p       Privacy
		in, out string
	}{
		{"identity card", PrivateID, "11010519491231002X", "110*************2X"},
		{"too short for an identity card", PrivateID, "1101", "1***"},
		{"telephone", PrivatePhone, "13800138000", "138****8000"},
		{"short telephone", PrivatePhone, "8001", "8***"},
		{"name", PrivateName, "张三丰", "张**"},
		{"name of two", PrivateName, "张三", "张*"},
		{"one character", PrivateName, "张", "*"},
		{"address", PrivateAddress, "广东省深圳市南山区科技园1号", "广东省深圳市********"},
		{"nothing", PrivateID, "", ""},
		{"not personal", "", "13800138000", "13800138000"},
		{"text with both", PrivateText, "微信13800138000，身份证11010519491231002x。", "微信138****8000，身份证110*************2x。"},
		{"text with full-width digits", PrivateText, "电话１３８００１３８０００", "电话１３８****８０００"},
		{"bar codes and order numbers stay", PrivateText, "条码6901234567892 单号20260101000000000001 货号12345678901", "条码6901234567892 单号20260101000000000001 货号12345678901"},
		{"code of credit stays", PrivateText, "91440300MA5EXAMPLE", "91440300MA5EXAMPLE"},
		{"invalid bytes stay", PrivateText, "\xff13800138000\xff", "\xff138****8000\xff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := MaskPersonal.Hide(c.p, c.in); got != c.out {
				t.Errorf("%q, want %q", got, c.out)
			}
			if got := MaskNone.Hide(c.p, c.in); got != c.in {
				t.Errorf("unmasked: %q", got)
			}
			if twice := MaskPersonal.Hide(c.p, c.out); twice != c.out {
				t.Errorf("twice: %q", twice)
			}
		})
	}
}

func TestMaskOfRoles(t *testing.T) {
	t.Parallel()
	for role, want := range map[string]Mask{
		"operator": MaskNone, "admin": MaskNone, "auditor": MaskPersonal, "reviewer": MaskPersonal, "platform-service": MaskPersonal, "": MaskPersonal, "root": MaskPersonal,
	} {
		if got := MaskOf(role); got != want {
			t.Errorf("%q: %s", role, got)
		}
	}
	if MaskPersonal.Includes(MaskNone) || !MaskNone.Includes(MaskPersonal) || !MaskPersonal.Includes(MaskPersonal) {
		t.Error("a masked role may take what is not masked")
	}
}
