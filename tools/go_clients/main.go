// Go's own clients against a running KubeLearn: informers of client-go and a controller of controller-runtime.
//
// KUBECONFIG names the cluster. Each check prints one line; the first that fails ends the program with exit code 1.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const namespace, patience = "default", 30 * time.Second

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	log.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must("the kubeconfig is read", err)
	for _, format := range []string{"application/json", "application/vnd.kubernetes.protobuf"} {
		with := rest.CopyConfig(config)
		with.ContentType, with.AcceptContentTypes = format, format+",application/json"
		must("informers, "+format, informersFollow(ctx, with, strings.NewReplacer("/", "-", ".", "-").Replace(format)))
	}
	cbor := rest.CopyConfig(config)
	cbor.ContentType, cbor.AcceptContentTypes = "application/cbor", "application/cbor,application/json"
	must("dynamic client, application/cbor", dynamicClient(ctx, cbor))
	must("dynamic client, application/json", dynamicClient(ctx, config))
	must("metadata client", metadataClient(ctx, config))
	must("leader election", leads(ctx, config))
	must("controller-runtime", controls(ctx, config))
	must("streams", streams(ctx, config))
}

func must(what string, err error) {
	if err != nil {
		fmt.Printf("FAILED %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Println("ok    ", what)
}

func until(ctx context.Context, met func(context.Context) (bool, error)) error {
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, met)
}

// A shared informer with WatchList sees what is there, what comes, changes and goes.
func informersFollow(ctx context.Context, config *rest.Config, name string) error {
	asked, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	factory := informers.NewSharedInformerFactory(asked, 0)
	maps, pods := factory.Core().V1().ConfigMaps(), factory.Core().V1().Pods()
	seen := make(chan string, 1000)
	if _, err := maps.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj any) { seen <- "added " + obj.(*corev1.ConfigMap).Name },
		UpdateFunc: func(_, obj any) { seen <- "changed " + obj.(*corev1.ConfigMap).Name },
		DeleteFunc: func(obj any) {
			if gone, ok := obj.(*corev1.ConfigMap); ok {
				seen <- "deleted " + gone.Name
			}
		},
	}); err != nil {
		return err
	}
	pods.Informer()
	factory.Start(stop.Done())
	for kind, synced := range factory.WaitForCacheSync(stop.Done()) {
		if !synced {
			return fmt.Errorf("%v did not sync", kind)
		}
	}
	core := asked.CoreV1().ConfigMaps(namespace)
	made, err := core.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, BinaryData: map[string][]byte{"b": {0, 1, 255}}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	made.Data = map[string]string{"one": "1"}
	changed, err := core.Update(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	if !bytes.Equal(changed.BinaryData["b"], []byte{0, 1, 255}) || changed.CreationTimestamp.IsZero() || len(changed.ManagedFields) == 0 {
		return fmt.Errorf("it came back as %+v", changed)
	}
	if _, err := core.Update(ctx, made, metav1.UpdateOptions{}); !apierrors.IsConflict(err) {
		return fmt.Errorf("an old version was not a conflict: %v", err)
	}
	if err := core.Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	if _, err := core.Get(ctx, name, metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		return fmt.Errorf("it is still there: %v", err)
	}
	for _, expected := range []string{"added " + name, "changed " + name, "deleted " + name} {
		for {
			select {
			case event := <-seen:
				if event == expected {
					goto next
				}
			case <-time.After(patience):
				return fmt.Errorf("never saw: %s", expected)
			}
		}
	next:
	}
	_, err = asked.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	return err
}

func dynamicClient(ctx context.Context, config *rest.Config) error {
	asked, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	nodes, err := asked.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nodes"}).List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	if len(nodes.Items) != 1 || nodes.GetContinue() == "" {
		return fmt.Errorf("a page of one held %d", len(nodes.Items))
	}
	watching, err := asked.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Watch(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	defer watching.Stop()
	select {
	case event := <-watching.ResultChan():
		if event.Type != "ADDED" {
			return fmt.Errorf("the first event was %v", event)
		}
	case <-time.After(patience):
		return fmt.Errorf("no event came")
	}
	return nil
}

func metadataClient(ctx context.Context, config *rest.Config) error {
	asked, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	found, err := asked.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nodes"}).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	if len(found.Items) == 0 || found.Items[0].Name == "" {
		return fmt.Errorf("no metadata: %v", found)
	}
	return nil
}

