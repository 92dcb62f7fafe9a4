// A fasthttp server in its own prefork mode: the peer whose master Prefork's seeds came from.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/prefork"
)

func main() {
	address := flag.String("address", "127.0.0.1:8080", "where to listen")
	reuse := flag.Bool("reuseport", false, "a socket for each child")
	flag.Parse()
	body := []byte(fmt.Sprintf("worker ? (pid %d)\n", os.Getpid()))
	server := &fasthttp.Server{Handler: func(request *fasthttp.RequestCtx) {
		request.SetContentType("text/plain")
		request.SetBody(body)
	}}
	master := prefork.New(server)
	master.Reuseport = *reuse
	// The bench kills children: more than its default of half the cores.
	master.RecoverThreshold = 1000
	if err := master.ListenAndServe(*address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
