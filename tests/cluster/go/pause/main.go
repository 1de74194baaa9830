// The first process of every real pod: it holds the pod's namespaces until it is told to end.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	asked, orphan := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	signal.Notify(orphan, syscall.SIGCHLD)
	for {
		select {
		case <-asked:
			return
		case <-orphan:
			reap()
		}
	}
}

// reap takes in what lost its parent in a pod that shares its process ids; one signal may stand for many.
func reap() {
	for {
		if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 && err != syscall.EINTR {
			return
		}
	}
}
