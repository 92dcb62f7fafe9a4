package dev.prefork.it.command;

/**
 * Who answered a request: the body that the scripts among the test resources send.
 *
 * @param pid what the worker takes for its own
 * @param last the descriptor the connection came from; of a WSGI application, the process that answered for the worker
 */
public record WorkerAnswer(int slot, long pid, long last) {
    public static WorkerAnswer parse(String body) {
        String[] words = body.split(" ");
        return new WorkerAnswer(Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
