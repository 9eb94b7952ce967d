"""The scheduler: gives every pod a node. Queue, cycle (filter, score, reserve, bind) and plugins on a small interface.

One pod's way: `queue` hands it out, `cycle` decides by the plugins of `profiles` over the nodes of `cache`, `scheduler`
binds it through the API server or, when no node fits, tells why and puts it back; `decision` keeps what was decided.
What must not live here: what happens on the node. Stands for pkg/scheduler.
"""
