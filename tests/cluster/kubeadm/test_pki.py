"""Keys and certificates: private, whole, renewed when they must be."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from cluster.kubeadm import pki

ADDRESS = "127.0.0.1:6443"


def test_every_file_is_for_its_owner_only(tmp_path: Path) -> None:
    pki.serving_identity(tmp_path, ADDRESS)
    pki.token_key(tmp_path / "pki" / "demo")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_what_was_made_once_is_found_again(tmp_path: Path) -> None:
    first = pki.serving_identity(tmp_path, ADDRESS)
    before = first.certificate_path.read_bytes()
    second = pki.serving_identity(tmp_path, ADDRESS)
    assert (second.ca_pem, second.certificate_path.read_bytes()) == (first.ca_pem, before)


@pytest.mark.parametrize("lost", ["serving.key", "serving.crt", "serving-ca.crt"])
def test_a_lost_file_is_made_anew_with_what_hangs_on_it(lost: str, tmp_path: Path) -> None:
    pki.serving_identity(tmp_path, ADDRESS)
    (tmp_path / "pki" / lost).unlink()
    assert_serves(pki.serving_identity(tmp_path, ADDRESS))


def test_a_broken_serving_certificate_is_made_anew(tmp_path: Path) -> None:
    serving = pki.serving_identity(tmp_path, ADDRESS)
    serving.certificate_path.write_bytes(b"junk")
    assert_serves(pki.serving_identity(tmp_path, ADDRESS))


def test_another_address_gets_another_certificate(tmp_path: Path) -> None:
    pki.serving_identity(tmp_path, ADDRESS)
    serving = pki.serving_identity(tmp_path, "192.0.2.7:6443")
    certificate = x509.load_pem_x509_certificate(serving.certificate_path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"192.0.2.7", "127.0.0.1", "localhost", "::1"}


def test_a_client_that_checks_strictly_trusts_the_server(tmp_path: Path) -> None:
    """Python from 3.13 on checks with VERIFY_X509_STRICT unless told otherwise."""
    assert_serves(pki.serving_identity(tmp_path, ADDRESS))


def assert_serves(serving: pki.Serving) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(serving.certificate_path, serving.key_path)
    client = ssl.create_default_context(cadata=serving.ca_pem.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    theirs.settimeout(5)
    thread = threading.Thread(target=_accept, args=(server, theirs))
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname="127.0.0.1") as connection:
            assert connection.version() == "TLSv1.3"
    finally:
        ours.close()
        thread.join()


def _accept(context: ssl.SSLContext, connection: socket.socket) -> None:
    try:
        context.wrap_socket(connection, server_side=True).close()
    except OSError:  # the client says what was wrong
        connection.close()


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        pki.authority(tmp_path / "file", "client-ca")


def test_a_write_that_was_cut_off_before_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "sa.key.new").write_text("half")
    assert pki.token_key(tmp_path).startswith(b"-----BEGIN PRIVATE KEY")


def test_a_damaged_authority_is_signed_anew_and_what_it_issued_stays_good(tmp_path: Path) -> None:
    first = pki.authority(tmp_path, "client-ca")
    issued = x509.load_pem_x509_certificate(first.issue("alice")[0])
    (tmp_path / "client-ca.crt").write_bytes(b"junk")
    second = pki.authority(tmp_path, "client-ca")
    assert second.certificate_pem != first.certificate_pem
    issued.verify_directly_issued_by(second.certificate)


def test_an_authority_of_another_key_is_replaced(tmp_path: Path) -> None:
    pki.authority(tmp_path, "client-ca")
    other = pki.authority(tmp_path / "other", "client-ca")
    (tmp_path / "client-ca.crt").write_bytes(other.certificate_pem)
    found = pki.authority(tmp_path, "client-ca")
    assert found.certificate.public_key() == found.key.public_key()


@pytest.mark.parametrize("make", [lambda folder: pki.authority(folder, "sa"), pki.token_key])
def test_a_damaged_key_is_never_replaced_by_itself(make: Callable[[Path], Any], tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "sa.key").write_bytes(b"junk")
    with pytest.raises(pki.PkiError, match=r"sa\.key is damaged; remove it"):
        make(tmp_path)
    assert (tmp_path / "sa.key").read_bytes() == b"junk"
