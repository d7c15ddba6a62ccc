//go:build unix

package local

import "syscall"

// stopGroup asks every process of the group to stop.
func stopGroup(leader int) error { return syscall.Kill(-leader, syscall.SIGTERM) }

// killGroup ends every process of the group.
func killGroup(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }
