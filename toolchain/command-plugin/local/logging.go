package local

import (
	"bytes"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Logging says which streams of a command are shown while it runs; both are kept as outputs in any case.
type Logging string

const (
	logStdout Logging = "stdout"
	logStderr Logging = "stderr"
	logBoth   Logging = "stdoutAndStderr"
	logNone   Logging = "none"
)

// Values lists the settings for Pulumi's schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "Stdout", Value: logStdout, Description: "Log stdout, not stderr."},
		{Name: "Stderr", Value: logStderr, Description: "Log stderr, not stdout."},
		{Name: "StdoutAndStderr", Value: logBoth, Description: "Log both; the default."},
		{Name: "None", Value: logNone, Description: "Log neither."},
	}
}

// shows tells whether the stream, logStdout or logStderr, is logged.
func (args CommandArgs) shows(stream Logging) bool {
	return args.Logging == nil || *args.Logging == logBoth || *args.Logging == stream
}

// lineWriter hands whole lines to emit; flush hands over what is left without a newline.
type lineWriter struct {
	emit    func(line string)
	pending []byte
}

func (w *lineWriter) Write(data []byte) (int, error) {
	w.pending = append(w.pending, data...)
	for {
		end := bytes.IndexByte(w.pending, '\n')
		if end < 0 {
			return len(data), nil
		}
		w.emit(string(bytes.TrimSuffix(w.pending[:end], []byte("\r"))))
		w.pending = w.pending[end+1:]
	}
}

func (w *lineWriter) flush() {
	if len(w.pending) > 0 {
		w.emit(string(w.pending))
	}
}

// tail remembers the last lines that both streams wrote, for the error of a command that fails. Not safe for
// concurrent use: the streams share it under one lock.
type tail struct {
	lines []string
}

const tailLines = 50

func (t *tail) add(line string) {
	t.lines = append(t.lines, line)
	if len(t.lines) > tailLines {
		t.lines = t.lines[1:]
	}
}
