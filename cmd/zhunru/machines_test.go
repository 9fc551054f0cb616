package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// A machine is a network namespace with a link to that of the database. Only
// the network is its own; files and processes are this machine's.
type machine struct {
	t                   *testing.T
	name, hub           string // namespaces
	device, hubDevice   string
	address, hubAddress string
}

// databaseAddress is where the database's namespace listens.
const databaseAddress = "10.77.0.1"

// sudo runs a program that only root may run.
func sudo(t *testing.T, line ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), line[0], line[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", line, err, out)
	}
}

// namespace makes a network namespace that is gone at the end.
func namespace(t *testing.T, name string) string {
	t.Helper()
	name = fmt.Sprintf("zr%d%s", os.Getpid(), name)
	sudo(t, "ip", "netns", "add", name)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() }) //nolint:noctx // the test's context is over
	sudo(t, "ip", "-n", name, "link", "set", "lo", "up")
	return name
}

// connect makes a machine, n of up to 200, linked to the hub.
func connect(t *testing.T, hub string, n int) *machine {
	t.Helper()
	m := &machine{
		t: t, name: namespace(t, fmt.Sprintf("m%d", n)), hub: hub, device: "toward", hubDevice: fmt.Sprintf("from%d", n),
		address: fmt.Sprintf("10.77.%d.2", n), hubAddress: fmt.Sprintf("10.77.%d.1", n),
	}
	sudo(t, "ip", "-n", hub, "link", "add", m.hubDevice, "type", "veth", "peer", "name", m.device, "netns", m.name)
	sudo(t, "ip", "-n", hub, "address", "add", m.hubAddress+"/24", "dev", m.hubDevice)
	sudo(t, "ip", "-n", hub, "link", "set", m.hubDevice, "up")
	sudo(t, "ip", "-n", m.name, "address", "add", m.address+"/24", "dev", m.device)
	m.plug()
	return m
}

func (m *machine) plug() {
	m.t.Helper()
	sudo(m.t, "ip", "-n", m.name, "link", "set", m.device, "up")
	sudo(m.t, "ip", "-n", m.name, "route", "replace", databaseAddress, "via", m.hubAddress)
}

func (m *machine) unplug() {
	m.t.Helper()
	sudo(m.t, "ip", "-n", m.name, "link", "set", m.device, "down")
}

// worker starts a worker on the machine.
func (m *machine) worker(bin, dictionary, db string) *process {
	m.t.Helper()
	return begin(m.t, "ip", "netns", "exec", m.name, bin, "worker", "--queues", "runs", "--chunk", "300", "--lease", "3s",
		"--dictionaries", dictionary, "--db", "postgres://postgres@"+databaseAddress+"/"+db+"?sslmode=disable")
}

// needsNetwork skips the test where namespaces cannot be made, or fails where
// ZHUNRU_REQUIRE_TOOLS says that they must be.
func needsNetwork(t *testing.T) {
	t.Helper()
	why := ""
	if os.Geteuid() != 0 {
		why = "network namespaces are root's: run the tests as root"
	} else if _, err := exec.LookPath("ip"); err != nil {
		why = "no ip: apt-get install iproute2"
	} else if out, err := exec.CommandContext(t.Context(), "unshare", "-n", "true").CombinedOutput(); err != nil {
		why = fmt.Sprintf("network namespaces are refused here: %v %s", err, out)
	}
	if why == "" {
		return
	}
	if os.Getenv("ZHUNRU_REQUIRE_TOOLS") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// TestTwoMachinesAndADatabaseThatIsCutOff has a run worked on by two machines.
// One is killed, the other loses its network, then both; the database gives the
// dead connections up, and the run ends complete when the network is back.
func TestTwoMachinesAndADatabaseThatIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for connections to be given up: run without -short")
	}
	needsNetwork(t)
	t.Parallel()
	const rows = 12_000
	hub := namespace(t, "db")
	sudo(t, "ip", "-n", hub, "address", "add", databaseAddress+"/32", "dev", "lo")
	v := &victim{t: t, bin: binary(t), server: pg.StartWith(t, pg.Options{Durable: true, Namespace: hub, Address: databaseAddress})}
	v.db = v.server.Database(t)
	data(t, v.db, "migrate", "up").must(t, exitDone)
	v.reopen()
	t.Cleanup(func() { _ = v.store.Close() })
	first, second, other := connect(t, hub, 1), connect(t, hub, 2), shirtsBanned(t)
	data(t, v.db, "import", "listings", write(t, "goods.csv", manyRows(rows))).must(t, exitInput) // 12 rows are refused
	queued := data(t, v.db, "rescreen", "--no-wait", "--json", "--rate", "700", "--dictionaries", other).must(t, exitDone)
	var r runView
	if err := json.Unmarshal([]byte(queued.stdout), &r); err != nil {
		t.Fatal(err)
	}
	done := fmt.Sprintf("SELECT done FROM runs WHERE key = %d", r.Run)
	further := func(p *process, what string) {
		t.Helper()
		from := count(t, v.store, done)
		v.until(p, done, from+600)
		if count(t, v.store, done) < from+600 {
			t.Fatalf("%s: the run stands still\n%s", what, p.said)
		}
	}
	name := filepath.Base(strings.SplitN(v.db, "?", 2)[0])
	a, b := first.worker(v.bin, other, name), second.worker(v.bin, other, name)
	workers := fmt.Sprintf("SELECT COUNT(DISTINCT worker) FROM chunks WHERE run_key = %d", r.Run)
	v.until(b, workers, 2)
	further(b, "two machines")
	a.kill()
	further(b, "one was killed")
	second.unplug()
	a = first.worker(v.bin, other, name)
	further(a, "the killed one is back, the other cut off")
	first.unplug()
	for end := time.Now().Add(2 * time.Minute); count(t, v.store, "SELECT COUNT(*) FROM pg_stat_activity WHERE client_addr <<= '10.77.0.0/16'") > 0; {
		if time.Now().After(end) {
			t.Fatal("the server still holds connections of machines that are cut off")
		}
		<-time.After(100 * time.Millisecond)
	}
	if a.over() || b.over() {
		t.Errorf("a worker did not outlive its network:\n%s\n%s", a.said, b.said)
	}
	v.holds()
	first.plug()
	second.plug()
	further(a, "the network is back")
	v.until(a, fmt.Sprintf("SELECT COUNT(*) FROM runs WHERE key = %d AND state NOT IN ('planned', 'running')", r.Run), 1)
	a.kill()
	b.kill()
	v.holds()
	if end := v.get(r.Run); end.State != store.RunDone || end.Done != rows-rows/1000 || end.Changed != rows-rows/1000-rows/100 {
		t.Errorf("run %+v", end)
	}
	v.judgedBy(other, rows-rows/1000)
	for _, p := range []*process{a, b} {
		wantText(t, p.said.String(), "数据库暂时不可用", "数据库已恢复")
	}
}
