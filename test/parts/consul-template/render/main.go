// Command render renders templates with consul-template, as Vault's agent does, and prints what came out.
//
// It reads cases as JSON from the standard input, {name, template, secrets: {path: {data: …}}}, and writes
// {name: {output}} or {name: {error: true}}; error texts quote values, so they are left out.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/consul-template/dependency"
	"github.com/hashicorp/consul-template/template"
)

type testCase struct {
	Name     string                            `json:"name"`
	Template string                            `json:"template"`
	Left     string                            `json:"left"`
	Right    string                            `json:"right"`
	Secrets  map[string]map[string]interface{} `json:"secrets"`
}

type result struct {
	Output string `json:"output,omitempty"`
	Error  bool   `json:"error,omitempty"`
}

func main() {
	decoder := json.NewDecoder(os.Stdin)
	// As Vault's client does: numbers keep their text.
	decoder.UseNumber()
	var cases []testCase
	if err := decoder.Decode(&cases); err != nil {
		fail(err)
	}
	results := map[string]result{}
	for _, c := range cases {
		output, err := render(c)
		results[c.Name] = result{Output: output, Error: err != nil}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(results); err != nil {
		fail(err)
	}
}

func render(c testCase) (string, error) {
	brain := template.NewBrain()
	for path, data := range c.Secrets {
		query, err := dependency.NewVaultReadQuery(path)
		if err != nil {
			return "", err
		}
		brain.Remember(query, &dependency.Secret{Data: data})
	}
	made, err := template.NewTemplate(&template.NewTemplateInput{
		Contents: c.Template, LeftDelim: c.Left, RightDelim: c.Right, ErrMissingKey: true,
	})
	if err != nil {
		return "", err
	}
	executed, err := made.Execute(&template.ExecuteInput{Brain: brain})
	if err != nil {
		return "", err
	}
	return string(executed.Output), nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
