"""The command lines that the real kubectl and ours are compared by.

READING runs in one prepared namespace and is compared to the letter, ages included. SCRIPTS change things: each kubectl
runs them in a namespace of its own (NAMESPACE) and with a node of its own (NODE), and what is drawn by chance (names, addresses, uids, times) is levelled. A line is
`arguments`, or `arguments <<< standard input`.
"""

PREPARED = """
run web --image=nginx
run pair --image=nginx --labels=app=pair,tier=back --env=A=b --port=80
create deployment shop --image=nginx:1.27 --replicas=2 --port=80
expose deployment shop --port=80
create configmap settings --from-literal=color=blue --from-literal=size=10
create secret generic key --from-literal=user=admin --from-literal=password=s3cret
create serviceaccount bot
create role reader --verb=get,list,watch --resource=pods,deployments.apps
create rolebinding readers --role=reader --user=alice --serviceaccount=default:bot
create quota most --hard=pods=20,configmaps=15,requests.cpu=20
label pod web color=red
wait --for=condition=Ready pod --all --timeout=40s
rollout status deployment/shop --timeout=40s
rollout status ds/agent -n shown --timeout=40s
wait --for=condition=complete job/once -n shown --timeout=40s
wait --for=condition=Ready pod/user -n shown --timeout=40s
"""

