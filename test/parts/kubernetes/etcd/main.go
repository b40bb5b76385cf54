// Command etcd is the server of etcd, which publishes no package that builds to it under that module's name.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
