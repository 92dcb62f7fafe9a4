package dev.prefork.cli;

import dev.prefork.config.Nearest;
import dev.prefork.config.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the program can be told to do. A new verb is a constant here, and what it does in {@link Cli}. */
enum Verb {
    RUN(Takes.OPTIONS, "Bind the sockets, start and supervise the workers. The default.", """
            prefork run --workers 4 --listen http=tcp4://0.0.0.0:8000 -- gunicorn app:app
                Four gunicorns that share one socket.
            """),
    CHECK(Takes.OPTIONS, "Validate the settings and look up COMMAND, and show them. Binds nothing.", """
            prefork check --workers 4 --drain-delay 5s -- gunicorn app:app
                Before a rollout: the settings in force with their origins, or what is wrong with them.
            """),
    EXPLAIN(Takes.OPTIONS, "Show what run would do here: limits, sizes, the stop, warnings. Binds nothing.", """
            prefork explain --drain-delay 5s --shutdown-grace-period 25s
                In a running pod: how many workers fit its limits, and how long its stop takes at most.
            """),
    HEALTH(Takes.PROBE, "Query the running master: health [live|ready|started|well], ready by default.", """
            prefork health live
                As the command of an exec probe. The management port is found as the master finds it.
            """),
    STATUS(
            Takes.NONE,
            "Show the running master: what is wrong, its workers, its listeners.",
            """
            prefork status
                kubectl exec POD -- prefork status, or with java -jar in prefork's place.
            """,
            VerbOption.OUTPUT,
            VerbOption.FOLLOW,
            VerbOption.PID),
    RELOAD(
            Takes.NONE,
            "Read the settings anew and replace all workers one by one, as SIGHUP does.",
            """
            prefork reload --wait
                Shows how far it has come; exit code 1, and the reason, if it is aborted.
            """,
            VerbOption.WAIT,
            VerbOption.TIMEOUT,
            VerbOption.PID),
    SCALE(
            Takes.NUMBER,
            "Change the number of workers: to N, or by +N or -N.",
            """
            prefork scale +1
            """,
            VerbOption.WAIT,
            VerbOption.TIMEOUT,
            VerbOption.PID),
    STOP(
            Takes.NONE,
            "Stop the master as SIGTERM does; with --now without the drain delay, as SIGINT does.",
            """
            prefork stop --wait
                Returns when the master has ended.
            """,
            VerbOption.NOW,
            VerbOption.WAIT,
            VerbOption.TIMEOUT,
            VerbOption.PID),
    KILL(
            Takes.SLOT,
            "Replace the worker of a slot, the new one first; with --now SIGKILL first.",
            """
            prefork kill 2
            """,
            VerbOption.NOW,
            VerbOption.PID),
    DUMP(Takes.SLOT, "Show what the threads of a slot's JVM worker are doing.", """
            prefork dump 2
                Where it cannot be fetched, the worker writes it to its output.
            """, VerbOption.PID),
    COMPLETION(Takes.SHELL, "Show a script that lets a shell complete verbs and options.", """
            prefork completion bash
                To be written to /etc/bash_completion.d/prefork, or sourced.
            """),
    VERSION(Takes.NOTHING, "Show the version and the runtime.", """
            prefork version
            """),
    HELP(Takes.VERB, "Show this text, or the help of one verb: help VERB or VERB --help.", """
            prefork help health
            """);

    final Takes takes;
    final String description;

    /** A command line, and where it does not speak for itself, a line that says what it is good for. */
    final String example;

    /** Of its own; a verb that takes settings has none. */
    final List<VerbOption> options;

    Verb(Takes takes, String description, String example, VerbOption... options) {
        this.options = List.of(options);
        this.takes = takes;
        this.description = description;
        this.example = example;
    }

    enum Takes {
        OPTIONS("[OPTIONS] [-- COMMAND ARG...]", "options and a command", ""),
        PROBE("[live|ready|started|well]", "one argument: live, ready, started or well", "ready"),
        VERB("[VERB]", "one argument: a verb", "help"),
        NOTHING("", "neither options nor a command", ""),
        NONE("", "no argument beside its options", ""),
        NUMBER("N|+N|-N", "one argument: a number of workers N, or +N or -N", ""),
        SLOT("SLOT", "one argument: the number of a slot, from 0", ""),
        SHELL("bash|zsh", "one argument: bash or zsh", "");

        final String usage;
        final String inWords;

        /** What is taken where nothing follows. */
        final String defaultOperand;

        Takes(String usage, String inWords, String defaultOperand) {
            this.usage = usage;
            this.inWords = inWords;
            this.defaultOperand = defaultOperand;
        }

        /** Whether what follows is parsed as {@link VerbArguments}. */
        boolean isOfAMaster() {
            return compareTo(NONE) >= 0;
        }

        /** Whether an operand is one that it takes. */
        boolean accepts(String operand) {
            return switch (this) {
                case NUMBER -> operand.matches("[+-]?[0-9]{1,9}");
                case SLOT -> operand.matches("[0-9]{1,9}");
                case SHELL -> operand.equals("bash") || operand.equals("zsh");
                default -> true;
            };
        }
    }

    /** Whether it only asks a master of another process, so that what goes wrong is not a pod's reason to end. */
    boolean asksAMaster() {
        return this == HEALTH || takes.isOfAMaster();
    }

    /** As users write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Verb> of(String word) {
        return Stream.of(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }

    /** The verb that must be meant by this word, or a refusal that names the nearest, and says where a command belongs. */
    static Verb meantBy(String word) {
        return of(word).orElseThrow(() -> new UsageException("unknown verb " + word
                + Nearest.question(word, Stream.of(values()).map(Verb::word).toList(), afterSeparator(word))));
    }

    /** What most who write a word in the wrong place have forgotten. */
    static String afterSeparator(String word) {
        return "a command to run comes after --, as in prefork [OPTIONS] -- " + word + " ...; see prefork --help";
    }
}
