"""What Kubernetes adds to CEL."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import cel
from cluster.apimachinery.cel_library import patches


@pytest.mark.parametrize(
    "expression",
    [
        "quantity('1Gi').isGreaterThan(quantity('1000Mi'))",
        "quantity('1').add(quantity('500m')) == quantity('1500m')",
        "quantity('5').sub(2).asInteger() == 3 && quantity('-2').sign() == -1",
        "isQuantity('1.5Gi') && !isQuantity('much') && !quantity('500m').isInteger()",
        "quantity('1500m').asApproximateFloat() == 1.5 && quantity('2').compareTo(quantity('2')) == 0",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))",
        "isSemver('1.0.0-alpha') && !isSemver('v1.0') && isSemver('v1.0', true) && semver('v1', true).major() == 1",
        "semver('1.0.0-alpha.2').compareTo(semver('1.0.0-alpha.10')) == -1",
        "ip('192.168.0.1').family() == 4 && ip('::1').isLoopback() && !isIP('1.2.3') && ip.isCanonical('::1')",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
        "cidr('10.1.2.3/8').prefixLength() == 8 && cidr('10.1.2.3/8').ip() == ip('10.1.2.3') && !isCIDR('10.0.0.0')",
        "url('https://u@example.com:80/a%20b?x=1&x=2').getHost() == 'example.com:80'",
        "url('https://example.com:80/').getPort() == '80' && url('/a?x=1').getQuery() == {'x': ['1']}",
        "isURL('/path') && !isURL('example') && url('https://[::1]/a%20b').getEscapedPath() == '/a%20b'",
        "'abc 123'.find('[0-9]+') == '123' && '1 22 3'.findAll('[0-9]+', 2) == ['1', '22']",
        "[1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && ['a'].indexOf('b') == -1 && 'abc'.indexOf('c') == 2",
        "[1, 2].isSorted() && [3, 4].sum() == 7 && [1, 3].max() == 3",
        "sets.contains([1, 2], [1]) && sets.equivalent([1, 2], [2, 1]) && !sets.intersects([1], [2])",
        "!format.dns1123Label().validate('good').hasValue()",
        "format.dns1123Label().validate('Bad').value()[0].startsWith('a lowercase RFC 1123 label')",
        "format.named('uuid').hasValue() && !format.named('nope').hasValue()",
        "format.named('date').value().validate('2026-13-01').hasValue()",
        "'%s is %d'.format(['a', 5]) == 'a is 5' && {'a': 1}[?'b'].orValue(3) == 3",
        "jsonpatch.escapeKey('a/b~c') == 'a~1b~0c'",
    ],
)
def test_the_functions(expression: str) -> None:
    assert cel.asked(expression, {}) is True


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("quantity('much')", "quantities must match"),
        ("ip('1.2.3')", "parse error"),
        ("semver('1')", "semver parse error"),
        ("[].max() == 1", "max called on empty list"),
        ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.find('^(a|aa)+$') == ''", "cost limit exceeded"),
        ("'a'.find('(') == ''", "error parsing regexp"),
        ("1 " + "+ 1" * 9000, "longer than"),
    ],
)
def test_what_cannot_be_told_is_an_error(expression: str, told: str) -> None:
    with pytest.raises(cel.RuleError, match=told):
        cel.asked(expression, {})


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("Object{spec: Object.spec{replicas: 1 + 2}}", {"spec": {"replicas": 3}}),
        ("Object{metadata: Object.metadata{labels: {'a': true ? 'Object{x: 1}' : ''}}}", {"metadata": {"labels": {"a": "Object{x: 1}"}}}),
        ("[JSONPatch{op: 'add', path: '/a', value: Object.spec{__namespace__: 'x', a__dash__b: 1}}]", [{"op": "add", "path": "/a", "value": {"namespace": "x", "a-b": 1}}]),
        ("Object{?spec: {'x': 1}[?'y'], a: [1].map(x, x)}", {"a": [1]}),
        ("true ? Object{} : Object{a: 1} // Object{b: 2}", {}),
    ],
)  # fmt: skip
def test_object_literals_are_maps(literal: str, value: Any) -> None:
    assert cel.asked(patches.plain(literal), {}) == value
