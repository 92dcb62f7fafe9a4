package dev.prefork.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The status document as people read it: what is wrong first, then the workers, then the listeners. Pure; it takes a document as it comes
 * from a master of another version, of which any part may be missing.
 */
final class StatusTable {
    private static final double KIBI = 1024;
    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;
    private static final String NONE = "-";

    private final Part document;
    private final boolean wide;

    private StatusTable(Map<?, ?> document, boolean wide) {
        this.document = new Part(document);
        this.wide = wide;
    }

    /** @param wide with what is seldom asked for as well */
    static String of(Map<?, ?> document, boolean wide) {
        return new StatusTable(document, wide).text();
    }

    /** Whether there is nothing to wait for: no worker of it lacks a figure that a second look would bring. */
    static boolean hasRates(Map<?, ?> document) {
        return new Part(document)
                .parts("slots").stream().noneMatch(slot -> slot.has("cpu_seconds_total") && !slot.has("cpu_cores"));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        Part master = document.part("master");
        text.append("prefork ").append(master.text("version")).append(" on ").append(master.text("host"));
        text.append(" (pid ").append(master.text("pid")).append("), up ").append(master.age("uptime_seconds"));
        text.append(": ").append(document.text("state")).append('\n');
        document.parts("problems").forEach(problem -> text.append("  ")
                .append(problem.text("severity").toUpperCase(Locale.ROOT))
                .append(": ")
                .append(problem.text("text"))
                .append('\n'));
        text.append('\n').append(facts()).append('\n').append(slots());
        if (!document.parts("listeners").isEmpty()) {
            text.append('\n').append(listeners());
        }
        return text.toString();
    }

    private String facts() {
        Part workers = document.part("workers");
        Columns facts = new Columns();
        facts.row(
                "workers",
                workers.text("ready") + " of " + workers.text("desired") + " ready, " + workers.text("starting")
                        + " starting, " + workers.text("standby") + " standing by, " + workers.text("stopping")
                        + " stopping");
        Part recover = document.part("recover");
        facts.row("exits", recover.text("exits") + " unexpected, at most " + recover.text("threshold") + " allowed");
        Part rollout = document.part("rollout");
        String progress = rollout.text("begun") + " of " + rollout.text("of");
        facts.row(
                "reload",
                switch (rollout.text("result")) {
                    case "none" -> "none so far";
                    case "active" -> "version " + rollout.text("version") + " in course, " + progress;
                    case "aborted" -> "version " + rollout.text("version") + " aborted: " + rollout.text("reason");
                    default -> "version " + rollout.text("version") + " " + rollout.text("result");
                });
        Part leader = document.part("leader");
        facts.row(
                "leader",
                leader.isEmpty() ? "none" : "worker " + leader.text("slot") + " (pid " + leader.text("pid") + ")");
        return facts.text();
    }

    private String slots() {
        Columns table = new Columns();
        List<String> head = new ArrayList<>(List.of(
                "SLOT", "PID", "GEN", "STATE", "AGE", "READY FOR", "RESTARTS", "CPU", "MEMORY", "REQ/S", "SHARE"));
        if (wide) {
            head.addAll(List.of("FDS", "THREADS", "VERSION", "REASON"));
        }
        head.addAll(List.of("LAST EXIT", "STATUS"));
        table.row(head.toArray(String[]::new));
        for (Part slot : document.parts("slots")) {
            List<String> row = new ArrayList<>(List.of(
                    slot.text("slot"),
                    slot.text("pid"),
                    slot.text("generation"),
                    state(slot),
                    slot.age("uptime_seconds"),
                    slot.age("ready_seconds"),
                    slot.text("restarts_total"),
                    slot.percent("cpu_cores"),
                    slot.bytes("resident_memory_bytes"),
                    slot.number("requests_per_second"),
                    slot.percent("requests_share")));
            if (wide) {
                row.addAll(List.of(
                        slot.text("open_fds"), slot.text("threads"), slot.text("version"), slot.text("reason")));
            }
            row.addAll(List.of(lastExit(slot.part("last_exit")), said(slot)));
            table.row(row.toArray(String[]::new));
        }
        return table.text();
    }

