// Command pulumi-resource-command serves command:local:Command with the semantics that the command plugin publishes,
// so that the project runs where the official plugin cannot be downloaded.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"

	"immutable-fleets/toolchain/command-plugin/local"
)

// version is set by the linker to the version of the Node SDK that asks for this plugin.
var version = "0.0.0"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	plugin, err := infer.NewProviderBuilder().WithResources(infer.Resource(&local.Command{})).Build()
	if err != nil {
		return err
	}
	return plugin.Run(ctx, "command", version)
}