func leads(ctx context.Context, config *rest.Config) error {
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, namespace, "go-clients",
		resourcelock.ResourceLockConfig{Identity: "me"}, config, 10*time.Second)
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	led := make(chan bool, 1)
	go leaderelection.RunOrDie(running, leaderelection.LeaderElectionConfig{
		Lock: lock, ReleaseOnCancel: true, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: time.Second,
		Callbacks: leaderelection.LeaderCallbacks{OnStartedLeading: func(context.Context) { led <- true }, OnStoppedLeading: func() {}},
	})
	defer cancel()
	select {
	case <-led:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("nobody led")
	}
}

type labeller struct{ client.Client }

// Every ConfigMap that asks for it gets a copy of its name as a label.
func (l *labeller) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var found corev1.ConfigMap
	if err := l.Get(ctx, request.NamespacedName, &found); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if found.Annotations["label-me"] == "" || found.Labels["name"] != "" {
		return ctrl.Result{}, nil
	}
	before := found.DeepCopy()
	found.Labels = map[string]string{"name": found.Name}
	return ctrl.Result{}, l.Patch(ctx, &found, client.MergeFrom(before))
}

func controls(ctx context.Context, config *rest.Config) error {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	manager, err := ctrl.NewManager(config, ctrl.Options{Metrics: server.Options{BindAddress: "0"}, LeaderElection: true,
		LeaderElectionID: "go-clients.example", LeaderElectionNamespace: namespace, LeaderElectionReleaseOnCancel: true})
	if err != nil {
		return err
	}
	if err := ctrl.NewControllerManagedBy(manager).For(&corev1.ConfigMap{}).Complete(&labeller{manager.GetClient()}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(running) }()
	asked := manager.GetClient()
	want := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "labelled", Namespace: namespace, Annotations: map[string]string{"label-me": "yes"}}}
	if err := asked.Create(ctx, want); err != nil {
		return err
	}
	if err := until(ctx, func(ctx context.Context) (bool, error) {
		var found corev1.ConfigMap
		err := manager.GetAPIReader().Get(ctx, client.ObjectKeyFromObject(want), &found)
		return found.Labels["name"] == "labelled", err
	}); err != nil {
		return err
	}
	if err := asked.Delete(ctx, want); err != nil {
		return err
	}
	cancel()
	return <-ended
}

// exec and port-forward, each over SPDY and over a WebSocket.
func streams(ctx context.Context, config *rest.Config) error {
	asked, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	pods := asked.CoreV1().Pods(namespace)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "go-web"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "nginx"}}}}
	if _, err := pods.Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return err
	}
	defer pods.Delete(ctx, pod.Name, metav1.DeleteOptions{})
	if err := until(ctx, func(ctx context.Context) (bool, error) {
		found, err := pods.Get(ctx, pod.Name, metav1.GetOptions{})
		return err == nil && found.Status.Phase == corev1.PodRunning, err
	}); err != nil {
		return err
	}
	options := &corev1.PodExecOptions{Command: []string{"cat"}, Stdin: true, Stdout: true, Stderr: true}
	url := asked.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod.Name).SubResource("exec").
		VersionedParams(options, runtime.NewParameterCodec(scheme.Scheme)).URL()
	old, err := remotecommand.NewSPDYExecutor(config, http.MethodPost, url)
	if err != nil {
		return err
	}
	socket, err := remotecommand.NewWebSocketExecutor(config, http.MethodGet, url.String())
	if err != nil {
		return err
	}
	for name, executor := range map[string]remotecommand.Executor{"SPDY": old, "WebSocket": socket} {
		var out, bad bytes.Buffer
		err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: strings.NewReader("hello"), Stdout: &out, Stderr: &bad})
		if err != nil || out.String() != "hello" {
			return fmt.Errorf("exec over %s: %v, %q %q", name, err, out.String(), bad.String())
		}
		fmt.Println("ok      exec over", name)
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return err
	}
	forward := asked.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod.Name).SubResource("portforward").URL()
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.New(spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, forward),
		[]string{"0:80"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- forwarder.ForwardPorts() }()
	defer close(stop)
	select {
	case <-ready:
	case err := <-failed:
		return fmt.Errorf("port-forward over SPDY: %v", err)
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return err
	}
	answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", ports[0].Local))
	if err != nil {
		return fmt.Errorf("port-forward over SPDY: %v", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("port-forward over SPDY: %s", answer.Status)
	}
	fmt.Println("ok      port-forward over SPDY")
	return nil
}
