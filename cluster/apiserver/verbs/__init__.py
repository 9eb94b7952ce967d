"""One module a verb: recognise, do, answer; what is not supported is refused by name. `VERBS` is the table of them."""

from cluster.apiserver.deletion import delete, delete_collection
from cluster.apiserver.verbs.apply import patch
from cluster.apiserver.verbs.create import create
from cluster.apiserver.verbs.get import get, list_
from cluster.apiserver.verbs.update import update
from cluster.apiserver.verbs.watch import watch

VERBS = {
    "get": get,
    "list": list_,
    "watch": watch,
    "create": create,
    "update": update,
    "patch": patch,
    "delete": delete,
    "deletecollection": delete_collection,
}
