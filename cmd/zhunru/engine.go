package main

import (
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

// lazySegmenter loads gse's dictionary at the first text that needs it.
type lazySegmenter struct{}

// Words panics if the dictionary cannot be loaded: it is part of the binary,
// so that is a broken build, and a verdict without its evidence would be a
// silent one.
func (lazySegmenter) Words(dst []screening.Word, text []byte) []screening.Word {
	s, err := loadSegmenter()
	if err != nil {
		panic(err)
	}
	return s.Words(dst, text)
}

// loadSegmenter collects garbage eagerly while gse's dictionary is read: it
// passes through 200 MB and leaves 15, and a screening process should not keep
// the difference. From then on the heap may grow to a bound instead of to
// twice what is alive: dictionary and engine are alive for good, and marking
// them again for every few megabytes of verdicts is a tenth of the time. GOGC
// and GOMEMLIMIT in the environment overrule the latter. Commands that will need
// it call it before they load the dictionary: what it passes through is not to
// come on top of that.
var loadSegmenter = sync.OnceValues(func() (*segment.Segmenter, error) {
	percent := debug.SetGCPercent(10)
	debug.FreeOSMemory() // what reading our own dictionary left
	s, err := segment.Shared()
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		percent = 400
		debug.SetMemoryLimit(heapBound)
	}
	debug.SetGCPercent(percent)
	return s, err
})

// heapBound keeps the process under 300 MB resident, with the caches of SQLite.
const heapBound = 160 << 20

// dictionaryFS returns the built-in dictionary, or the folder dir.
func dictionaryFS(dir string) (fs.FS, error) {
	if dir == "" {
		return dictionaries.FS, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: 不是词典目录 / not a dictionary folder", dir)
	}
	return os.DirFS(dir), nil
}

func loadDictionary(dir string) (*dictionary.Dictionary, error) {
	fsys, err := dictionaryFS(dir)
	if err != nil {
		return nil, err
	}
	return dictionary.Load(fsys)
}

func loadEngine(dir string) (*screening.Engine, error) {
	d, err := loadDictionary(dir)
	if err != nil {
		return nil, err
	}
	return screening.NewEngine(d, lazySegmenter{})
}
