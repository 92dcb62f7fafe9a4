package dev.prefork.cli;

import dev.prefork.control.Answer;
import dev.prefork.control.Request;
import dev.prefork.json.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What the verbs do that ask a running master. For one thread, once. */
record ControlVerb(Verb verb, VerbArguments arguments, PrintStream out) {
    /** A little more than the shortest time over which a master measures. */
    private static final Duration BETWEEN_RATES = Duration.ofMillis(1_100);

    /** How long a master that stops may take from the end of its conversations to its own. */
    private static final Duration END = Duration.ofSeconds(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** Returns the exit code; what is wrong is one line on {@code err}. */
    int run(PrintStream err) {
        try {
            Deadline deadline = Deadline.in(arguments.timeout());
            ControlCall call = ControlCall.to(arguments.pid());
            switch (verb) {
                case STATUS -> status(call);
                case DUMP -> new DumpVerb(call, Integer.parseInt(operand()), out).run(err);
                case STOP -> stop(call, deadline);
                default -> say(call.ask(request(), progress -> line(progress.line()), deadline));
            }
            return ControlCall.DONE;
        } catch (ControlCall.NotDoneException e) {
            err.println("prefork: " + Page.plain(e.getMessage()));
            return e.exitCode();
        }
    }

    private Request request() {
        boolean waits = arguments.has(VerbOption.WAIT);
        return switch (verb) {
            case RELOAD -> new Request.Reload(waits);
            case SCALE -> new Request.Scale(arguments.number(), arguments.isRelative(), waits);
            case STOP -> new Request.Stop(arguments.has(VerbOption.NOW));
            case KILL -> new Request.Kill(Integer.parseInt(operand()), arguments.has(VerbOption.NOW));
            default -> throw new IllegalStateException(verb + " asks for something else");
        };
    }

    private String operand() {
        return arguments.operand().orElseThrow();
    }

    private void say(Answer.Received done) {
        line(String.valueOf(done.members().get("line")));
    }

    /** A master's line may have words of a worker in it. */
    private void line(String text) {
        out.println(Page.plain(text));
        out.flush();
    }

    private void stop(ControlCall call, Deadline deadline) {
        try {
            say(call.ask(request()));
        } catch (ControlCall.NotDoneException e) {
            // One without workers is gone before it can answer.
            endedInstead(call, e);
            return;
        }
        if (arguments.has(VerbOption.WAIT)) {
            while (call.isRunning()) {
                deadline.requireTime();
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
            line("the master has ended");
        }
    }

    /** What it says if the master has ended instead of answering; else it has failed. */
    private void endedInstead(ControlCall call, ControlCall.NotDoneException unanswered) {
        long deadline = System.nanoTime() + END.toNanos();
        while (unanswered.exitCode() == ControlCall.NO_ANSWER && System.nanoTime() - deadline < 0) {
            if (!call.isRunning()) {
                if (!arguments.value(VerbOption.OUTPUT).equals(Optional.of("json"))) {
                    line("the master has ended");
                }
                return;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        throw unanswered;
    }

    private void status(ControlCall call) {
        String output = arguments.value(VerbOption.OUTPUT).orElse("table");
        if (arguments.has(VerbOption.FOLLOW)) {
            EventLines events = new EventLines(out, output.equals("json"));
            // The first answer comes before the status is asked for, so that no event is between the two.
            try {
                call.ask(new Request.Events(-1, true), answer -> {
                    if (events.isFirst()) {
                        show(call, output);
                    }
                    events.show(answer);
                    if (out.checkError()) {
                        // EPIPE: no process reads the rest.
                        throw new ControlCall.NotDoneException(ControlCall.REFUSED, "the output is no longer read");
                    }
                });
            } catch (ControlCall.NotDoneException e) {
                endedInstead(call, e);
            }
        } else {
            show(call, output);
        }
    }

    private void show(ControlCall call, String output) {
        Map<String, Object> status = call.ask(new Request.Status()).members();
        if (output.equals("json")) {
            out.println(Json.write(status));
        } else {
            if (!StatusTable.hasRates(status)) {
                // Nothing has looked lately, and rates need two looks. A person can wait for the second.
                LockSupport.parkNanos(BETWEEN_RATES.toNanos());
                status = call.ask(new Request.Status()).members();
            }
            out.print(StatusTable.of(status, output.equals("wide")));
        }
        out.flush();
    }
}