    private static String state(Part slot) {
        String halted = slot.has("halted") ? ", " + slot.text("halted") : "";
        return slot.has("backoff_seconds")
                ? "waiting " + slot.number("backoff_seconds") + " s"
                : slot.text("state") + halted;
    }

    private static String said(Part slot) {
        return slot.has("down")
                ? "DOWN: " + slot.text("down") + (slot.has("status") ? "; " + slot.text("status") : "")
                : slot.text("status");
    }

    /** With its time, since one of last week explains nothing of today. */
    private static String lastExit(Part exit) {
        return exit.isEmpty()
                ? NONE
                : exit.text("time") + " " + exit.text("text") + (exit.is("planned") ? ", planned" : "");
    }

    private String listeners() {
        Columns table = new Columns();
        table.row("LISTENER", "WAITING", "LIMIT", "NONE ACCEPTED FOR");
        document.parts("listeners")
                .forEach(listener -> table.row(
                        listener.text("name"),
                        listener.text("queue"),
                        listener.text("queue_limit"),
                        listener.age("stalled_seconds")));
        return table.text();
    }

    /** One object of the document. */
    private record Part(Map<?, ?> map) {
        boolean isEmpty() {
            return map.isEmpty();
        }

        boolean has(String key) {
            return map.get(key) != null;
        }

        boolean is(String key) {
            return Boolean.TRUE.equals(map.get(key));
        }

        Part part(String key) {
            return new Part(map.get(key) instanceof Map<?, ?> part ? part : Map.of());
        }

        List<Part> parts(String key) {
            List<Part> parts = new ArrayList<>();
            if (map.get(key) instanceof List<?> list) {
                list.forEach(each -> parts.add(new Part(each instanceof Map<?, ?> part ? part : Map.of())));
            }
            return parts;
        }

        /** Workers choose some of the words: no control character of theirs may reach a terminal. */
        String text(String key) {
            Object value = map.get(key);
            return value == null || value.equals("") ? NONE : Page.plain(String.valueOf(value));
        }

        String number(String key) {
            return map.get(key) instanceof Number number ? rounded(number.doubleValue()) : NONE;
        }

        String percent(String key) {
            return map.get(key) instanceof Number number ? Math.round(100 * number.doubleValue()) + "%" : NONE;
        }

        String bytes(String key) {
            if (!(map.get(key) instanceof Number number)) {
                return NONE;
            }
            double mebi = number.doubleValue() / KIBI / KIBI;
            return mebi < KIBI ? Math.round(mebi) + " MiB" : rounded(mebi / KIBI) + " GiB";
        }

        String age(String key) {
            return map.get(key) instanceof Number number ? StatusTable.age(number.doubleValue()) : NONE;
        }
    }

    private static String rounded(double number) {
        return number < 100 ? String.format(Locale.ROOT, "%.1f", number) : Long.toString(Math.round(number));
    }

    /** Two units tell enough. */
    static String age(double seconds) {
        if (seconds < MINUTE) {
            return (long) seconds + "s";
        }
        if (seconds < HOUR) {
            return (long) (seconds / MINUTE) + "m" + (long) (seconds % MINUTE) + "s";
        }
        return seconds < DAY
                ? (long) (seconds / HOUR) + "h" + (long) (seconds % HOUR / MINUTE) + "m"
                : (long) (seconds / DAY) + "d" + (long) (seconds % DAY / HOUR) + "h";
    }

    /** Text in columns, each as wide as what is longest in it, the last one aside. */
    private static final class Columns {
        private final List<String[]> rows = new ArrayList<>();

        void row(String... cells) {
            rows.add(cells);
        }

        String text() {
            int[] widths = new int[rows.get(0).length];
            for (String[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    widths[i] = Math.max(widths[i], row[i].length());
                }
            }
            StringBuilder text = new StringBuilder();
            for (String[] row : rows) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < row.length; i++) {
                    line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
                }
                text.append(line.toString().stripTrailing()).append('\n');
            }
            return text.toString();
        }
    }
}
