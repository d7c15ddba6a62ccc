package local

import "syscall"

// ownGroup puts a process into a group of its own, and asks it to stop should the plugin die.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
