"""The terminal in the page: a line is taken apart (`line`), run (`shell`), its output filtered (`filters`).

There is no shell and no file system behind it: the programs are kubectl (`cluster.kubectl`, the same engine as
`manage.py kubectl`) and the filters. Upper module first: shell → filters, line.
"""
