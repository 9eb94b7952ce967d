"""One row a cluster: its name, its settings and which of its components somebody stopped; and its machines at rest."""

from django.db import models


class Cluster(models.Model):
    """A cluster of this installation, of one or three control-plane nodes. `stopped` lists the component ids that shall not run; `control` holds what
    somebody set up to watch or disturb it (rules, faults), as `kubeadm.controls` writes it."""

    COURSE, UPSTREAM = "course", "upstream"

    slug = models.SlugField(unique=True, max_length=63)
    mode = models.CharField(max_length=8, choices=[(COURSE, "course"), (UPSTREAM, "upstream")], default=COURSE)
    seed = models.BigIntegerField(default=0)
    control_planes = models.PositiveSmallIntegerField(default=1)
    stopped = models.JSONField(default=list, blank=True)
    control = models.JSONField(default=dict, blank=True)
    created = models.FloatField(default=0.0)

    class Meta:
        app_label = "cluster"

    def __str__(self) -> str:
        return self.slug


class Machine(models.Model):
    """What a node's machine held when the program was stopped cleanly; read once at the next start, then gone: a program
    that is killed leaves none, as a power cut would."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="machines")
    node = models.CharField(max_length=253)
    state = models.BinaryField()

    class Meta:
        app_label = "cluster"
        unique_together = (("cluster", "node"),)

    def __str__(self) -> str:
        return f"{self.cluster_id}/{self.node}"
