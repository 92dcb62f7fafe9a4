package dev.prefork.config;

import dev.prefork.container.CpuRequest;
import dev.prefork.handoff.Variables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds names that look like ours and are none. A key can only be meant for us, so a mistyped one is refused; a variable
 * may have come with the environment, so it only gets a warning.
 */
final class UnknownNames {
    /** Keys that are read at build time, and are not options. */
    private static final Set<String> OTHER_KEYS = Set.of("prefork.demo");

    /** Variables a master sets for its workers, as a master may itself be the worker of another, and the pod's own. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            Variables.CHILD,
            Variables.SLOT,
            Variables.GENERATION,
            Variables.LEADER,
            Variables.LIFELINE,
            Variables.BOARD,
            Variables.TAKEOVER,
            Variables.GUARD,
            Variables.MASTER_PID,
            CpuRequest.VARIABLE,
            "PREFORK_DEMO");

    /** What Kubernetes sets for a Service called prefork, or prefork-something, when service links are on. */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "PREFORK_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_.+)?)?)");

    private UnknownNames() {}

    /** Refuses the first key that does not belong to an option. */
    static void refuse(Map<String, String> keysWithTheirPlaces) {
        Set<String> known = names(Option::key, OTHER_KEYS);
        keysWithTheirPlaces.forEach((key, place) -> {
            if (!known.contains(withoutIndex(key, "[", "]", Option::key))) {
                throw new UsageException("unknown key " + key + " (" + place + ")"
                        + Nearest.question(key, names(Option::key, Set.of()), "correct or remove it"));
            }
        });
    }

    /** A line for each variable that does not belong to an option. */
    static List<String> warnings(Collection<String> variables) {
        Set<String> known = names(Option::variable, OTHER_VARIABLES);
        List<String> warnings = new ArrayList<>();
        for (String variable : new TreeSet<>(variables)) {
            if (variable.startsWith("PREFORK_")
                    && !known.contains(withoutIndex(variable, "_", "_", Option::variable))
                    && !SERVICE_LINK.matcher(variable).matches()) {
                warnings.add("unknown variable " + variable + " has no effect"
                        + Nearest.of(variable, names(Option::variable, Set.of()))
                                .map(name -> "; did you mean " + name + "?")
                                .orElse(""));
            }
        }
        return warnings;
    }

    private static Set<String> names(Function<Option<?>, String> form, Set<String> others) {
        return Stream.concat(Options.all().stream().map(form), others.stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A list's elements may be given one by one: {@code prefork.listen[0]}, {@code PREFORK_LISTEN_0_}. */
    private static String withoutIndex(String name, String before, String after, Function<Option<?>, String> form) {
        return Options.all().stream()
                .filter(option -> option.kind() == Option.Kind.LIST)
                .map(form)
                .filter(list -> name.matches(Pattern.quote(list + before) + "\\d+" + Pattern.quote(after)))
                .findFirst()
                .orElse(name);
    }
}
