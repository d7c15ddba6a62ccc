package local

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

func pointer[T any](value T) *T { return &value }

func create(ctx context.Context, args CommandArgs) (CommandState, error) {
	response, err := new(Command).Create(ctx, infer.CreateRequest[CommandArgs]{Name: "test", Inputs: args})
	return response.Output, err
}

func TestOutputsWithoutTheLastNewline(t *testing.T) {
	state, err := create(t.Context(), CommandArgs{Create: pointer("printf 'a\\nb\\n'; echo c >&2")})
	if err != nil || state.Stdout != "a\nb" || state.Stderr != "c" {
		t.Errorf("got %q, %q, %v", state.Stdout, state.Stderr, err)
	}
}

func TestErrorHasExitStatusAndLastLines(t *testing.T) {
	_, err := create(t.Context(), CommandArgs{Create: pointer("seq 60; printf 'no newline' >&2; exit 3")})
	if err == nil || !strings.HasPrefix(err.Error(), "exit status 3; ") ||
		!strings.Contains(err.Error(), "no newline") || strings.Contains(err.Error(), "\n9\n") {
		t.Errorf("got %v", err)
	}
}

func TestNothingRunsInPreview(t *testing.T) {
	request := infer.CreateRequest[CommandArgs]{Name: "test", DryRun: true, Inputs: CommandArgs{Create: pointer("exit 1")}}
	if _, err := new(Command).Create(t.Context(), request); err != nil {
		t.Error(err)
	}
}

func TestUpdateSeesPreviousOutputUnlessUnwanted(t *testing.T) {
	previous := CommandOutputs{Stdout: "before"}
	for wanted, add := range map[string]*bool{"before": nil, "": pointer(false)} {
		response, err := new(Command).Update(t.Context(), infer.UpdateRequest[CommandArgs, CommandState]{
			State:  CommandState{CommandOutputs: previous},
			Inputs: CommandArgs{Create: pointer("printf %s \"$PULUMI_COMMAND_STDOUT\""), AddPreviousOutputInEnv: add},
		})
		if err != nil || response.Output.Stdout != wanted {
			t.Errorf("got %q, %v; wanted %q", response.Output.Stdout, err, wanted)
		}
	}
}

func TestCancelStopsTheWholeGroup(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	started := time.Now()
	tidied := filepath.Join(t.TempDir(), "tidied")
	command := "sleep 60 & trap 'touch " + tidied + "; exit 1' TERM; wait"
	if _, err := create(ctx, CommandArgs{Create: &command}); err == nil || time.Since(started) > graceBeforeKill {
		t.Errorf("ended after %v with %v", time.Since(started), err)
	}
	if _, err := os.Stat(tidied); err != nil {
		t.Error("the command could not tidy up")
	}
}

func TestLaterPatternsTakeFilesAway(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"kept.txt", "secret.txt", "other.md"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	assets, err := findAssets(folder, []string{"*.txt", "!secret*"})
	if _, kept := assets["kept.txt"]; err != nil || len(assets) != 1 || !kept {
		t.Errorf("got %v, %v", assets, err)
	}
}
