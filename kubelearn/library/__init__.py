"""KubeLearn as a library: clusters within a test run's own process, in memory, for any client.

`pytest_plugin` is the door (fixtures `kube_cluster` and `kube_clusters`), `kube_cluster` what a test holds, `blocking` its
client, `engine` the one thread in which all clusters of the process run. docs/library.md tells how to use it.

What is not here: pages, a recorder, anything that outlives the process.
"""
