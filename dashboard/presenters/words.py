"""What each component is, and what is lost without it: two sentences a component, for whoever sees it for the first time."""

from __future__ import annotations

from cluster.wire import component

WHAT = {
    component.ETCD: "The cluster's memory: it keeps every object, and every change as a numbered revision. "
    "Only the API server speaks with it.",
    component.APISERVER: "The door of the cluster: everybody asks here, and is authenticated, authorised, admitted. "
    "It is the only one that reads and writes etcd, and it tells those who watch what has changed.",
    component.SCHEDULER: "Finds a node for every pod that has none: it filters those that cannot take it and scores "
    "the others. It starts nothing; it only writes down which node it is.",
    component.CONTROLLER_MANAGER: "Runs the control loops; each compares what is with what is wished, and acts. "
    "What you ask for as a Deployment becomes pods here.",
    "kubelet": "Runs the pods of its node and tells the API server how they are. "
    "It learns of its pods by watching the API server, and asks the container runtime for everything else.",
    "runtime": "Pulls images, builds sandboxes and starts containers when its kubelet asks. "
    "Its images behave as real ones do; nothing is executed.",
    "kube-proxy": "Turns Services and their endpoints into the packet rules of its node. "
    "No packet passes through it: it only keeps the rules true.",
}
LOOPS = {
    "deployment": "Makes a ReplicaSet for each version of a Deployment and moves replicas from the old to the new one.",
    "replicaset": "Keeps as many pods of a ReplicaSet as are wished: makes the missing, deletes the surplus.",
    "replication": "Keeps as many pods of a ReplicationController as are wished.",
    "statefulset": "Keeps the numbered pods of a StatefulSet, one after another.",
    "daemonset": "Keeps one pod of a DaemonSet on every node that may have one.",
    "job": "Makes pods until as many as are wished have succeeded.",
    "cronjob": "Makes a Job whenever its schedule says so.",
    "nodelifecycle": "Watches the nodes' heartbeats and taints those that fall silent.",
    "tainteviction": "Deletes pods from nodes whose NoExecute taints they do not tolerate.",
    "nodeipam": "Gives every node a range of addresses for its pods.",
    "ttl": "Tells kubelets how long they may keep Secrets and ConfigMaps without asking.",
    "namespace": "Empties a namespace that is being deleted, then lets it go.",
    "endpointslice": "Keeps the addresses of a Service's ready pods.",
    "endpoints": "Keeps the same addresses in the older Endpoints form.",
    "serviceaccount": "Makes the default ServiceAccount of every namespace.",
    "root-ca-certificate-publisher": "Puts the cluster's CA into every namespace, for pods to trust the API server.",
    "garbagecollector": "Deletes what is left without its owner.",
    "podgc": "Deletes pods that ended long ago, or whose node is gone.",
    "csrsigning": "Signs requests for certificates that were approved.",
    "csrapproving": "Approves kubelets' requests for client certificates.",
    "csrcleaner": "Deletes requests for certificates that nobody needs any more.",
    "serviceaccount-token": "Fills Secrets that ask for a ServiceAccount's token.",
    "legacy-serviceaccount-token-cleaner": "Deletes tokens that were made by themselves and unused for a year.",
    "bootstrapsigner": "Signs the cluster-info that a joining node reads first.",
    "tokencleaner": "Deletes bootstrap tokens that have expired.",
    "service-cidr-controller": "Keeps the ranges that Services have addresses of, and an IPAddress for each.",
    "service-lb-controller": "Gets Services of type LoadBalancer an address outside the cluster.",
    "attachdetach": "Attaches volumes to the nodes whose pods mount them, and detaches them after.",
    "persistentvolume-expander": "Makes volumes grow when their claims ask for more.",
    "pvc-protection": "Keeps a deleted claim until no pod uses it.",
    "pv-protection": "Keeps a deleted volume until no claim has it.",
    "ephemeral-volume": "Makes the claims of pods' ephemeral volumes.",
    "resource-claim-controller": "Makes pods' claims of devices from templates, and frees them after.",
    "validatingadmissionpolicy-status-controller": "Reads the expressions of admission policies and says what is odd.",
    "resourcequota": "Counts what each namespace uses.",
    "horizontalpodautoscaling": "Scales by what pods use.",
    "disruption": "Counts how many pods a PodDisruptionBudget lets go.",
    "endpointslicemirroring": "Copies Endpoints that somebody wrote by hand into EndpointSlices.",
    "clusterroleaggregation": "Gathers the rules of ClusterRoles that are made of others.",
    "persistentvolumebinder": "Binds claims to volumes, and makes a volume where a storage class says how.",
    "ttlafterfinished": "Deletes Jobs some time after they ended.",
}


def what_is(component_id: str) -> str:
    """Two sentences of a component; one of a control loop; "" of whatever else."""
    role, _, rest = component_id.partition(".")
    if found := component.instance_of(component_id):
        return f"The {found[0]} of node {found[1]}: works while it holds the Lease {found[0]}, else stands by."
    if role == component.CONTROLLER_MANAGER and rest:
        return LOOPS.get(rest, "One of the control loops.")
    return WHAT.get(component_id) or WHAT.get(role, "")