READING = """
get pods
get pods -o wide
get pods --no-headers
get pods --show-labels
get pods -L run,app
get pods --show-kind
get pods -l app=shop
get pods -l app=shop,pod-template-hash -o name
get pods -l nothing=here
get pods -l a!b
get pods --field-selector status.phase=Running
get pods --field-selector spec.bogus=1
get pods --sort-by=.metadata.name
get pods --sort-by=.nope
get pods -A
get pods -n nowhere
get pods -o foo
get pods -o jsonpath
get pods -o jsonpath={.items[*].metadata.name}
get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.spec.containers[0].image}{"\\n"}{end}'
get pods -o jsonpath='{.items[?(@.metadata.labels.run=="web")].metadata.name}'
get pods -o jsonpath='{.items[0].nope}{.items[0].metadata.labels}'
get pods -o jsonpath='{.items[0'
get cm -l a=b -o jsonpath={.items[9]}
get pods -o custom-columns=N:.metadata.name,Q:.status.qosClass,R:.spec.containers[0].resources,L:.metadata.labels
get pods -o custom-columns=N
get pods -o yaml --show-labels
get pods,deploy,svc
get pods,deploy -o wide
get all
get deploy -o wide
get rs
get svc
get cm settings -o yaml
get cm settings -o json
get cm settings -o yaml --show-managed-fields
get secret key -o yaml
get deploy shop -o yaml
get deploy shop -o json
get deploy shop --subresource=status
get deploy shop --subresource=scale -o yaml
get deploy shop --subresource=bogus
get role,rolebinding -o wide
get quota
get sa
get nodes
get nodes -o wide
get ns default kube-system
get pod web nope
get pod nope --ignore-not-found
get deploy/nope svc/nope2
get pod/web deploy/shop -o name
get nope
get pods.v9
get pod/web bogus/b
get pod/web b
get pods/web/x
get pods/
get pods web -A
get pods web -l a=b
get
get cm -w -o name --request-timeout=1s
get pods,deploy -w
get --raw /version
get --raw /nope
get pods --as=alice
get nodes --as=alice --as-group=dev
get pods --context=nope
get pods --request-timeout=x
get --foo
get -z
get -n twin pods -o
get pods --watch=x
gett
describe pod web
describe pod pair
describe pods
describe pod sh
describe pod nope
describe deploy shop
describe rs
describe svc shop
describe secret key
describe cm settings
describe sa bot
describe role reader
describe rolebinding readers
describe quota
describe ns kube-system
describe node worker-1
describe nodes
describe endpointslices
describe lease worker-1 -n kube-node-lease
describe clusterrole view
describe clusterrole system:discovery
describe clusterrolebinding cluster-admin
describe priorityclass
describe
logs web
logs web --tail=1
logs web --timestamps --tail=2
logs web -c nope
logs nope
logs deploy/nope
logs -l app=shop --tail=1 --prefix
logs -l app=nope
logs
delete pod nope
delete cm settings --dry-run=client
delete cm settings --dry-run=server
delete pods -l nothing=here
delete pods
delete
delete deploy shop --cascade=foo
scale deploy/shop --replicas=4 --current-replicas=9
scale deploy/nope --replicas=2
scale pod/web --replicas=2
scale deploy/shop --replicas=x
scale deploy/shop
scale deploy/shop --replicas=1 --dry-run=server
run x --image=nginx --dry-run=client -o yaml
run x --image=UPPER
run
create
create foo
create deployment x
create deployment x --image=nginx y
create deployment x --image=nginx:1.27 --replicas=2 --dry-run=client -o yaml
create configmap x --from-literal=a=1 --dry-run=client -o yaml
create secret generic x --from-literal=a=1 --dry-run=client -o yaml
create service nodeport x --tcp=80:8080 --dry-run=client -o yaml
create role x --verb=fly --resource=po,deploy --dry-run=client -o yaml
create role x --verb=get --resource=bogus
create role x --resource=pods
create rolebinding x --user=x
create clusterrole x --verb=get --resource=nodes,pods/log --dry-run=client -o yaml
create clusterrolebinding x --clusterrole=y --group=dev --dry-run=client -o yaml
create quota x --hard=pods=20,configmaps=15 --dry-run=client -o yaml
create priorityclass x --value=1000 --description=d --dry-run=client -o yaml
create token nope
apply -f /nowhere.yaml
create -f /nowhere.yaml
apply -f - <<< apiVersion: v1\\nmetadata: {name: d}\\n
apply -f - <<< a: [b\\n
apply -f - <<< []\\n
apply
expose pod web
expose deploy nope --port=80
expose cm settings --port=80
expose deploy shop --port=80 --name=dry --dry-run=client -o yaml
label pod
label
label pods --all x=y --dry-run=client
label pod web x=y --dry-run=server
label pod web 'x=bad value'
label pod web x=y x-
label pod web a=b c
annotate pod
annotate pod web a- a=b
set image
set image deploy/shop
set image deploy/shop nope=nginx:1.27
rollout status deploy/shop
rollout status deploy/nope
rollout status pod/web
rollout status
rollout history deploy/shop
rollout history deploy/shop --revision=1
rollout history deploy/shop --revision=9
rollout history pod/web
rollout undo deploy/shop
rollout restart pod/web
wait --for=condition=Ready pod/web --timeout=5s
wait --for=condition=Ready pod/nope --timeout=1s
wait --for=condition=Ready pod -l nothing=here --timeout=1s
wait --for=condition=Nope pod/web --timeout=1s
wait --for=delete pod/nope --timeout=1s
wait --for=delete pod/web --timeout=1s
wait --for=bogus pod/web
wait --for=jsonpath={.status.phase}=Running pod/web --timeout=2s
wait --for=jsonpath={.status.phase}=X pod/web --timeout=1s
wait --for=create pod/nope --timeout=1s
wait pod/web
api-resources
api-resources -o wide
api-resources --namespaced=false -o name
api-resources --api-group=apps
api-resources --api-group=nope
api-resources --verbs=list,create --sort-by=kind
api-resources x
api-versions
version
version -o foo
cluster-info
auth can-i create pods
auth can-i create pods --as=alice
auth can-i * *
auth can-i get nodes
auth can-i fly pods
auth can-i get bogus
auth can-i get /healthz --as=alice
auth can-i get pods/web
auth can-i --list --as=alice
auth can-i
auth whoami
auth whoami --as=alice --as-group=dev
auth whoami -o yaml
config view
config view --minify
config view -o jsonpath={.clusters[0].name}
config current-context
config get-contexts
cordon nope
cordon
cordon worker-3 --dry-run=client
taint nodes worker-3 a=b
taint nodes worker-3 a=b:Nope
taint nodes worker-3
taint nodes
taint pods x a=b:NoSchedule
drain nope
drain worker-3 --dry-run=client --force
explain pod
explain deployment.spec
explain deployments.apps.spec.strategy --recursive
explain deployment --recursive --max-depth=2
explain service.spec.type
explain pod.spec.containers.ports
explain pod.spec.bogus
explain bogus
explain pod --api-version=apps/v1
explain
patch pod web -p '{"metadata":{"labels":{"color":"red"}}}'
patch pod web -p '{"metadata":{"labels":{"x":"y"}}}' --dry-run=server -o jsonpath={.metadata.labels}
patch pod web -p '{"metadata":{"labels":{"x":"y"}}}' --dry-run=client -o yaml
patch pod web -p '{"spec":{"nodeName":"other"}}'
patch pod web -p 'a: [b'
patch pod web
patch pod web -p x --type=foo
patch pod nope -p '{}'
patch cm settings --type=merge -p '{bad'
auth can-i get pods --subresource=log --as=system:anonymous
describe ds agent -n shown
describe sts -n shown
describe sts db -n shown
describe sts bare -n shown
describe job once -n shown
describe job indexed -n shown
describe cronjob yearly -n shown
describe cronjob plain -n shown
describe pdb some -n shown
describe pdb percent -n shown
describe ingressclass twin-class -n shown
describe ingress door -n shown
describe ingress all -n shown
describe netpol -n shown
describe sc twin-slow -n shown
describe sc twin-bare -n shown
describe pv twin-local -n shown
describe pv twin-host -n shown
describe pv twin-csi -n shown
describe pv twin-nfs -n shown
describe pvc mine -n shown
describe pvc waiting -n shown
describe csr twin-dev
exec web -- echo hi
exec web -- sh -c 'exit 3'
exec web -- sh -c 'echo a; echo b >&2; exit 1'
exec -i web -- sh <<< echo one\\necho two\\nexit\\n
exec -it web -- sh <<< echo one\\n
exec deploy/nope -- ls
exec web
exec web ls
exec
exec -- ls
exec web -c nope -- ls
exec nope -- ls
exec cm/settings -- ls
exec svc/shop -- hostname
exec deploy/shop -- echo x
exec web -- nope
exec -f x web ls
exec pods/web -- echo a 'b c' ''
attach
attach a b c
attach nope
attach web -c nope
create job x --image=busybox --dry-run=client -o yaml
create job x --image=busybox --dry-run=client -o yaml -- echo hi
create job x
create job x --image=a --from=cronjob/b
create job x --from=cronjob/nope
create job x --from=pod/nope -- date
create job x y --image=busybox
create cronjob x --image=busybox
create cronjob x --image=busybox --schedule='*/1 * * * *' --dry-run=client -o yaml -- date
create cronjob x --image=busybox --schedule='* * * *' --dry-run=server
create ingress x
create ingress x --rule=foo.com/bar=svc1:8080,tls=my-cert --dry-run=client -o yaml
create ingress x --class=c --rule=foo.com/path*=svc:8080 --rule=bar.com/admin*=svc2:http --rule=foo.com/b=svc:1,tls --annotation a=b --default-backend=d:http --dry-run=client -o yaml
create ingress x --rule=foo
create ingress x --rule=a/=b:1 --annotation x
create ingress x --default-backend=foo
create pdb x
create pdb x --selector=a=b
create pdb x --selector=a=b --min-available=1 --max-unavailable=1
create pdb x --selector=a=b --min-available=1 --dry-run=client -o yaml
create pdb x --selector='a in (c,b),!z,y' --max-unavailable=50% --dry-run=client -o yaml
create pdb x --selector=a=b --min-available=1x
create pdb x --selector='a~b' --min-available=1
create pdb x --selector='a>1' --min-available=1
autoscale deployment shop
autoscale deployment shop --max=0
autoscale deployment shop --max=2 --min=5
autoscale deployment shop --max=5 --min=2 --cpu=80% --dry-run=client -o yaml
autoscale deployment shop --max=5 --cpu=500 --memory=1Gi --dry-run=client -o yaml
autoscale deployment shop --max=5 --cpu-percent=80 --dry-run=server
autoscale deployment shop --max=5 --cpu-percent=80 --cpu=1
autoscale deployment shop --max=5 --cpu=x
autoscale deployment shop --max=5 --memory=-5%
autoscale deployment nope --max=5
autoscale pod web --max=5
autoscale --max=5
events --for pod/web
events --for web
events --for bogus/web
events --for pod/web/x
events --types=Warning
events --types=Foo
events -n nowhere
events -o name
events --for pod/web -o yaml
create cm x --from-literal=a='a sentence that is longer than a line of YAML may be, so that it is broken at one of its blanks, and again' --dry-run=client -o yaml
create cm x --from-literal=a='a sentence: it is longer than a line of YAML may be,  so that it is broken at one of its blanks, and again' --dry-run=client -o yaml
"""

