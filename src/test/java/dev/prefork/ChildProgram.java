package dev.prefork;

import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A program that preforks itself, for tests that start it as a process of its own. It answers each connection with its
 * slot and pid. Arguments: what to do, the address, and what that needs.
 */
final class ChildProgram {
    private ChildProgram() {}

    public static void main(String[] arguments) throws Exception {
        String address = arguments[1];
        PreforkBuilder builder = Prefork.builder()
                .workers(2)
                .shutdownGracePeriod(Duration.ofSeconds(10))
                .onListening(bound -> say("listening " + bound))
                .onChildSpawn(pid -> say("spawn " + pid))
                .onMasterReady(pids -> say("master ready " + pids))
                .onWorkersReady(pids -> say("workers ready " + pids))
                .onChildRecover((oldPid, newPid) -> say("recover " + oldPid + " " + newPid));
        switch (arguments[0]) {
            case "plain" -> builder.serve(ChildProgram::answerAll).build().listenAndServe(address);
            case "silent" ->
                builder.serve(ChildProgram::answerAll)
                        .readyWhenNotified()
                        .startTimeout(Duration.ofSeconds(3))
                        .build()
                        .listenAndServe(address);
            case "reuse-port" ->
                builder.serve(ChildProgram::answerAll).reusePort(true).build().listenAndServe(address);
            case "selector" ->
                builder.serve(ChildProgram::select).readyWhenNotified().build().listenAndServe(address);
            case "closing" ->
                builder.serve(ChildProgram::closeAndTalk)
                        .recoverThreshold(0)
                        .build()
                        .listenAndServe(address);
            case "leading" ->
                builder.onWorkersReady(pids -> say("workers ready, master leads "
                                + Prefork.leader().tryLead()))
                        .serve(ChildProgram::answerWhetherItLeads)
                        .build()
                        .listenAndServe(address);
            case "leading-until-it-returns" -> {
                builder.workers(1)
                        .recoverThreshold(0)
                        .serve(listener ->
                                say("serving leads " + Prefork.leader().tryLead()))
                        .build()
                        .listenAndServe(address);
                say("afterwards leads " + Prefork.leader().tryLead());
            }
            case "failing" ->
                builder.serve(listener -> {
                            throw new IllegalStateException("cannot serve");
                        })
                        .build()
                        .listenAndServe(address);
            case "recycling" ->
                builder.workers(1)
                        .recoverThreshold(0)
                        .serve(ChildProgram::answerAndAsk)
                        .build()
                        .listenAndServe(address);
            case "two" -> serveTwo(builder.workers(1), address);
            case "early" ->
                builder.onListening(bound -> {
                            say("listening " + bound);
                            System.in.read();
                        })
                        .serve(ChildProgram::answerAll)
                        .build()
                        .listenAndServe(address);
            case "failing-orphans" ->
                builder.serve(ChildProgram::answerAll)
                        .onMasterDeath(() -> {
                            throw new IllegalStateException("not now");
                        })
                        .build()
                        .listenAndServe(address);
            case "own-process" ->
                builder.commandProducer(ChildProgram::startedElsewhere)
                        .readyWhenNotified()
                        .serve(ChildProgram::select)
                        .build()
                        .listenAndServe(address);
            case "orphans" ->
                builder.serve(ChildProgram::answerAll)
                        .onMasterDeath(() -> {
                            append(
                                    Path.of(arguments[2]),
                                    "orphan " + Prefork.slot().getAsInt() + "\n");
                            Runtime.getRuntime().halt(9);
                        })
                        .build()
                        .listenAndServe(address);
            case "tls-files" ->
                builder.serveTls(ChildProgram::answerTls)
                        .build()
                        .listenAndServeTls(address, Path.of(arguments[2]), Path.of(arguments[3]));
            case "tls-bytes" ->
                builder.serveTls(ChildProgram::answerTls)
                        .build()
                        .listenAndServeTls(
                                address,
                                Files.readAllBytes(Path.of(arguments[2])),
                                Files.readAllBytes(Path.of(arguments[3])));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        say("returned " + (Prefork.isChild() ? "child" : "master"));
    }

    /** As a program serves http and https: two masters, each on a thread of its own, and the same two calls in each child. */
    private static void serveTwo(PreforkBuilder builder, String address) throws Exception {
        Prefork https = named(builder, "https");
        Thread other = new Thread(() -> {
            try {
                https.listenAndServe(address);
                say("https returned " + Prefork.isChild());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        other.start();
        named(builder, "http").listenAndServe(address);
        say("http returned " + Prefork.isChild());
        other.join();
    }

    private static Prefork named(PreforkBuilder builder, String name) {
        return builder.name(name)
                .onListening(bound -> say(name + " on " + bound))
                .onChildSpawn(pid -> say(name + " spawned " + pid + "."))
                .onChildRecover((oldPid, newPid) -> say(name + " recovered " + oldPid + "."))
                .onWorkersReady(pids -> say(name + " ready"))
                .serve(listener -> answerAll(listener, name + " " + name()))
                .build();
    }

    /** By a call of the system, as a framework with its own way of starting processes would. */
    private static Command startedElsewhere(Command command) {
        List<String> arguments = new ArrayList<>(List.of("java"));
        arguments.addAll(command.arguments());
        return command.adopt(Posix.system()
                .spawn(new SpawnRequest(
                        command.executable(),
                        arguments,
                        command.environment().entrySet().stream()
                                .map(Object::toString)
                                .toList(),
                        command.descriptors().entrySet().stream()
                                .map(each -> new SpawnRequest.Descriptor(each.getValue(), each.getKey()))
                                .toList())));
    }

    /** The standard output may end with the master. */
    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static String name() {
        return Prefork.slot().getAsInt() + " " + ProcessHandle.current().pid() + "\n";
    }

    private static void answerAll(ServerSocketChannel listener) throws Exception {
        answerAll(listener, name());
    }

    private static void answerAll(ServerSocketChannel listener, String answer) throws Exception {
        while (true) {
            try (SocketChannel connection = listener.accept()) {
                connection.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    /** The first process of the slot asks to be replaced as soon as it has answered. */
    private static void answerAndAsk(ServerSocketChannel listener) throws Exception {
        while (true) {
            try (SocketChannel connection = listener.accept()) {
                connection.write(ByteBuffer.wrap(name().getBytes(StandardCharsets.US_ASCII)));
            }
            if (Prefork.generation().getAsInt() == 1) {
                Prefork.requestRecycle();
            }
        }
    }

    private static void answerWhetherItLeads(ServerSocketChannel listener) throws Exception {
        while (true) {
            try (SocketChannel connection = listener.accept()) {
                String answer = name().strip() + " " + Prefork.leader().tryLead();
                connection.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    private static void select(ServerSocketChannel listener) throws Exception {
        Prefork.notifyReady();
        listener.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                selector.select();
                selector.selectedKeys().clear();
                SocketChannel connection = listener.accept();
                if (connection != null) {
                    try (connection) {
                        connection.write(ByteBuffer.wrap(name().getBytes(StandardCharsets.US_ASCII)));
                    }
                }
            }
        }
    }

    /** What is said while the channel is closed goes nowhere; what is said after the serving must be seen. */
    private static void closeAndTalk(ServerSocketChannel listener) throws Exception {
        listener.close();
    }

    private static void answerTls(ServerSocketChannel listener, SSLContext tls) throws Exception {
        while (true) {
            try (SocketChannel connection = listener.accept();
                    Socket plain = connection.socket();
                    SSLSocket socket =
                            (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), false)) {
                socket.setUseClientMode(false);
                OutputStream out = socket.getOutputStream();
                out.write(name().getBytes(StandardCharsets.US_ASCII));
                out.flush();
            } catch (java.io.IOException e) {
                say("connection failed: " + e);
            }
        }
    }

    static String readAll(SocketChannel connection) throws Exception {
        return new String(Channels.newInputStream(connection).readAllBytes(), StandardCharsets.US_ASCII);
    }
}
