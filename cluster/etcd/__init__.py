"""etcd: a revisioned key-value store in Django models, one keyspace a cluster.

One module a verb of etcd's API (`range`, `put`, `delete`, `txn`, `watch`, `lease`, `compact`, `snapshot`); `server` is
the door, `store` the state in memory, `writer` owns the order of writes and commits them in groups, `table` the SQL.
What must not live here: anything about Kubernetes' objects (values are bytes). Stands for etcd v3's server/etcdserver
and mvcc; nearest relative: k3s-io/kine.
"""
