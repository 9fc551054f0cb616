// Package catalogue makes up a catalogue of listings and merchants for zhunru
// demo, benchmarks and soak tests: ordinary goods as sellers describe them, and
// among them every trap the dictionary knows.
//
//	seed + index ──► plot (which kind) ──► seller ──► title, description, …
//
// Everything is a pure function of the seed and an index: nothing is kept, so
// any size can be streamed, split among workers or resumed. Equal options and
// dictionaries give equal bytes on every machine; there is no float arithmetic
// and no library generator behind it.
//
// The ordinary words, brands and companies are our own and invented. What is
// meant to be found comes from the dictionary's terms and samples. The package
// judges nothing: that a trap is found is the engine's business, and no share
// of outcomes in it says anything about real sellers.
package catalogue
