package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
)

// programID is the SHA-256 of the executable that runs. A dictionary's revision
// does not name the code that reads it: what another program proved is proved
// for that one only.
func programID() (string, error) {
	path := "/proc/self/exe" // the file that runs, even where an upgrade has replaced it
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return "", fmt.Errorf("jobs: name of the program: %w", err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("jobs: read the program: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("jobs: read the program: %w", err)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
