"""What the pages keep of people: one-time login links (only a hash of the token), predictions, and the first visit."""

from django.conf import settings
from django.db import models


class LoginLink(models.Model):
    """A link that signs its holder in once. `expires` is seconds since the epoch."""

    digest = models.CharField(max_length=64, unique=True)
    expires = models.FloatField()

    def __str__(self) -> str:
        return f"login link {self.digest[:8]}"


class Prediction(models.Model):
    """What somebody said would follow a held message. `cluster` is the cluster row's number; `move` the choice, as
    `predictions.move.Move` tells itself; `after` the last hop of that time; `told` the hop that judged it. `verdict` is
    "" until then."""

    RIGHT, WRONG, VOID = "right", "wrong", "void"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="predictions")
    cluster = models.BigIntegerField()
    hop = models.BigIntegerField()
    after = models.BigIntegerField()
    about = models.CharField(max_length=320)
    move = models.JSONField()
    released = models.FloatField(default=0.0)
    verdict = models.CharField(max_length=8, default="")
    told = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "cluster", "hop"], name="one_prediction_a_message")]

    def __str__(self) -> str:
        return f"{self.user_id}: hop {self.hop} → {self.verdict or 'open'}"


class Visit(models.Model):
    """How somebody's tour ended: done or skipped. Who has no row was never here."""

    ENDS = ("done", "skipped")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visit")
    tour = models.CharField(max_length=8)

    def __str__(self) -> str:
        return f"{self.user_id}: tour {self.tour}"
