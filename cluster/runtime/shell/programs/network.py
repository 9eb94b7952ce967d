"""Programs that use the network. No packet leaves a container yet: names do not resolve, addresses are not reached."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from cluster.runtime.shell.process import Process
from cluster.runtime.shell.programs.table import Options, program

UNREACHABLE = "Network is unreachable"


def _host(text: str) -> str:
    return urlsplit(text if "//" in text else f"//{text}").hostname or ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@program("wget")
async def wget(run: Process, args: list[str]) -> int:
    urls = Options(args, "OTYUP").rest
    if not urls:
        run.complain("BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [-O FILE] [-T SEC] URL...")
        return 1
    host = _host(urls[0])
    if _is_address(host):
        run.complain(f"wget: can't connect to remote host ({host}): {UNREACHABLE}")
    else:
        run.complain(f"wget: bad address '{host}'")
    return 1


@program("curl")
async def curl(run: Process, args: list[str]) -> int:
    urls = Options(args, "omHXdwuTAbce").rest
    if not urls:
        run.complain("curl: (2) no URL specified")
        return 2
    host = _host(urls[0])
    if _is_address(host):
        run.complain(f"curl: (7) Failed to connect to {host} port {urlsplit(urls[0]).port or 80}: {UNREACHABLE}")
        return 7
    run.complain(f"curl: (6) Could not resolve host: {host}")
    return 6


@program("nslookup")
async def nslookup(run: Process, args: list[str]) -> int:
    run.complain(";; connection timed out; no servers could be reached\n")
    return 1


@program("nc", "telnet")
async def nc(run: Process, args: list[str]) -> int:
    names = Options(args, "wpse").rest
    host = names[0] if names else ""
    run.complain(f"nc: {host}: {UNREACHABLE}" if _is_address(host) else f"nc: bad address '{host}'")
    return 1


@program("ping")
async def ping(run: Process, args: list[str]) -> int:
    names = Options(args, "cwWiIs").rest
    host = names[0] if names else ""
    run.complain(f"ping: sendto: {UNREACHABLE}" if _is_address(host) else f"ping: bad address '{host}'")
    return 1
