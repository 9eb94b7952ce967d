"""Cluster IPs and node ports for Services, each given once.

What is taken is read from the Services themselves, so nothing has to be repaired after a restart.
Models: pkg/registry/core/service/{ipallocator,portallocator} v1.37
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.apiserver.config import Config

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

HEADLESS = "None"


class Allocators:
    """Gives addresses; `pending` are those given to Services that are being written."""

    def __init__(self, config: Config, reader: Reader) -> None:
        self.network = ipaddress.ip_network(config.service_cidr)
        self.first, self.last = config.node_ports
        self.reader = reader
        self._next = 10
        self._next_port = self.first

    def assign(self, kind: Kind, obj: Obj) -> None:
        """Fill in what a new Service lacks. ApiError 422 for an address that is taken or out of range."""
        if kind.built_in != "Service":
            return
        spec = obj["spec"]
        if spec["type"] == "ExternalName":
            return
        if not spec.get("clusterIP"):
            spec["clusterIP"] = self._free_ip()
        elif spec["clusterIP"] != HEADLESS:
            self._check_ip(obj, spec["clusterIP"])
        spec["clusterIPs"] = [spec["clusterIP"]]
        self._assign_ports(obj, {})

    def keep(self, kind: Kind, new: Obj, old: Obj) -> None:
        """Fill in what an updated Service newly needs."""
        if kind.built_in != "Service" or new["spec"]["type"] == "ExternalName":
            return
        spec = new["spec"]
        if not spec.get("clusterIP"):
            spec["clusterIP"] = self._free_ip()
            spec["clusterIPs"] = [spec["clusterIP"]]
        self._assign_ports(new, old)

    def _assign_ports(self, obj: Obj, old: Obj) -> None:
        spec = obj["spec"]
        if spec["type"] not in ("NodePort", "LoadBalancer"):
            return
        taken = self._ports(obj)
        for index, port in enumerate(spec.get("ports") or ()):
            wanted = port.get("nodePort")
            if not wanted:
                port["nodePort"] = self._free_port(taken)
                taken.add(port["nodePort"])
                continue
            if not self.first <= wanted <= self.last:
                why = f"provided port is not in the valid range. The range of valid ports is {self.first}-{self.last}"
            elif wanted in taken:
                why = "provided port is already allocated"
            else:
                taken.add(wanted)
                continue
            fault = status.FieldError(
                "FieldValueInvalid", f"spec.ports[{index}].nodePort", f"Invalid value: {wanted}: {why}"
            )
            raise status.invalid("Service", obj["metadata"]["name"], [fault])

    def _check_ip(self, obj: Obj, wanted: str) -> None:
        if ipaddress.ip_address(wanted) not in self.network:
            why = f"failed to allocate IP {wanted}: the provided network does not match the current range"
        elif wanted in self._ips():
            why = f"failed to allocate IP {wanted}: provided IP is already allocated"
        else:
            return
        fault = status.FieldError("FieldValueInvalid", "spec.clusterIPs", f'Invalid value: ["{wanted}"]: {why}')
        raise status.invalid("Service", obj["metadata"]["name"], [fault])

    def _ips(self) -> set[str]:
        return {service["spec"].get("clusterIP", "") for service in self.reader.list("Service")}

    def _ports(self, obj: Obj) -> set[int]:
        taken: set[int] = set()
        for service in self.reader.list("Service"):
            if service["metadata"].get("uid") != obj["metadata"].get("uid"):
                taken.update(port["nodePort"] for port in service["spec"].get("ports") or () if port.get("nodePort"))
        return taken

    def _free_ip(self) -> str:
        taken = self._ips()
        for _ in range(self.network.num_addresses):
            self._next = self._next % (self.network.num_addresses - 2) + 1
            found = str(self.network[self._next])
            if found not in taken:
                return found
        raise status.internal("failed to allocate a serviceIP: range is full")

    def _free_port(self, taken: set[int]) -> int:
        for _ in range(self.last - self.first + 1):
            self._next_port = self._next_port + 1 if self._next_port < self.last else self.first
            if self._next_port not in taken:
                return self._next_port
        raise status.internal("failed to allocate a nodePort: range is full")
