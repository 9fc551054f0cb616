package main

import (
	"fmt"
	"io/fs"
	"os"

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
	s, err := segment.Shared()
	if err != nil {
		panic(err)
	}
	return s.Words(dst, text)
}

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
