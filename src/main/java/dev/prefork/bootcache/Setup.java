package dev.prefork.bootcache;

import dev.prefork.master.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a master finds when it begins, or reads its settings anew: whether workers can have a boot cache, where it is, and whether the archive is there. Immutable.
 */
public final class Setup {
    private static final String NONE = "no boot cache: ";

    private final Request request;
    private final Optional<Target> target;
    private final Optional<String> off;
    private final Optional<WorkerJava> java;
    private final String key;
    private final boolean image;
    private final Optional<CacheDirectory> directory;
    private final Optional<Archive> archive;
    private final List<String> warnings;

    /**
     * What was asked for.
     *
     * @param on whether there may be one
     * @param parent the directory in which it shall be
     * @param named whether the user named that directory: then any {@code java} command has a cache
     * @param builtIn whether workers are this program
     */
    public record Request(boolean on, Path parent, boolean named, boolean builtIn) {}

    /** A program on a JVM, and the variables it gets. */
    public record Target(Program program, Map<String, String> environment) {}

    private Setup(Found found) {
        request = found.request;
        target = found.target;
        off = Optional.ofNullable(found.off);
        java = Optional.ofNullable(found.java);
        key = found.key;
        image = found.way.image;
        directory = Optional.ofNullable(found.directory);
        archive = found.archive;
        warnings = List.copyOf(found.warnings);
    }

    private static final class Found {
        private final Request request;
        private final Optional<Target> target;
        private final Way way;
        private final List<String> warnings = new ArrayList<>();
        private String off;
        private WorkerJava java;
        private String key = "";
        private CacheDirectory directory;
        private Optional<Archive> archive = Optional.empty();

        Found(Request request, Optional<Target> target, Way way) {
            this.request = request;
            this.target = target;
            this.way = way;
        }
    }

    /** For a master: makes the directory. */
    public static Setup prepare(Request request, Optional<Target> target) {
        return look(request, target, new Way(false, true), before -> false).orElseThrow();
    }

    /** The same without changing anything. */
    public static Setup inspect(Request request, Optional<Target> target) {
        return look(request, target, new Way(true, true), before -> false).orElseThrow();
    }

    /** For a master whose workers are started as this from now on: the same as before where that fits them, as an archive of it may be in the making. */
    Setup preparedAnew(Request anew, Optional<Target> other) {
        return look(anew, other, new Way(false, image), this::fits).orElse(this);
    }

    private boolean fits(Found found) {
        return off.equals(Optional.ofNullable(found.off))
                && key.equals(found.key)
                && java.map(WorkerJava::executable)
                        .equals(Optional.ofNullable(found.java).map(WorkerJava::executable))
                && java.map(WorkerJava::optionText)
                        .equals(Optional.ofNullable(found.java).map(WorkerJava::optionText));
    }

    /** What there would be for a master whose image has no archive. */
    Setup withoutImage() {
        return look(request, target, new Way(false, false), before -> false).orElseThrow();
    }

    private record Way(boolean readOnly, boolean image) {
        CacheDirectory open(Path parent, int user) throws UnusableException {
            return readOnly ? CacheDirectory.look(parent, user) : CacheDirectory.open(parent, user);
        }

        Optional<Archive> find(Found found) throws UnusableException {
            CacheDirectory directory = found.directory;
            try {
                Optional<Archive> archive = readOnly
                        ? directory.peek(found.key, found.warnings::add)
                        : directory.find(found.key, found.warnings::add);
                if (archive.isEmpty()) {
                    requireNoLeftover(directory.leftover(found.key));
                }
                return archive;
            } finally {
                if (!readOnly) {
                    directory.removeStale();
                }
            }
        }

        private void requireNoLeftover(Optional<Path> leftover) throws UnusableException {
            if (leftover.isPresent()) {
                if (!readOnly) {
                    CacheDirectory.touch(leftover.get());
                }
                throw new UnusableException("the master that made one was killed meanwhile, such as by the OOM killer,"
                        + " so none is made again; raise the memory limit and remove " + leftover.get());
            }
        }
    }

    /** @param known whether what was found is; then it is not looked for an archive, and the answer is empty */
    private static Optional<Setup> look(Request request, Optional<Target> target, Way way, Predicate<Found> known) {
        Found found = new Found(request, target, way);
        try {
            if (!request.on()) {
                throw new UnusableException("it is off");
            }
            if (target.isEmpty()) {
                throw new UnusableException("workers are not started as a JVM");
            }
            found.java = WorkerJava.of(target.get().program(), target.get().environment());
            found.java.requireUsable();
            if (!request.builtIn() && !request.named() && !found.java.hasPrefork()) {
                throw new UnusableException(
                        "the command does not have Prefork on its class path; --boot-cache DIR makes one all the same");
            }
            found.archive = way.image() ? found.java.ofImage() : Optional.empty();
            if (found.archive.isEmpty()) {
                found.key = found.java.key();
            }
            if (known.test(found)) {
                return Optional.empty();
            }
            if (found.archive.isEmpty()) {
                found.directory = way.open(request.parent(), CacheDirectory.thisUser());
                found.archive = way.find(found);
            }
        } catch (UnusableException e) {
            found.off = e.getMessage();
        }
        return known.test(found) ? Optional.empty() : Optional.of(new Setup(found));
    }

    /** What there is, in one sentence. */
    public String sentence() {
        if (off.isPresent()) {
            return NONE + off.get();
        }
        if (archive.isPresent()) {
            return "boot cache: workers start from " + archive.get().file() + " ("
                    + archive.get().size() + (archive.get().ours() ? ")" : "), the image's");
        }
        return "boot cache: none yet in " + directory.orElseThrow().path()
                + "; it will be made of the classes that the first ready worker has loaded";
    }

    Optional<String> off() {
        return off;
    }

    /** Whether the user named a place, so that to have none is against a wish. */
    boolean wasAskedFor() {
        return request.named();
    }

    /** Other programs know nothing of it, and who turned it off needs no reminder. */
    boolean isWorthALine() {
        return off.isEmpty() || request.on() && (request.named() || request.builtIn() && java.isPresent());
    }

    Optional<Archive> archive() {
        return archive;
    }

    List<String> warnings() {
        return warnings;
    }

    WorkerJava java() {
        return java.orElseThrow();
    }

    Path unfinished(String kind) {
        return directory.orElseThrow().unfinished(key, kind);
    }

    /** Marks that an archive is about to be made. */
    Attempt attempt() throws IOException {
        return Attempt.begin(unfinished("tmp"), unfinished(Attempt.KIND));
    }

    Archive publish(Path complete) throws IOException {
        return directory.orElseThrow().publish(complete, key);
    }

    /** A JVM that refuses the archive starts without, and its own lines about that stay out of the worker's log. */
    List<String> optionsOfUse(Archive used) {
        return List.of("-XX:SharedArchiveFile=" + used.file(), "-Xshare:auto", "-Xlog:cds*=off");
    }
}
