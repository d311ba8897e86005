// Command argocd is the parts of Argo CD that `e2e/run argocd` needs; the name it is started by says which.
package main

import (
	"os"
	"path/filepath"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	cli "github.com/argoproj/argo-cd/v3/cmd/argocd/commands"
)

func main() {
	command := cli.NewCommand()
	switch filepath.Base(os.Args[0]) {
	case "argocd-application-controller":
		command = controller.NewCommand()
	case "argocd-repo-server":
		command = reposerver.NewCommand()
	}
	if err := command.Execute(); err != nil {
		os.Exit(20) // what Argo CD's own command line ends with
	}
}
