"""The shapes of /api/: what comes in, and (for OpenAPI and the reader) what goes out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cluster.kubeadm import faults, timekeeper
from cluster.kubeadm.fleet import CONTROL_PLANES, SLUG
from cluster.wire import pace, rule
from dashboard.journeys import reading
from dashboard.presenters import held_message

MODES = ["course", "upstream"]
STATES = [reading.DONE, reading.NOW, reading.WAITING, reading.STALLED, reading.REFUSED, reading.SKIPPED]


class Body(serializers.Serializer[Any]):
    """A plain dict with named fields."""


# --- what comes in -----------------------------------------------------------------------------------------------------


class ClusterBody(Body):
    name = serializers.RegexField(f"^{SLUG.pattern}$", max_length=63)
    mode = serializers.ChoiceField(MODES, default="course")
    nodes = serializers.IntegerField(min_value=0, max_value=100, default=3)
    control_planes = serializers.ChoiceField(CONTROL_PLANES, default=1, help_text="Control-plane nodes.")


class SettingsBody(Body):
    mode = serializers.ChoiceField(MODES)


class RunningBody(Body):
    running = serializers.BooleanField()


class RuleBody(Body):
    action = serializers.ChoiceField(rule.ACTIONS)
    source = serializers.CharField(default="*", max_length=300)
    target = serializers.CharField(default="*", max_length=300)
    verb = serializers.CharField(default="", allow_blank=True, max_length=64)
    resource = serializers.CharField(default="", allow_blank=True, max_length=253)
    name = serializers.CharField(default="", allow_blank=True, max_length=300)
    delay_seconds = serializers.FloatField(min_value=0, max_value=3600, default=0)
    once = serializers.BooleanField(default=False)


class BreakpointBody(Body):
    step = serializers.IntegerField(min_value=1, max_value=14, required=False, help_text="Of a pod's journey.")
    source = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="A glob; `client`.")
    target = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="A glob; `client`.")
    either_way = serializers.BooleanField(default=False, help_text="Source and target may change places.")
    component = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="Either end.")
    kind = serializers.CharField(required=False, allow_blank=True, max_length=253, help_text="`Pod`, `deploy`, …")
    namespace = serializers.CharField(required=False, allow_blank=True, max_length=63)
    name = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="A glob.")
    labels = serializers.CharField(required=False, allow_blank=True, max_length=1000, help_text="A label selector.")
    verb = serializers.CharField(required=False, allow_blank=True, max_length=64)
    once = serializers.BooleanField(default=False, help_text="It is gone after its first hit.")


class FaultBody(Body):
    kind = serializers.ChoiceField(faults.KINDS)
    node = serializers.CharField(required=False, max_length=253, help_text="For `network` and `power`.")
    component = serializers.CharField(required=False, max_length=300, help_text="For `stopped`: a component or a loop.")
    image = serializers.CharField(required=False, max_length=300, help_text="For `image`; without a tag all of them.")
    source = serializers.CharField(required=False, max_length=300, help_text="For `slow`: one end of the line.")
    target = serializers.CharField(required=False, max_length=300, help_text="For `slow`: the other end.")
    seconds = serializers.FloatField(required=False, min_value=0, max_value=faults.LONGEST_SECONDS)


class FaultShown(Body):
    id = serializers.CharField()
    kind = serializers.CharField()
    words = serializers.CharField()


class EnabledBody(Body):
    enabled = serializers.BooleanField()


class VerdictBody(Body):
    how = serializers.ChoiceField(held_message.HOWS)
    seconds = serializers.FloatField(default=0, min_value=0, max_value=held_message.MOST_SECONDS)
    body = serializers.CharField(
        default="", allow_blank=True, trim_whitespace=False, help_text="YAML or JSON, for `edit`."
    )


class PaceBody(Body):
    """`seconds` alone is a slow pace, or with 0 the real one."""

    mode = serializers.ChoiceField(pace.MODES, required=False)
    seconds = serializers.FloatField(min_value=0, max_value=pace.LONGEST_SECONDS, required=False)
    pod = serializers.CharField(required=False, allow_blank=True, max_length=400, help_text="`namespace/name`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not {"mode", "seconds"} & given.keys():
            raise serializers.ValidationError("say a mode, or seconds")
        return given


class TimeBody(Body):
    rate = serializers.FloatField(
        required=False, min_value=0.01, max_value=timekeeper.FASTEST, help_text="So many times real pace."
    )
    holds = serializers.BooleanField(required=False, help_text="Is the clock held while messages are?")
    forward = serializers.FloatField(
        required=False, min_value=0, max_value=timekeeper.MOST_AHEAD_SECONDS, help_text="Seconds to go forward."
    )
    next = serializers.BooleanField(required=False, help_text="Go forward to the next timer that is told.")


class DueShown(Body):
    component = serializers.CharField(allow_blank=True)
    what = serializers.CharField(help_text="What it waits for, in words where they are known.")
    seconds = serializers.FloatField(help_text="Until then, in cluster time.")
    alike = serializers.IntegerField(help_text="How many more there are of its kind.")


class TimeShown(Body):
    time = serializers.FloatField()
    rate = serializers.FloatField()
    pace = serializers.FloatField(help_text="What the clock does now: 0 while it is held.")
    holds = serializers.BooleanField()
    target = serializers.FloatField(allow_null=True, help_text="Where a jump under way ends.")
    timers = DueShown(many=True)


class SnapshotBody(Body):
    name = serializers.CharField(max_length=63)


class QuestionBody(Body):
    pod = serializers.DictField(required=False, help_text="A pod's metadata and spec.")


# --- what goes out -----------------------------------------------------------------------------------------------------


class ClusterShown(Body):
    name = serializers.CharField()
    mode = serializers.ChoiceField(MODES)
    created = serializers.FloatField()
    control_planes = serializers.IntegerField(help_text="How many nodes the control plane has.")
    time = serializers.FloatField(help_text="Cluster time, seconds since the epoch.")
    components = serializers.IntegerField()
    stopped = serializers.ListField(child=serializers.CharField())


class ComponentShown(Body):
    id = serializers.CharField()
    running = serializers.BooleanField()
    backlog = serializers.IntegerField(help_text="Journeys stalled at it, messages and changes that wait for it.")
    inspect = serializers.DictField(help_text="What the component says of itself.")


class PageShown(Body):
    component = serializers.CharField()
    page = serializers.CharField()
    content = serializers.JSONField()


class SubjectShown(Body):
    resource = serializers.CharField(allow_blank=True)
    namespace = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    uid = serializers.CharField(allow_blank=True)
    subresource = serializers.CharField(allow_blank=True)


class HopShown(Body):
    id = serializers.IntegerField()
    time = serializers.FloatField()
    source = serializers.CharField()
    target = serializers.CharField()
    verb = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    path = serializers.CharField()
    subject = SubjectShown()
    cause = serializers.IntegerField()
    answers = serializers.IntegerField()
    revision = serializers.IntegerField()
    outcome = serializers.CharField()
    latency_seconds = serializers.FloatField()
    touched = serializers.CharField(allow_blank=True, help_text='What a person did to it: "edited by owner".')


class HopWithBodies(HopShown):
    query = serializers.DictField()
    headers = serializers.DictField()
    request = serializers.JSONField(allow_null=True)
    response = serializers.JSONField(allow_null=True)


class StepShown(Body):
    step = serializers.IntegerField()
    source = serializers.CharField()
    target = serializers.CharField()
    sentence = serializers.CharField()
    upstream = serializers.CharField(help_text="The same in upstream's terms.")
    note = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(STATES)
    hop = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True)
    time = serializers.FloatField(allow_null=True)
    touched = serializers.CharField(allow_blank=True, help_text="What a person did to its message.")


class JourneyShown(Body):
    pod = serializers.CharField()
    uid = serializers.CharField(allow_blank=True)
    hop = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(MODES)
    waiting_for = serializers.CharField(allow_blank=True)
    refused = serializers.CharField(allow_blank=True)
    deleted = serializers.BooleanField()
    done = serializers.BooleanField()
    steps = StepShown(many=True)


class KeyShown(Body):
    key = serializers.CharField()
    create_revision = serializers.IntegerField()
    mod_revision = serializers.IntegerField()
    version = serializers.IntegerField()
    lease = serializers.IntegerField()


class ValueShown(Body):
    key = serializers.CharField()
    value = serializers.JSONField(allow_null=True)


class RevisionShown(Body):
    revision = serializers.IntegerField()
    sub = serializers.IntegerField()
    key = serializers.CharField()
    component = serializers.CharField()
    user = serializers.CharField(allow_blank=True)
    hop = serializers.IntegerField()
    time = serializers.FloatField()
    version = serializers.IntegerField()
    create_revision = serializers.IntegerField()
    lease = serializers.IntegerField()
    deleted = serializers.BooleanField()


class DecisionShown(Body):
    hop = serializers.IntegerField()
    time = serializers.FloatField()
    namespace = serializers.CharField()
    pod = serializers.CharField()
    uid = serializers.CharField()
    node = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    nodes = serializers.IntegerField()
    evaluated = serializers.IntegerField()
    feasible = serializers.IntegerField()
    scores = serializers.DictField()
    reasons = serializers.DictField()
    reasonCounts = serializers.DictField()


class RuleShown(RuleBody):
    id = serializers.IntegerField()
    matches = serializers.IntegerField()
    purpose = serializers.CharField()
    enabled = serializers.BooleanField()


class BreakpointShown(RuleShown):
    step = serializers.IntegerField()
    component = serializers.CharField(allow_blank=True)
    either_way = serializers.BooleanField()
    namespace = serializers.CharField(allow_blank=True)
    labels = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    holds = serializers.IntegerField(help_text="How many messages it holds now.")


class HeldShown(Body):
    hop = HopShown()
    ways = serializers.ListField(child=serializers.CharField(), help_text="What can be done with it.")
    body = serializers.JSONField(allow_null=True)


class ControlShown(Body):
    pace_seconds = serializers.FloatField()
    pace = PaceBody()
    rules = RuleShown(many=True)
    held = HopShown(many=True)


class SnapshotShown(Body):
    name = serializers.CharField()
    size_bytes = serializers.IntegerField()


class SnapshotMade(SnapshotShown):
    revision = serializers.IntegerField()


class Restored(Body):
    revision = serializers.IntegerField(help_text="Revisions go on from here; older ones are compacted.")


class KubeconfigShown(Body):
    kubeconfig = serializers.CharField(help_text="YAML.")


class LinkShown(Body):
    link = serializers.CharField()