CONFIGURATION = """
config set-context --current --namespace=web
config set-context dev --cluster=demo --user=demo-admin --namespace=dev
config set-context dev --namespace=
config set-context
config set-context dev --current
config get-contexts
config use-context dev
config use-context nope
config rename-context dev test
config rename-context dev test
config rename-context test demo
config current-context
config set clusters.demo.insecure-skip-tls-verify x
config set clusters.other.server https://127.0.0.1:1
config set clusters.other.certificate-authority-data @
config set clusters.10.0.0.1.certificate-authority-data abc --set-raw-bytes
config set users.eve.token t
config set users.eve.nope.token t
config set nope v
config set contexts.test.namespace.b v
config set current-context demo
config unset users.eve
config unset users.nope.token
config unset users.nope
config unset contexts.test.namespace
config unset contexts.test.cluster
config unset clusters.other.nope
config use test
config delete-context nope
config delete-context test
config unset current-context
config set-context --current --namespace=x
config current-context
config view
config unset contexts
config get-contexts
"""
"""Each kubectl runs these on a kubeconfig of its own; what is printed and the file are compared."""

SCRIPTS = {
    "differences": """
diff
diff x
diff -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: df}\\ndata: {a: "1"}\\n
create cm df --from-literal=a=1 --from-literal=b=2
diff -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: df}\\ndata: {a: "2", b: "2"}\\n
diff -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: df}\\ndata: {a: "1", b: "2"}\\n
diff --server-side -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: df}\\ndata: {c: "2"}\\n
create secret generic sec --from-literal=a=1
diff -f - <<< apiVersion: v1\\nkind: Secret\\nmetadata: {name: sec}\\ndata: {a: Mg==, b: Mg==}\\n
diff -f - <<< apiVersion: v1\\nkind: Nope\\nmetadata: {name: df}\\n
diff -f /nowhere
diff --force-conflicts -f -
certificate approve
certificate approve nope
""",
    "revisions": """
apply -f - <<< apiVersion: apps/v1\\nkind: StatefulSet\\nmetadata: {name: st, annotations: {kubernetes.io/change-cause: first}}\\nspec: {replicas: 1, selector: {matchLabels: {app: st}}, template: {metadata: {labels: {app: st}}, spec: {containers: [{name: c, image: nginx}]}}}\\n
wait --for=jsonpath={.status.readyReplicas}=1 sts/st --timeout=40s
rollout status sts/st
rollout history sts/st
rollout undo sts/st
set image sts/st c=nginx:1.27
wait --for=jsonpath={.status.updatedReplicas}=1 sts/st --timeout=40s
rollout history sts/st
rollout history sts/st --revision=2
rollout history sts/st --revision=9
rollout history sts/st --revision=1 -o jsonpath={.spec.template.spec.containers[0].image}
rollout undo sts/st --dry-run=client
rollout undo sts/st --to-revision=9
rollout undo sts/st
get sts st -o jsonpath={.spec.template.spec.containers[0].image}
rollout restart sts/st
rollout pause sts/st
""",
    "jobs": """
create job one --image=busybox -- date
create job one --image=busybox -- date
create cronjob often --image=busybox --schedule='*/5 * * * *' -- date
create cj often --image=busybox --schedule='*/5 * * * *'
create cronjob bad --image=busybox --schedule='* * * *'
create job now --from=cronjob/often
create job now --from=cronjob/nope
create job other --from=job/one
get job now -o jsonpath='{.metadata.annotations} {.metadata.ownerReferences[0].kind} {.spec.template.spec.containers[0].command}'
""",
    "policies": """
create deployment shop --image=nginx --replicas=2
create poddisruptionbudget most --selector=app=shop --min-available=1
create pdb most --selector=app=shop --min-available=1
get pdb most -o jsonpath={.spec}
create ingress door --class=c --rule=foo.com/bar=svc1:8080,tls=my-cert --rule=foo.com/path*=svc:http
create ing door --rule=foo.com/bar=svc1:8080
get ingress door -o jsonpath={.spec}
""",
    "pods": """
run web --image=nginx
run web --image=nginx
run two --image=nginx:1.27 --port=80 --expose --labels=app=x,tier=y
run Bad_Name --image=nginx
run job --image=busybox --restart=Never --command -- sh -c 'sleep 1'
get svc two -o jsonpath='{.spec.ports} {.spec.selector}'
get pod job -o jsonpath='{.spec.containers[0].command} {.spec.restartPolicy}'
delete pod web
delete pod web --ignore-not-found
delete pod two --force
delete pod job --now --wait=false
delete svc/two pod/nope
""",
    "deployments": """
create deployment shop --image=nginx --replicas=1 --port=80
create deployment shop --image=nginx
scale deploy/shop --replicas=3
scale deploy/shop --replicas=2 --current-replicas=3
scale deploy --all --replicas=1
get deploy shop -o jsonpath={.spec.replicas}
delete deploy --all --cascade=foreground
""",
    "configuration": """
create configmap one --from-literal=a=1
create cm one --from-literal=a=1
create cm two --from-literal=a
create cm two --from-literal=a=1 --from-literal=a=2
create secret generic s --from-literal=a=1
create serviceaccount bot
create role reader --verb=get --resource=pods
create rolebinding r --role=reader --user=alice --serviceaccount=default:bot
create service clusterip a --tcp=80:8080
create svc clusterip e --clusterip=None
create service clusterip f
create service externalname d --external-name=example.com
create quota q --hard=pods=20
get cm one -o jsonpath={.data}
delete cm one -o name
delete role,rolebinding --all
""",
    "apply": """
apply -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "1", b: "2"}\\n
apply -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "1", b: "2"}\\n
apply -f - --dry-run=client <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "5"}\\n
apply -f - --dry-run=server <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "5"}\\n
apply -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "3"}\\n
get cm ap -o yaml
apply -f - -o yaml <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ap}\\ndata: {a: "4"}\\n
create cm plain --from-literal=x=1
apply -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: plain}\\ndata: {x: "2"}\\n
get cm plain -o yaml
apply --server-side -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ss}\\ndata: {a: "5"}\\n
apply --server-side -f - --field-manager=other <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ss}\\ndata: {a: "6"}\\n
apply --server-side -f - --field-manager=other --force-conflicts <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: ss}\\ndata: {a: "6"}\\n
apply -f - <<< kind: Deployment\\napiVersion: apps/v1\\nmetadata: {name: d}\\nspec: {replicas: 1, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: a, image: nginx, env: [{name: X, value: "1"}]},{name: b, image: busybox}]}}}\\n
apply -f - <<< kind: Deployment\\napiVersion: apps/v1\\nmetadata: {name: d}\\nspec: {replicas: 2, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: b, image: busybox},{name: c, image: nginx}]}}}\\n
get deploy d -o jsonpath='{.spec.replicas} {.spec.template.spec.containers}'
apply -f - <<< kind: Deployment\\napiVersion: apps/v1\\nmetadata: {name: d}\\nspec: {replicas: 2, foo: 1, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: b, image: busybox}]}}}\\n
apply -f - <<< kind: Deployment\\napiVersion: apps/v1\\nmetadata: {name: d}\\nspec: {replicas: 2, selector: {matchLabels: {app: e}}, template: {metadata: {labels: {app: e}}, spec: {containers: [{name: b, image: busybox}]}}}\\n
""",
    "patches": """
create configmap c --from-literal=a=1
patch cm c -p '{"data":{"b":"2"}}'
patch cm c -p '{"data":{"b":"2"}}'
patch cm c --type=merge -p '{"data":{"a":null}}'
patch cm c --type=json -p '[{"op":"add","path":"/data/z","value":"3"}]'
patch cm c --type=json -p '[{"op":"remove","path":"/data/nope"}]'
get cm c -o jsonpath={.data}
create deployment d --image=nginx
patch deploy d --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'
replace -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: c}\\ndata: {new: "1"}\\n
get cm c -o jsonpath={.data}
replace -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: nope}\\n
replace --force -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: c}\\ndata: {forced: "1"}\\n
replace
""",
    "files": """
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\n---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: two}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: three}\\ndat: {}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: three, namespace: other}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: four}\\ndata: {a: y}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: five}\\ndata: {a: 12:30, 1: x}\\n
get cm five -o yaml
create -f - -o yaml --dry-run=client <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: three}\\n
create -f - --save-config <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: four}\\n
get -f - -o name <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\n
get cm four -o yaml
delete -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\n
delete -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\n
""",
    "metadata": """
run web --image=nginx
label pod web a=b
label pod web a=b
label pod web a=c
label pod web a=c --overwrite
label pod web a- d=e
label pod web zz-
label pod nope a=b
annotate pod web a=b
annotate pod web a=c
annotate pod web a=c --overwrite
annotate pod web a-
create configmap bare --from-literal=a=1
annotate cm bare a=b
annotate cm bare a-
get cm bare -o yaml
get pod web -o jsonpath='{.metadata.labels} {.metadata.annotations}'
""",
    "rollouts": """
create deployment shop --image=nginx
wait --for=condition=Available deploy/shop --timeout=30s
rollout status deploy/shop
expose deploy shop --port=80
expose deploy shop --port=80
expose deploy shop --port=80 --name=other --target-port=http --type=NodePort -o jsonpath={.spec.selector}
set image deploy/shop nginx=nginx:1.27
set image deploy/shop nginx=nginx:1.27
wait --for=jsonpath='{.metadata.annotations.deployment\\.kubernetes\\.io/revision}'=2 deploy/shop --timeout=30s
rollout history deploy/shop
rollout undo deploy/shop
get deploy shop -o jsonpath={.spec.template.spec.containers[0].image}
rollout undo deploy/shop --to-revision=9
rollout restart deploy/shop
rollout pause deploy/shop
rollout pause deploy/shop
rollout undo deploy/shop
rollout restart deploy/shop
rollout resume deploy/shop
rollout resume deploy/shop
""",
    "templates": """
create deployment shop --image=nginx
set env deploy/shop A=1 B=2
set env deploy/shop A=1
set env deploy/shop --list
set env deploy/shop A=3 --overwrite=false
set env deploy/shop B-
set env deploy/shop C=1 C-
set env deploy/shop -c nope D=1
set env deploy/shop D=1 more
set env
set resources deploy/shop --limits=cpu=200m,memory=128Mi
set resources deploy/shop --requests=cpu=0.1
set resources deploy/shop --requests=cpu
set resources deploy/shop
set resources deploy/shop -c=nope --limits=cpu=1
set serviceaccount deploy/shop default
set sa deploy/shop other
set serviceaccount
get deploy shop -o jsonpath='{.spec.template.spec.containers[0].env} {.spec.template.spec.containers[0].resources}'
""",
    "nodes": """
run lone --image=nginx --labels=app=NAMESPACE --overrides='{"spec":{"nodeName":"NODE"}}'
wait --for=condition=Ready pod/lone --timeout=30s
cordon NODE
cordon NODE
get node NODE -o jsonpath={.spec}
uncordon NODE
uncordon NODE
taint nodes NODE a=b:PreferNoSchedule
taint nodes NODE a=b:PreferNoSchedule
taint nodes NODE a=c:PreferNoSchedule --overwrite
taint nodes NODE a:PreferNoSchedule-
taint nodes NODE a-
drain NODE --pod-selector=app=NAMESPACE
drain NODE --pod-selector=app=NAMESPACE --force
get pods
uncordon NODE
""",
}


def lines(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]
