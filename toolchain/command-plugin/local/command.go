// Package local has the resource command:local:Command. Its name is the module that Pulumi shows.
package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is a resource whose life cycle is made of commands on this machine.
type Command struct{}

// CommandArgs are the inputs of a Command.
type CommandArgs struct {
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
}

// CommandOutputs is what the last command left behind.
type CommandOutputs struct {
	Stdout  string                      `pulumi:"stdout"`
	Stderr  string                      `pulumi:"stderr"`
	Assets  *map[string]*resource.Asset `pulumi:"assets,optional"`
	Archive *resource.Archive           `pulumi:"archive,optional"`
}

// CommandState is what Pulumi keeps of a Command.
type CommandState struct {
	CommandArgs
	CommandOutputs
}

// Annotate describes the inputs that do not explain themselves.
func (args *CommandArgs) Annotate(annotator infer.Annotator) {
	annotator.Describe(&args.Update, "Runs when an input other than the triggers changes; without it, create runs.")
	annotator.Describe(&args.Triggers, "Any change of these replaces the resource.")
	annotator.Describe(&args.AddPreviousOutputInEnv,
		"Whether PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR hold the previous output; they do by default.")
}

// Create runs the create command, except in a preview.
func (*Command) Create(
	ctx context.Context, request infer.CreateRequest[CommandArgs],
) (infer.CreateResponse[CommandState], error) {
	response := infer.CreateResponse[CommandState]{Output: CommandState{CommandArgs: request.Inputs}}
	id, err := resource.NewUniqueHex(request.Name, 8, 0)
	if err != nil {
		return response, err
	}
	response.ID = id
	if request.DryRun {
		return response, nil
	}
	response.Output.CommandOutputs, err = execute(ctx, request.Inputs.Create, request.Inputs, CommandOutputs{})
	return response, err
}

// Update runs the update command, or the create command without one, except in a preview.
func (*Command) Update(
	ctx context.Context, request infer.UpdateRequest[CommandArgs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	previous := request.State.CommandOutputs
	response := infer.UpdateResponse[CommandState]{Output: CommandState{request.Inputs, previous}}
	if request.DryRun {
		return response, nil
	}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	var err error
	response.Output.CommandOutputs, err = execute(ctx, command, request.Inputs, previous)
	return response, err
}

// Delete runs the delete command.
func (*Command) Delete(
	ctx context.Context, request infer.DeleteRequest[CommandState],
) (infer.DeleteResponse, error) {
	_, err := execute(ctx, request.State.Delete, request.State.CommandArgs, request.State.CommandOutputs)
	return infer.DeleteResponse{}, err
}

// Read names the files of the outputs anew: the engine asks with their digests alone, and would keep what comes back.
func (*Command) Read(
	_ context.Context, request infer.ReadRequest[CommandArgs, CommandState],
) (infer.ReadResponse[CommandArgs, CommandState], error) {
	response := infer.ReadResponse[CommandArgs, CommandState](request)
	folder := ""
	if request.State.Dir != nil {
		folder = *request.State.Dir
	}
	return response, response.State.collect(folder, request.State.CommandArgs)
}
