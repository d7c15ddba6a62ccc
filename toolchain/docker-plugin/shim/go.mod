// The path of this module lets it import the internal package of the Terraform provider: Go allows that to modules
// whose path begins with the provider's own.
module github.com/terraform-providers/terraform-provider-docker/shim

go 1.25.8

require (
	github.com/hashicorp/terraform-plugin-sdk/v2 v2.40.1
	github.com/terraform-providers/terraform-provider-docker v0.0.0
)
