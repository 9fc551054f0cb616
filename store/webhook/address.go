package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A Guard says which addresses may be reached. The zero value lets nothing but
// public addresses pass, over TLS and on its usual ports.
type Guard struct {
	allow []netip.Prefix
}

// NewGuard returns a guard that, beside public addresses, lets those of some
// networks pass, on any port and without TLS.
func NewGuard(allow []netip.Prefix) Guard { return Guard{slices.Clone(allow)} }

// An AddressError says in one sentence why a webhook's address cannot be
// accepted.
type AddressError struct{ Code, Why string }

// Error returns the sentence and the code.
func (e *AddressError) Error() string { return e.Why + "（" + e.Code + "）" }

// maxURL bounds an address, in bytes.
const maxURL = 2000

// Check reports what is wrong with an address, as far as it can be told without
// asking the network. Names are judged when they are connected to, every time.
func (g Guard) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > maxURL || u.Opaque != "" || u.Hostname() == "":
		return &AddressError{"BAD_URL", "地址不是完整的网址，请写成 https://主机/路径"}
	case u.User != nil:
		return &AddressError{"URL_USER_INFO", "地址里不能带用户名或密码，请去掉 @ 及其之前的部分"}
	case strings.Contains(address, "#"):
		return &AddressError{"BAD_URL", "地址里不能带 #，请去掉"}
	case u.Scheme != "https" && u.Scheme != "http":
		return errScheme
	}
	port, err := portOf(u)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(u.Hostname())
	name := err != nil
	switch {
	case name && strings.Trim(u.Hostname(), "0123456789.xX") == "": // 127.1, 0x7f000001: resolvers differ on them
		return &AddressError{"BAD_URL", "地址里的 IP 写法不规范，请写成四段十进制数"}
	case name && len(g.allow) > 0:
		return nil
	case name:
		return plain(u.Scheme == "https", port)
	}
	return g.Reach(u.Scheme == "https", netip.AddrPortFrom(ip, port))
}

func portOf(u *url.URL) (uint16, error) {
	given := u.Port()
	switch {
	case given == "" && u.Scheme == "https":
		return 443, nil
	case given == "":
		return 80, nil
	}
	n, err := strconv.ParseUint(given, 10, 16)
	if err != nil || n == 0 {
		return 0, &AddressError{"BAD_URL", "地址里的端口不对，请改为 1 到 65535"}
	}
	return uint16(n), nil
}

// plain holds scheme and port against what public addresses are reached by.
func plain(tls bool, port uint16) error {
	if !tls {
		return errScheme
	}
	if port != 443 && port != 8443 {
		return &AddressError{"URL_PORT", fmt.Sprintf("不能连接端口 %d，请改用 443 或 8443", port)}
	}
	return nil
}

// Reach reports whether an address may be connected to. It is asked about the
// very address that the connection is made to, so that a name that resolves
// otherwise than before changes nothing.
func (g Guard) Reach(tls bool, to netip.AddrPort) error {
	ip := to.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	if !public(ip) {
		return errPrivate
	}
	return plain(tls, to.Port())
}

var (
	errScheme  = &AddressError{"URL_SCHEME", "地址必须以 https:// 开头，请修改"}
	errPrivate = &AddressError{"PRIVATE_ADDRESS", "地址指向内网、本机或保留网段，不能连接；确有需要请管理员用 --webhook-allow 放行该网段"}
)

// reserved are the networks that are not on the public Internet, lead back to
// others, or belong to a cloud's own services, beside those that netip knows
// (RFC 6890 and its registries; 168.63.129.16 is Azure's, 100.100.100.200 of
// Alibaba Cloud lies in 100.64.0.0/10).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("168.63.129.16/32"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"),
}

// internet6 is all that is handed out of IPv6: what lies outside translates,
// tunnels or is local.
var internet6 = netip.MustParsePrefix("2000::/3")

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is6() && !internet6.Contains(ip) {
		return false
	}
	return !slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// ParseNetworks reads networks (10.0.0.0/8) and single addresses; its error
// names every one that is neither.
func ParseNetworks(list []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(list))
	var errs []error
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if ip, e := netip.ParseAddr(s); e == nil {
			p, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%q 不是网段，请写成 10.0.0.0/8 的形式", s))
			continue
		}
		out = append(out, p.Masked())
	}
	return out, errors.Join(errs...)
}
