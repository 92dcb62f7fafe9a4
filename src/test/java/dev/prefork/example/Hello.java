package dev.prefork.example;

import dev.prefork.Prefork;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

public class Hello {
    public static void main(String[] args) throws Exception {
        Prefork.builder()
                .serve(Hello::serve)
                .onListening(address -> System.out.println("listening on " + address))
                .onWorkersReady(pids -> System.out.println("serving: " + pids))
                .build()
                .listenAndServe(args.length > 0 ? args[0] : "0.0.0.0:8080");
    }

    private static void serve(ServerSocketChannel listener) throws Exception {
        while (true) {
            try (SocketChannel connection = listener.accept()) {
                String body = "hello from " + ProcessHandle.current().pid() + "\n";
                String head = "HTTP/1.0 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
                Channels.newOutputStream(connection).write((head + body).getBytes());
            }
        }
    }
}
