package cost

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed prices.yaml
var source []byte

// price of one unit; prices.yaml says what each field is.
type price struct {
	Key       string  `yaml:"key"`
	USD       float64 `yaml:"usd"`
	Per       string  `yaml:"per"`
	Region    string  `yaml:"region"`
	Source    string  `yaml:"source"`
	Published string  `yaml:"published"`
	Checked   string  `yaml:"checked"`
	How       string  `yaml:"how"`
}

type prices map[string]price

func load() (prices, error) { return parse(source) }

// parse reads prices strictly; all faults come back together.
func parse(source []byte) (prices, error) {
	var list []price
	if err := yaml.UnmarshalWithOptions(source, &list, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("prices.yaml: %w", err)
	}
	p, faults := prices{}, []error{}
	for _, one := range list {
		if _, twice := p[one.Key]; twice || one.Key == "" {
			faults = append(faults, fmt.Errorf("prices.yaml: the key %q is there twice, or empty", one.Key))
		}
		p[one.Key] = one
		faults = append(faults, one.faults()...)
	}
	return p, errors.Join(faults...)
}

func (p price) faults() (faults []error) {
	fault := func(what string) { faults = append(faults, fmt.Errorf("prices.yaml: %s: %s", p.Key, what)) }
	if p.USD <= 0 || p.Per == "" || p.Region == "" {
		fault("usd, per and region are needed")
	}
	if !strings.HasPrefix(p.Source, "https://") {
		fault("source is an https address")
	}
	switch p.How {
	case "record":
		for _, day := range []string{p.Published, p.Checked} {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				fault("published and checked are days like 2026-11-25")
			}
		}
	case "memory":
		if p.Published != "" || p.Checked != "" {
			fault("what is from memory has no day")
		}
	default:
		fault("how is record or memory")
	}
	return faults
}

func (p prices) write(out io.Writer) {
	fmt.Fprintf(out, "Prices (infra/bench/cost/prices.yaml): « record » was read in a dated public record of AWS's price list, « memory » is to be confirmed.\n\n")
	fmt.Fprintf(out, "| price | US dollars | per | region | of | checked | how |\n|---|---:|---|---|---|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(p)) {
		one := p[key]
		fmt.Fprintf(out, "| [%s](%s) | %s | %s | %s | %s | %s | %s |\n", key, one.Source, plain(one.USD), one.Per, one.Region, one.Published, one.Checked, one.How)
	}
}

// plain writes 0.0000002, not 2e-07.
func plain(usd float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.10f", usd), "0"), ".")
}
