package main

import (
	"github.com/spf13/cobra"

	"zhunru/store/webhook"
)

// webhookFlags say which addresses webhooks may reach.
type webhookFlags struct{ allow []string }

// register adds --webhook-allow.
func (f *webhookFlags) register(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.allow, "webhook-allow", nil, "webhook 可以投递到的内网网段，可重复，如 10.0.0.0/8；那里不限 https 和端口 / networks that webhooks may reach beside the Internet")
}

// guard returns what lets addresses pass.
func (f *webhookFlags) guard() (webhook.Guard, error) {
	networks, err := webhook.ParseNetworks(f.allow)
	if err != nil {
		return webhook.Guard{}, usagef("--webhook-allow: %w", err)
	}
	return webhook.NewGuard(networks), nil
}
