package main

import _ "embed"

// exampleDossier is a filled dossier of both routes, as zhunru check --example
// writes it.
//
//go:embed example.yaml
var exampleDossier string
