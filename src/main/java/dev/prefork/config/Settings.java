package dev.prefork.config;

import dev.prefork.container.CpuRequest;
import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import dev.prefork.handoff.Variables;
import dev.prefork.listen.ListenSpec;
import dev.prefork.os.Built;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** What a master was told to do: a value for each of the {@link Options}, checked and complete. Immutable; any thread. */
public final class Settings {
    private static final String ONE_BY_DEFAULT = "default with --listen none";

    private final Map<Option<?>, Entry> entries;
    private final List<String> command;
    private final List<String> warnings;
    private final QuarkusSettings quarkus;

    private record Entry(Object value, Given given) {}

    private Settings(
            Map<Option<?>, Entry> entries, List<String> command, List<String> warnings, QuarkusSettings quarkus) {
        this.quarkus = quarkus;
        this.entries = Map.copyOf(entries);
        this.command = List.copyOf(command);
        Optional<String> podGrace = get(Options.POD_GRACE_PERIOD)
                .flatMap(granted ->
                        PodGrace.warning(granted, get(Options.DRAIN_DELAY), get(Options.SHUTDOWN_GRACE_PERIOD)))
                .map(why -> entries.get(Options.POD_GRACE_PERIOD).given() + why);
        Optional<String> uncounted = new RecyclingSettings(this).warning();
        this.warnings = Stream.of(warnings.stream(), podGrace.stream(), dumpForStop().stream(), uncounted.stream())
                .flatMap(lines -> lines)
                .toList();
    }

    private Optional<String> dumpForStop() {
        boolean dumps = get(Options.STOP_SIGNAL) == Signal.QUIT && workerKind() == WorkerKind.JVM_COMMAND;
        return dumps
                ? Optional.of(assignment(Options.STOP_SIGNAL)
                        + ": a JVM answers QUIT with a thread dump and goes on, so that every stop ends in SIGKILL after the"
                        + " grace period; leave it out")
                : Optional.empty();
    }

    /**
     * Reads and checks all of them. The command line outweighs system properties, these the environment, this {@code
     * config/application.properties}, and that the {@code application.properties} on the class path.
     *
     * @param commandLine the options given, each with its values; a flag has the value {@code true}
     * @param command what follows {@code --}; empty for the built-in worker
     * @throws UsageException for the first thing that is wrong
     */
    public static Settings load(
            Map<Option<?>, List<String>> commandLine, List<String> command, SettingSources sources) {
        UnknownNames.refuse(sources.preforkKeys());
        sources.requireManagement();
        if (!command.isEmpty() && command.get(0).isBlank()) {
            throw new UsageException("the command after -- is empty; name a program, or omit --");
        }
        Map<Option<?>, Entry> entries = new HashMap<>();
        for (Option<?> option : Options.all()) {
            Entry entry = Optional.ofNullable(commandLine.get(option))
                    .map(texts -> new Given(texts, new Origin(Origin.Kind.COMMAND_LINE, option.word(), "")))
                    .or(() -> sources.find(option))
                    .map(given -> new Entry(given.read(option), given))
                    .orElseGet(() -> byDefault(option, command));
            entries.put(option, entry);
        }
        List<String> warnings =
                new ArrayList<>(UnknownNames.warnings(sources.environment().keySet()));
        CpuRequest.warning(sources.environment()).ifPresent(warnings::add);
        if (sources.application().isPresent() && command.isEmpty()) {
            warnings.addAll(useHttpAddress(entries, sources));
        }
        if (entries.get(Options.LISTEN).value().equals(List.of())
                && entries.get(Options.WORKERS).given().origin().kind() == Origin.Kind.DEFAULT) {
            // A second one would most likely find the port taken.
            Origin origin = new Origin(Origin.Kind.DEFAULT, Options.WORKERS.word(), ONE_BY_DEFAULT);
            entries.put(Options.WORKERS, new Entry(OptionalInt.of(1), new Given(List.of("1"), origin)));
        }
        Settings settings = new Settings(entries, command, warnings, QuarkusSettings.of(sources));
        Contradictions.refuse(settings);
        if (settings.isGiven(Options.LISTEN) || !sources.environment().containsKey(Variables.LISTEN_FDS)) {
            settings.requireBlockingAmong(settings.get(Options.LISTEN));
        }
        return settings;
    }

    /**
     * The same, but for these options, which are as in the others.
     *
     * @throws UsageException if that makes no sense together
     */
    Settings with(Set<Option<?>> options, Settings others) {
        Map<Option<?>, Entry> mixed = new HashMap<>(entries);
        options.forEach(option -> mixed.put(option, others.entries.get(option)));
        Settings settings = new Settings(mixed, command, List.of(), quarkus);
        Contradictions.refuse(settings);
        return settings;
    }

    /**
     * Of an application's own jar the workers are that application: where its settings say that it listens, the master does,
     * unless it was told otherwise or handed sockets.
     *
     * @return what had no effect
     */
    private static List<String> useHttpAddress(Map<Option<?>, Entry> entries, SettingSources sources) {
        boolean told = entries.get(Options.LISTEN).given().origin().kind() != Origin.Kind.DEFAULT
                || sources.environment().containsKey(Variables.LISTEN_FDS);
        if (told) {
            return List.of();
        }
        HttpAddress.listener(sources)
                .ifPresent(given -> entries.put(Options.LISTEN, new Entry(given.read(Options.LISTEN), given)));
        return HttpAddress.tlsWarning(sources).stream().toList();
    }

