package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

const sdk = "../../node_modules/@pulumi/docker"

// TestPropertyNames compares every resource's properties with those of the Node SDK that `npm ci` installed: a plural
// spelt another way would silently drop what a program sets.
func TestPropertyNames(t *testing.T) {
	info := providerInfo()
	for name, resource := range info.Resources {
		file := strings.Split(strings.TrimPrefix(string(resource.Tok), "docker:index/"), ":")[0] + ".js"
		wanted := sdkProperties(t, file)
		schema := info.P.ResourcesMap().Get(name).Schema()
		var found []string
		schema.Range(func(key string, _ shim.Schema) bool {
			found = append(found, tfbridge.TerraformToPulumiNameV2(key, schema, resource.Fields))
			return true
		})
		for _, property := range wanted {
			if !slices.Contains(found, property) {
				t.Errorf("%s: the SDK has %q, the plugin only %v", resource.Tok, property, found)
			}
		}
	}
}

// sdkProperties reads the names that the constructor of a resource of the SDK passes on.
func sdkProperties(t *testing.T, file string) []string {
	text, err := os.ReadFile(filepath.Join(sdk, file))
	if err != nil {
		t.Skipf("the Node SDK is not installed: %v", err)
	}
	var names []string
	for _, match := range regexp.MustCompile(`resourceInputs\["(\w+)"\]`).FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	return names
}
