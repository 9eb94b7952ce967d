"""The shell of simulated containers: command lines parsed by tree-sitter's bash grammar, run on the cluster's clock.

`process` is one running command and its streams, `interpreter` goes through a script's tree, `words` expands, `programs`
are the commands that images bring. Nothing here runs on the real machine: files are `runtime.files`, time is the clock.
Imported when the first script starts. Models: busybox 1.37 (shell/ash.c, coreutils, findutils, networking)
"""
