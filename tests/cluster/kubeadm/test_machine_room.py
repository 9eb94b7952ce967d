"""Machines and volumes over a clean stop of the program."""

from __future__ import annotations

import pytest

from cluster.kubeadm.machine_room import MachineRoom
from cluster.kubeadm.models import Cluster

pytestmark = pytest.mark.django_db


def test_volumes_that_no_machine_has_alone_are_kept_over_a_stop() -> None:
    row = Cluster.objects.create(slug="kept")
    first = MachineRoom(row)
    first.of("n1").volume("pv:data").replace({"f": "text"}, 1.0)
    first.of("n1").volume("/host").replace({"g": "more"}, 1.0)
    first.save()
    again = MachineRoom(row)
    again.load()
    assert again.of("n2").volume("pv:data").entries["f"].text == "text"
    assert again.of("n1").volume("/host").entries["g"].text == "more"
    assert set(again.machines) == {"n1", "n2"}
