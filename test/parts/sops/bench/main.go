// Command bench decrypts every file of a folder with the Go sops library, in process and on one core, and
// prints how long it took. It is the peer of the decryption benchmark.
//
// The age identity is given as for sops: SOPS_AGE_KEY or SOPS_AGE_KEY_FILE. A first pass over the folder warms
// the code; the data keys of the measured pass are unwrapped anew, because the library keeps none.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/decrypt"
)

type report struct {
	Files       int     `json:"files"`
	Seconds     float64 `json:"seconds"`
	MacVerified bool    `json:"macVerified"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: bench FOLDER"))
	}
	runtime.GOMAXPROCS(1)
	files, err := readFolder(os.Args[1])
	if err != nil {
		fail(err)
	}
	if err := decryptAll(files); err != nil {
		fail(err)
	}
	start := time.Now()
	if err := decryptAll(files); err != nil {
		fail(err)
	}
	// decrypt.DataWithFormat answers only after it has compared the MAC.
	result := report{Files: len(files), Seconds: time.Since(start).Seconds(), MacVerified: true}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail(err)
	}
}

type file struct {
	content []byte
	format  formats.Format
}

func readFolder(folder string) ([]file, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, entry := range entries {
		if !entry.Type().IsRegular() {
			continue
		}
		path := filepath.Join(folder, entry.Name())
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, file{content, formats.FormatForPath(path)})
	}
	return files, nil
}

func decryptAll(files []file) error {
	for _, one := range files {
		if _, err := decrypt.DataWithFormat(one.content, one.format); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}
