package dev.prefork.master;

import dev.prefork.os.SpawnRequest;
import dev.prefork.shim.ExecOrder;
import dev.prefork.shim.Shim;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * This executable as a shim, which becomes the worker. Immutable.
 *
 * @param program this executable, with the word that makes it a shim
 */
record OwnExecutableFirst(Program program) implements ListenPid {
    /** Where jffi looks for its library and where it unpacks it: what the master was told, the shim must be. */
    private static final List<String> HANDED_ON = List.of(
            "jffi.boot.library.path", "java.library.path", "jffi.extract.dir", "jffi.extract.name", "java.io.tmpdir");

    /** @param properties the master's; its own command line may hold options that are meant for the worker */
    static OwnExecutableFirst of(String executable, Properties properties) {
        Stream<String> options = HANDED_ON.stream()
                .filter(name -> !properties.getProperty(name, "").isEmpty())
                .map(name -> "-D" + name + "=" + properties.getProperty(name));
        return new OwnExecutableFirst(new Program(
                executable,
                Stream.of(Stream.of(executable), options, Stream.of(Shim.WORD))
                        .flatMap(words -> words)
                        .toList()));
    }

    @Override
    public SpawnRequest start(SpawnRequest worker, List<String> variables) {
        ExecOrder order = new ExecOrder(worker.executable(), worker.arguments(), variables, worker.closedFrom());
        List<String> environment = new ArrayList<>(worker.environment());
        environment.addAll(order.variables());
        return new SpawnRequest(program.executable(), program.arguments(), environment, worker.descriptors());
    }
}
