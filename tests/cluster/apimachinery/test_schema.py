"""Reading an object by its type, as Go's decoder does."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import schema

POD = "io.k8s.api.core.v1.Pod"


def read(obj: Any, unknown: list[str] | None = None) -> Any:
    return schema.decode(obj, schema.type_of(POD), [] if unknown is None else unknown)


def container(**fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": [fields]}}


def test_unknown_fields_are_left_out_and_told_of_in_the_order_of_the_document() -> None:
    unknown: list[str] = []
    found = read({"zone": 1, "spec": {"containers": [{"name": "c", "imagee": "x"}], "extra": 1}, "about": 2}, unknown)
    assert unknown == ["zone", "spec.containers[0].imagee", "spec.extra", "about"]
    assert found == {"spec": {"containers": [{"name": "c"}]}}


def test_quantities_become_canonical_and_nulls_go() -> None:
    found = read(container(name="c", image=None, resources={"limits": {"cpu": "1000m"}}))
    assert found == container(name="c", resources={"limits": {"cpu": "1"}})


def test_what_is_read_is_a_copy() -> None:
    sent = {"metadata": {"labels": {"a": "b"}}}
    found = read(sent)
    found["metadata"]["labels"]["a"] = "c"
    assert sent["metadata"]["labels"]["a"] == "b"


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        (
            container(image=True),
            "json: cannot unmarshal bool into Go struct field Container.spec.containers.image of type string",
        ),
        ({"spec": []}, "json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec"),
        (
            {"spec": {"priority": "x"}},
            "json: cannot unmarshal string into Go struct field PodSpec.spec.priority of type int32",
        ),
        (
            {"metadata": {"labels": {"a": 1}}},
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            container(resources={"limits": {"cpu": "lots"}}),
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        ([], "json: cannot unmarshal array into Go value of type v1.Pod"),
    ],
)
def test_a_value_of_another_type_is_refused_in_gos_words(obj: Any, message: str) -> None:
    with pytest.raises(schema.TypeMismatch) as caught:
        read(obj)
    assert str(caught.value) == message


def test_a_type_knows_how_its_lists_merge() -> None:
    containers = schema.type_of(POD).fields["spec"].fields["containers"]
    assert (containers.list_type, containers.keys, containers.merge_key) == ("map", ("name",), "name")
    assert not containers.atomic


def test_a_name_that_is_no_definition_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        schema.type_of("io.k8s.api.core.v1.Bogus")


def test_empty_lists_and_maps_are_left_out_but_not_empty_structs() -> None:
    sent = {
        "metadata": {"name": "web", "annotations": {}, "ownerReferences": []},
        "spec": {"containers": [{"name": "c", "securityContext": {}}], "tolerations": [], "nodeSelector": {}},
    }
    assert read(sent) == {"metadata": {"name": "web"}, "spec": container(name="c", securityContext={})["spec"]}


def test_an_empty_list_that_go_does_not_omit_stays() -> None:
    assert schema.decode({"rules": []}, schema.type_of("io.k8s.api.rbac.v1.ClusterRole"), []) == {"rules": []}


def test_a_time_that_go_holds_by_value_is_null_when_there_is_none() -> None:
    found = read({"status": {"conditions": [{"type": "Ready", "status": "True", "lastProbeTime": None}]}})
    condition = {"type": "Ready", "status": "True", "lastProbeTime": None, "lastTransitionTime": None}
    assert found["status"]["conditions"] == [condition]
