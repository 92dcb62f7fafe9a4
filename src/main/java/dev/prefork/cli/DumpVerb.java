package dev.prefork.cli;

import dev.prefork.control.Answer;
import dev.prefork.control.Request;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What {@code prefork dump} does: asks the master which process it is, and that process for its threads. Where that does not work,
 * the master sends SIGQUIT, and the worker writes them to its own output. For one thread, once.
 */
record DumpVerb(ControlCall call, int slot, PrintStream out) {

    void run(PrintStream err) {
        Answer.Received worker = call.ask(new Request.Dump(slot, OptionalInt.empty()));
        if (!(worker.members().get("pid") instanceof Long pid)) {
            throw new ControlCall.NotDoneException(
                    ControlCall.NO_ANSWER, "the master does not say which process it is");
        }
        try {
            String dump = JvmAttach.threadDump(call.posix(), Path.of("/proc"), pid.intValue());
            out.print(dump);
            out.flush();
        } catch (IOException e) {
            Answer.Received signaled = call.ask(new Request.Dump(slot, OptionalInt.of(pid.intValue())));
            err.println("prefork: "
                    + Page.plain("the dump cannot be fetched (" + e.getMessage() + "); "
                            + signaled.members().get("line")
                            + ": the dump is in its output, kubectl logs in a pod"));
        }
    }
}
