module kubectl-stateful.test/pause

go 1.26.0
