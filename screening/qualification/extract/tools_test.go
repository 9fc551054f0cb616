package extract

import (
	"os"
	"os/exec"
	"testing"
)

// need skips the test where programs of Debian packages are missing, and fails
// it where ZHUNRU_REQUIRE_TOOLS says that they must be there.
func need(tb testing.TB, programs ...string) {
	tb.Helper()
	packages := map[string]string{
		"pdftotext": "poppler-utils poppler-data", "pdftoppm": "poppler-utils", "qpdf": "qpdf",
		"tesseract": "tesseract-ocr tesseract-ocr-chi-sim",
	}
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			missing(tb, name, packages[name])
		}
	}
}

// fontBytes is a Chinese font of Debian.
func fontBytes(tb testing.TB) []byte {
	tb.Helper()
	b, err := os.ReadFile("/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf")
	if err != nil {
		missing(tb, "a Chinese font", "fonts-arphic-gbsn00lp")
	}
	return b
}

func missing(tb testing.TB, what, packages string) {
	tb.Helper()
	if os.Getenv("ZHUNRU_REQUIRE_TOOLS") != "" {
		tb.Fatalf("%s is missing and ZHUNRU_REQUIRE_TOOLS is set: apt-get install %s", what, packages)
	}
	tb.Skipf("%s is missing: apt-get install %s", what, packages)
}
