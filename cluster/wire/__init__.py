"""The wire: the one transport between components.

Every message of a cluster passes here and becomes a hop: a request, its answer, each event of a watch, a note that a
component sends to itself. The wire records hops, may hold, delay or drop them (`control`), tells listeners
(`instrument`) and keeps the newest in a bounded ring (`ring`). Components cannot tell whether the other side is in
this process or behind HTTP: both ends are a `Connection`.

What must not live here: any knowledge of Kubernetes objects beyond reading a subject from a path or a body, any step
numbers, any Django. Stands for: the network between upstream's processes.
"""
