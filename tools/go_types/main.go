// Prints cluster/apimachinery/go_types.json: the types that a pod template is made of, with their fields in Go's order.
//
//	cd tools/go_clients && go run ../go_types/main.go types > ../../cluster/apimachinery/go_types.json
//	… hash < templates.json      (the hash of each template, as upstream makes it: for tests)
package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/dump"
	"k8s.io/apimachinery/pkg/util/rand"
)

// What the dumper knows by itself.
var known = []string{"v1.Time", "intstr.IntOrString", "resource.Quantity", "v1.FieldsV1"}

var found = map[string]any{}

func walk(t reflect.Type) {
	key := t.String()
	if _, seen := found[key]; seen {
		return
	}
	for _, each := range known {
		if key == each {
			return
		}
	}
	switch t.Kind() {
	case reflect.Ptr, reflect.Slice, reflect.Map:
		found[key] = []string{t.Kind().String(), t.Elem().String()}
		walk(t.Elem())
	case reflect.Struct:
		fields := [][]string{}
		found[key] = fields
		for i := range t.NumField() {
			field := t.Field(i)
			fields = append(fields, []string{field.Name, strings.Split(field.Tag.Get("json"), ",")[0], field.Type.String()})
			walk(field.Type)
		}
		found[key] = fields
	default:
		found[key] = t.Kind().String()
	}
}

func main() {
	if os.Args[1] == "types" {
		walk(reflect.TypeOf(corev1.PodTemplateSpec{}))
		text, err := json.Marshal(found)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text))
		return
	}
	decoder := json.NewDecoder(os.Stdin)
	for {
		var template corev1.PodTemplateSpec
		if err := decoder.Decode(&template); err != nil {
			return
		}
		hash := fnv.New32a()
		fmt.Fprintf(hash, "%v", dump.ForHash(template))
		fmt.Println(rand.SafeEncodeString(fmt.Sprint(hash.Sum32())))
	}
}
