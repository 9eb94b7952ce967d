"""The recorder's tables: hops as the wire saw them, and the scheduler's decisions."""

from django.db import models

__all__ = ["Decision", "KeptHop"]


class KeptHop(models.Model):
    """One hop. `hop` is its id within the cluster; times are cluster seconds; bodies are JSON text, cut when long.
    `touched` says what a person did to it; `query` and `headers` are those of the request, or of the answer where the hop is one."""

    cluster = models.CharField(max_length=63)
    hop = models.BigIntegerField()
    time = models.FloatField()
    source = models.CharField(max_length=255)
    target = models.CharField(max_length=255)
    verb = models.CharField(max_length=32)
    detail = models.CharField(max_length=64)
    path = models.TextField()
    resource = models.CharField(max_length=255)
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=253)
    uid = models.CharField(max_length=36)
    cause = models.BigIntegerField()
    answers = models.BigIntegerField()
    revision = models.BigIntegerField()
    outcome = models.CharField(max_length=32)
    latency_seconds = models.FloatField()
    touched = models.CharField(max_length=200, default="")
    query = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    request = models.BinaryField()
    response = models.BinaryField()

    class Meta:
        app_label = "cluster"
        constraints = [models.UniqueConstraint(fields=["cluster", "hop"], name="one_row_a_hop")]
        indexes = [
            models.Index(fields=["cluster", "resource", "namespace", "name"], name="hops_by_object"),
            models.Index(fields=["cluster", "uid"], name="hops_by_uid"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster} hop {self.hop}: {self.source} → {self.target} {self.verb} {self.path}"


class Decision(models.Model):
    """What the scheduler decided of one pod at one time, with each node's reasons and scores."""

    cluster = models.CharField(max_length=63)
    hop = models.BigIntegerField()
    time = models.FloatField()
    namespace = models.CharField(max_length=63)
    pod = models.CharField(max_length=253)
    uid = models.CharField(max_length=36)
    node = models.CharField(max_length=253)
    body = models.JSONField()

    class Meta:
        app_label = "cluster"
        indexes = [models.Index(fields=["cluster", "namespace", "pod"], name="decisions_by_pod")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.namespace}/{self.pod} → {self.node or 'no node'}"
