package webhook_test

import (
	"errors"
	"net/netip"
	"testing"

	"zhunru/store/webhook"
)

func code(err error) string {
	var e *webhook.AddressError
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestAddressesThatMayBeTold(t *testing.T) {
	t.Parallel()
	networks, err := webhook.ParseNetworks([]string{"10.1.0.0/16", "127.0.0.1", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	strict, lax := webhook.NewGuard(nil), webhook.NewGuard(networks)
	for _, tt := range []struct{ url, strict, lax string }{
		{"https://example.com/hook?x=1", "", ""},
		{"https://example.com:8443/", "", ""},
		{"https://8.8.8.8/", "", ""},
		{"https://[2606:4700::1111]/", "", ""},
		{"http://example.com/", "URL_SCHEME", ""}, // the connection tells
		{"https://example.com:22/", "URL_PORT", ""},
		{"http://10.1.2.3:9000/", "PRIVATE_ADDRESS", ""},
		{"http://10.2.2.3/", "PRIVATE_ADDRESS", "PRIVATE_ADDRESS"},
		{"https://127.0.0.1/", "PRIVATE_ADDRESS", ""},
		{"https://[::ffff:127.0.0.1]/", "PRIVATE_ADDRESS", ""},
		{"https://[fd00::1]:81/", "PRIVATE_ADDRESS", ""},
		{"https://127.0.0.2/", "PRIVATE_ADDRESS", "PRIVATE_ADDRESS"},
		{"http://8.8.8.8/", "URL_SCHEME", "URL_SCHEME"},
		{"https://8.8.8.8:25/", "URL_PORT", "URL_PORT"},
		{"https://user@example.com/", "URL_USER_INFO", "URL_USER_INFO"},
		{"https://user:pass@example.com/", "URL_USER_INFO", "URL_USER_INFO"},
		{"https://2130706433/", "BAD_URL", "BAD_URL"},
		{"https://127.1/", "BAD_URL", "BAD_URL"},
		{"https://example.com/#x", "BAD_URL", "BAD_URL"},
		{"https://example.com:0/", "BAD_URL", "BAD_URL"},
		{"https://example.com:99999/", "BAD_URL", "BAD_URL"},
		{"https:example.com", "BAD_URL", "BAD_URL"},
		{"https:///path", "BAD_URL", "BAD_URL"},
		{"ftp://example.com/", "URL_SCHEME", "URL_SCHEME"},
		{"gopher://127.0.0.1/", "URL_SCHEME", "URL_SCHEME"},
		{"", "BAD_URL", "BAD_URL"},
		{"https://exa mple.com/", "BAD_URL", "BAD_URL"},
	} {
		if got := code(strict.Check(tt.url)); got != tt.strict {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.strict)
		}
		if got := code(lax.Check(tt.url)); got != tt.lax {
			t.Errorf("%s with networks allowed: %q, want %q", tt.url, got, tt.lax)
		}
	}
}

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	t.Parallel()
	g := webhook.NewGuard(nil)
	for _, ip := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254",
		"172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
		"2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1",
	} {
		if got := code(g.Reach(true, netip.AddrPortFrom(netip.MustParseAddr(ip), 443))); got != "PRIVATE_ADDRESS" {
			t.Errorf("%s: %q", ip, got)
		}
	}
	for _, ip := range []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "169.253.0.1", "2606:4700::1111", "240e::1", "::ffff:8.8.8.8"} {
		if err := g.Reach(true, netip.AddrPortFrom(netip.MustParseAddr(ip), 443)); err != nil {
			t.Errorf("%s: %v", ip, err)
		}
	}
}

func TestNetworksThatCannotBeReadAreAllNamed(t *testing.T) {
	t.Parallel()
	_, err := webhook.ParseNetworks([]string{"10.0.0.0/8", "everything", "10.0.0.0/99"})
	if err == nil || err.Error() != "\"everything\" 不是网段，请写成 10.0.0.0/8 的形式\n\"10.0.0.0/99\" 不是网段，请写成 10.0.0.0/8 的形式" {
		t.Error(err)
	}
}

func FuzzCheckNeverPassesWhatReachRefuses(f *testing.F) {
	for _, s := range []string{"https://8.8.8.8/", "https://[::1]/", "http://127.0.0.1:1/", "https://①②⑦.0.0.1/", "https://0177.0.0.1/"} {
		f.Add(s)
	}
	g := webhook.NewGuard(nil)
	f.Fuzz(func(t *testing.T, address string) {
		if g.Check(address) != nil {
			return
		}
		u, err := parse(address)
		if err != nil || u.User != nil || u.Scheme != "https" {
			t.Fatalf("%q passes: %v", address, err)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && g.Reach(true, netip.AddrPortFrom(ip, 443)) != nil {
			t.Errorf("%q passes", address)
		}
	})
}
