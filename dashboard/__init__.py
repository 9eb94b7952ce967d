"""The viewer: pages, live diagram, journeys and KubeLearn's own REST.

It watches the cluster by its doors (kubeadm, client, wire, recorder) and has no knowledge of its own about what a
component will do next. A step of a journey is a reading of hops.
"""
