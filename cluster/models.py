"""The tables of the cluster, each kept in its own room; this module only gathers them for Django."""

from cluster.etcd.models import *  # noqa: F403  # Django looks for models here
from cluster.kubeadm.models import Cluster, Machine  # noqa: F401  # Django looks for models here
from cluster.recorder.models import *  # noqa: F403  # Django looks for models here
