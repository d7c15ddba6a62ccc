// Package shim hands out terraform-provider-docker, which exports nothing itself.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the Terraform provider, which names version in its requests.
func NewProvider(version string) *schema.Provider {
	return provider.New(version)()
}
