// Command admission is a small mutating webhook on controller-runtime. It is the peer of the admission benchmark: it
// decodes the pod, adds what a file says, and answers with the patch that controller-runtime makes of both.
//
// usage: admission PORT CERTIFICATE_FOLDER ADDITIONS_FILE
//
// The additions are those that Mayfly makes for the pods of the benchmark, so that both answer with the same change.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/go-logr/logr"
)

// additions is what every pod gets: volumes and containers in front of its own, and mounts in each container.
type additions struct {
	Annotations    map[string]string    `json:"annotations"`
	Volumes        []corev1.Volume      `json:"volumes"`
	InitContainers []corev1.Container   `json:"initContainers"`
	VolumeMounts   []corev1.VolumeMount `json:"volumeMounts"`
}

type injector struct {
	decoder admission.Decoder
	added   additions
}

func (i *injector) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := i.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	for key, value := range i.added.Annotations {
		pod.Annotations[key] = value
	}
	pod.Spec.Volumes = append(pod.Spec.Volumes, i.added.Volumes...)
	pod.Spec.InitContainers = append(i.added.InitContainers[:len(i.added.InitContainers):len(i.added.InitContainers)], pod.Spec.InitContainers...)
	for index := range pod.Spec.Containers {
		container := &pod.Spec.Containers[index]
		container.VolumeMounts = append(container.VolumeMounts, i.added.VolumeMounts...)
	}
	patched, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, patched)
}

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: admission PORT CERTIFICATE_FOLDER ADDITIONS_FILE"))
	}
	log.SetLogger(logr.Discard())
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fail(err)
	}
	content, err := os.ReadFile(os.Args[3])
	if err != nil {
		fail(err)
	}
	handler := &injector{}
	if err := json.Unmarshal(content, &handler.added); err != nil {
		fail(err)
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fail(err)
	}
	handler.decoder = admission.NewDecoder(scheme)
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: port, CertDir: os.Args[2]})
	server.Register("/mutate", &admission.Webhook{Handler: handler})
	if err := server.Start(signals.SetupSignalHandler()); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
