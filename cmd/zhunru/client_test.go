package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What makes the client, and what the client needs.
const (
	generator     = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
	clientRuntime = "github.com/oapi-codegen/runtime@v1.8.0"
)

// clientProgram uses the generated client as a platform's publish flow would.
const clientProgram = `package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

func main() {
	key := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+os.Args[2])
		return nil
	}
	c, err := NewClientWithResponses(os.Args[1], WithRequestEditorFn(key))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	screened, err := c.CreateScreeningWithResponse(ctx, nil, ScreeningRequest{
		Listings: []SubmittedListing{{Id: "L-1", Title: "催情香水包邮"}, {Id: "L-2", Title: "陶瓷茶杯"}},
	})
	if err != nil || screened.JSON200 == nil {
		panic(fmt.Sprint(err, string(screened.Body)))
	}
	for _, v := range screened.JSON200.Verdicts {
		fmt.Println(v.Id, v.Outcome, len(*v.Findings))
	}
	listing, err := c.GetListingWithResponse(ctx, "L-1", nil)
	if err != nil || listing.JSON200 == nil {
		panic(fmt.Sprint(err, string(listing.Body)))
	}
	fmt.Println(listing.JSON200.Listing.Title, *listing.JSON200.Outcome)
	missing, err := c.GetListingWithResponse(ctx, "none", nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(missing.StatusCode())
}
`

// TestAClientIsGeneratedFromTheDocument makes a client from /openapi.json with a
// public generator, compiles it and screens with it.
func TestAClientIsGeneratedFromTheDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a generator and a client: run without -short")
	}
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))
	_, spec := s.call(t, "GET", "/openapi.json", "")
	dir := t.TempDir()
	file := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file("openapi.json", spec)
	file("go.mod", "module client\n\ngo 1.26.0\n")
	command := func(args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), args[0], args[1:]...)
		c.Dir, c.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	fetch := exec.CommandContext(t.Context(), "go", "get", clientRuntime)
	fetch.Dir, fetch.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
	if out, err := fetch.CombinedOutput(); err != nil {
		if os.Getenv("ZHUNRU_REQUIRE_TOOLS") == "1" {
			t.Fatalf("%v\n%s", err, out)
		}
		t.Skip("the Go proxy cannot be reached: " + strings.TrimSpace(string(out)))
	}
	file("client.go", command("go", "run", generator, "-package", "main", "-generate", "types,client", "openapi.json"))
	file("main.go", clientProgram)
	const want = "L-1 prohibited 1\nL-2 pass 0\n催情香水包邮 prohibited\n404\n"
	command("go", "build", "-o", "program", ".")
	if got := command("./program", s.url, s.token); got != want {
		t.Errorf("the client says\n%s\nwant\n%s", got, want)
	}
}
