package local

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
)

// graceBeforeKill is how long a cancelled command may tidy up between SIGTERM and SIGKILL.
const graceBeforeKill = 10 * time.Second

// execute runs command, if there is one, and returns its outputs; without a command the previous outputs stay.
func execute(
	ctx context.Context, command *string, args CommandArgs, previous CommandOutputs,
) (CommandOutputs, error) {
	if command == nil {
		return previous, nil
	}
	process := newProcess(ctx, *command, args, previous)
	var stdout, stderr bytes.Buffer
	streams := newStreams(ctx)
	process.Stdout = io.MultiWriter(&stdout, streams.writer(args.shows(logStdout)))
	process.Stderr = io.MultiWriter(&stderr, streams.writer(args.shows(logStderr)))
	err := wait(ctx, process)
	streams.flush()
	if err != nil {
		return previous, fmt.Errorf("%w; the last lines of its output:\n%s", err, strings.Join(streams.last.lines, "\n"))
	}
	outputs := CommandOutputs{
		Stdout: strings.TrimSuffix(stdout.String(), "\n"),
		Stderr: strings.TrimSuffix(stderr.String(), "\n"),
	}
	return outputs, outputs.collect(process.Dir, args)
}

// newProcess describes the process: interpreter, folder, environment and standard input.
func newProcess(ctx context.Context, command string, args CommandArgs, previous CommandOutputs) *exec.Cmd {
	interpreter := []string{"/bin/sh", "-c"}
	if args.Interpreter != nil && len(*args.Interpreter) > 0 {
		interpreter = *args.Interpreter
	}
	process := exec.CommandContext(ctx, interpreter[0], append(interpreter[1:len(interpreter):len(interpreter)], command)...)
	process.Env = environment(args, previous)
	if args.Dir != nil {
		process.Dir = *args.Dir
	}
	if args.Stdin != nil && *args.Stdin != "" {
		process.Stdin = strings.NewReader(*args.Stdin)
	}
	return process
}

// environment is the engine's, then the command's own, then the previous outputs unless they are unwanted.
func environment(args CommandArgs, previous CommandOutputs) []string {
	variables := os.Environ()
	if args.Environment != nil {
		for name, value := range *args.Environment {
			variables = append(variables, name+"="+value)
		}
	}
	if args.AddPreviousOutputInEnv != nil && !*args.AddPreviousOutputInEnv {
		return variables
	}
	if previous.Stdout != "" {
		variables = append(variables, "PULUMI_COMMAND_STDOUT="+previous.Stdout)
	}
	if previous.Stderr != "" {
		variables = append(variables, "PULUMI_COMMAND_STDERR="+previous.Stderr)
	}
	return variables
}

// wait runs the process in a process group of its own, all of which ends when ctx is cancelled: asked first, then killed.
func wait(ctx context.Context, process *exec.Cmd) error {
	// The kernel ends the command with the thread that started it, so that thread has to last as long as the plugin.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	process.SysProcAttr = ownGroup()
	var kill *time.Timer
	process.Cancel = func() error {
		kill = time.AfterFunc(graceBeforeKill, func() { _ = killGroup(process.Process.Pid) })
		return stopGroup(process.Process.Pid)
	}
	err := process.Run()
	if kill != nil {
		kill.Stop()
	}
	if ctx.Err() != nil {
		return fmt.Errorf("cancelled (%w)", ctx.Err())
	}
	return err
}

// streams sends the lines of both streams to the engine and keeps the last of them.
type streams struct {
	lock    sync.Mutex
	logger  provider.Logger
	last    tail
	writers []*lineWriter
}

func newStreams(ctx context.Context) *streams {
	return &streams{logger: provider.GetLogger(ctx)}
}

func (s *streams) writer(shown bool) io.Writer {
	writer := &lineWriter{emit: func(line string) {
		s.lock.Lock()
		s.last.add(line)
		s.lock.Unlock()
		if shown {
			s.logger.InfoStatus(line)
		}
	}}
	s.writers = append(s.writers, writer)
	return writer
}

func (s *streams) flush() {
	for _, writer := range s.writers {
		writer.flush()
	}
}
