"""The cluster: a Kubernetes control plane whose parts can be watched.

The folder listing is the diagram. Every box of the picture is a folder with the box's name, and every arrow is a
message on the wire, never an import:

    kubectl ──┐                                   ┌── scheduler
    web form ─┼──► apiserver ──► etcd             ├── controllers   (kube-controller-manager and its loops)
    REST ─────┘       ▲     (Django models)       ├── kubelet ──► runtime        (one pair per node)
                      └───────── wire ◄───────────┴── kube_proxy               (one per node)

Below the components lie the things they share, lowest first:

    clock          the only source of time, chance and unique ids
    apimachinery   how any object behaves: metadata, labels, quantities, patches, tables (pure functions)
    apis           what each kind is: one declarative entry a kind
    wire           the one transport; records every hop, may hold, delay or drop it
    client         what a component holds: REST client, informer, work queue

Beside them: recorder (keeps hops), kubeadm (builds, starts and stops clusters; the only room that knows every other)
and testing (the shipped test kit). This package holds no code.
"""
