package main

import (
	"embed"
	"io"
)

//go:embed deploy
var deployFiles embed.FS

// printUnit writes the file that runs zhunru serve under a supervisor.
func printUnit(w io.Writer, kind string) error {
	name := map[string]string{"systemd": "deploy/zhunru.service", "compose": "deploy/compose.yaml"}[kind]
	if name == "" {
		return usagef("--print-unit 只能是 systemd 或 compose，不能是 %q", kind)
	}
	b, err := deployFiles.ReadFile(name)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