    private static Entry byDefault(Option<?> option, List<String> command) {
        Given nothing =
                new Given(List.of(option.defaultText()), new Origin(Origin.Kind.DEFAULT, option.word(), "default"));
        Object value = option == Options.READY && ReadyMode.isAnnouncedTooEarlyBy(command)
                ? ReadyMode.parse("accept")
                : option.defaultValue(command);
        return new Entry(value, nothing);
    }

    /** The value in force. */
    @SuppressWarnings("unchecked") // Each was put there as what its option reads.
    public <T> T get(Option<T> option) {
        return (T) entries.get(option).value();
    }

    /** Where it came from. */
    public Origin origin(Option<?> option) {
        return entries.get(option).given().origin();
    }

    /** Whether it was configured, rather than being the default. */
    public boolean isGiven(Option<?> option) {
        return origin(option).kind() != Origin.Kind.DEFAULT;
    }

    /** What Quarkus' settings say about the console. */
    public ConsoleSettings console() {
        return quarkus.console();
    }

    /** Where its management interface is, if that is as it is by default. */
    public Optional<PlainManagement> management() {
        return quarkus.management();
    }

    /** The application whose own jar the master was started from; empty where that is Prefork's own. */
    public Optional<OwnApplication> application() {
        return quarkus.application();
    }

    /** Whether the master listens, and hands its listeners to its workers. */
    public boolean listens() {
        return !get(Options.LISTEN).isEmpty();
    }

    /** What makes a worker ready, with listeners or without. */
    public ReadyMode readyMode() {
        return listens() ? get(Options.READY) : get(Options.READY).withoutListeners();
    }

    /** How many workers there are to be, and why. */
    public Sizing sizing(Readings readings) {
        Sizing sizing = Sizing.of(get(Options.WORKERS), readings, workerKind(), get(Options.STANDBY));
        return listens() || isGiven(Options.WORKERS)
                ? sizing
                : new Sizing(
                        sizing.workers(),
                        List.of("1 worker, the default with --listen none: workers bind their own ports, and of several"
                                + " only the first would get the same one"));
    }

    /** The value in force as one would write it; for {@code auto} and other derived defaults, those words. */
    public <T> String text(Option<T> option) {
        return option.text(get(option));
    }

    /** The option with that text, as its user would write it: {@code --workers 2}, {@code PREFORK_WORKERS=2}. */
    String assignment(Option<?> option) {
        return origin(option).with(text(option));
    }

    /** What to run as a worker; empty for this program itself. */
    public List<String> command() {
        return command;
    }

    /** The same on one line, without control characters. */
    public String commandLine() {
        return String.join(" ", command).replaceAll("\\p{Cntrl}", "?");
    }

    /** Whole lines for the log, about what has no effect or will not be enough. */
    public List<String> warnings() {
        return warnings;
    }

    /** The threshold for a number of workers: the one given, or else the default for so many. */
    public int recoverThresholdFor(int workers) {
        return get(Options.RECOVER_THRESHOLD).orElse(Policy.defaultRecoverThreshold(workers));
    }

    /** In which time unexpected exits are counted: {@code since the start}, or such as {@code within 60s}. */
    public String recoverSpan() {
        Duration window = get(Options.RECOVER_WINDOW);
        return window.isZero() ? "since the start" : "within " + DurationText.format(window);
    }

    /** What runs as a worker. */
    public WorkerKind workerKind() {
        if (!command.isEmpty()) {
            return WorkerKind.of(command);
        }
        return Built.ofThisProcess() == Built.FOR_JVM ? WorkerKind.JVM_BUILT_IN : WorkerKind.NATIVE_BUILT_IN;
    }

    /**
     * Refuses a name for which there is no listener. {@link #load} has done so unless a parent hands in the listeners; then
     * the caller that takes them in must.
     *
     * @throws UsageException for the first such name
     */
    public void requireBlockingAmong(List<ListenSpec> listeners) {
        List<String> names = listeners.stream().map(ListenSpec::name).toList();
        get(Options.BLOCKING_LISTENER).stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new UsageException(origin(Options.BLOCKING_LISTENER) + ": no listener is called '" + name
                            + "', so none would block; the names are " + String.join(", ", names)
                            + ", and --listen NAME=ADDR gives one");
                });
    }

    /**
     * Makes sure that the command can be executed; the built-in worker always can.
     *
     * @param environment what the workers inherit, for its PATH
     * @throws RefusedException if it cannot
     */
    public void requireCommand(Map<String, String> environment) {
        if (!command.isEmpty()) {
            CommandLookup.find(command.get(0), path(environment), Path.of(""));
        }
    }

    /** PATH as workers will have it. */
    Optional<String> path(Map<String, String> environment) {
        return Optional.ofNullable(variables().getOrDefault("PATH", environment.get("PATH")));
    }

    /** What workers get besides what they inherit, and instead of it: from the files first, so that {@code --env} outweighs them. */
    Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        Stream.concat(get(Options.ENV_FILE).stream().map(EnvFile::variables), Stream.of(get(Options.ENV)))
                .flatMap(List::stream)
                .forEach(variable -> variables.put(variable.name(), variable.value()));
        return variables;
    }

    /**
     * Refuses a number of workers that can never make the pod ready. {@link #load} has done so for a number that was
     * given; for {@code auto} the caller that sized must.
     *
     * @throws UsageException if {@code --min-ready} is more than {@code workers}
     */
    public void requireReachable(int workers) {
        if (get(Options.MIN_READY) > workers) {
            throw new UsageException(assignment(Options.MIN_READY) + ": with "
                    + (workers == 1 ? "1 worker" : workers + " workers")
                    + " the pod would never be ready; ask for " + workers + " at most, or for more workers");
        }
    }
}
