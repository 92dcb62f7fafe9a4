package dev.prefork.explain;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A program that is known not to use inherited listeners by itself: it binds its own port, or must be told to use them. Immutable.
 *
 * @param names what it may be called
 * @param mode a word that has to be among its arguments, if not empty
 * @param unless an argument that contains this tells it to use them, if not empty
 * @param why what it does instead, or what it takes
 */
record OwnPort(List<String> names, String mode, String unless, String why) {
    private static final String BINDS = "binds its own port";
    private static final String HIDES = "passes no descriptor on to the program that it runs";

    /** From the programs' own documentation or source; one of which this is not certain does not belong here. */
    private static final List<OwnPort> KNOWN = List.of(
            new OwnPort(List.of("http.server"), "", "", BINDS),
            new OwnPort(List.of("flask"), "run", "", BINDS),
            new OwnPort(List.of("manage.py", "django-admin"), "runserver", "", BINDS),
            new OwnPort(List.of("streamlit"), "run", "", BINDS),
            new OwnPort(List.of("php"), "-S", "", BINDS),
            new OwnPort(List.of("uvicorn"), "", "--fd", BINDS + " without --fd 3"),
            new OwnPort(List.of("hypercorn"), "", "fd://", BINDS + " without --bind fd://3"),
            // Node sets FD_CLOEXEC on all that it inherits when it starts; see uv_disable_stdio_inheritance of libuv.
            new OwnPort(List.of("npm", "npx", "yarn", "pnpm"), "", "", HIDES),
            new OwnPort(List.of("node"), "", "", "binds its own port unless the program calls listen({ fd: 3 })"),
            new OwnPort(
                    List.of("dotnet"), "", "", "binds its own port unless the program calls UseSystemd() of Kestrel"));

    /** One line about a command that is such a program; empty if it is not known to be one. */
    static Optional<String> warning(List<String> command) {
        List<String> words = program(command);
        return KNOWN.stream()
                .filter(each -> each.matches(words))
                .findFirst()
                .map(each -> (words.get(0) + " " + each.mode).strip() + " " + each.why
                        + ", and a worker that uses none of the listeners never becomes ready: see docs/RECIPES.md, or use"
                        + " --listen none if it binds its own port");
    }

    private boolean matches(List<String> words) {
        return !words.isEmpty()
                && names.contains(words.get(0))
                && (mode.isEmpty() || words.contains(mode))
                && (unless.isEmpty() || words.stream().noneMatch(word -> word.contains(unless)));
    }

    /** The name of the program and its arguments; for one that Python runs, that of the module or script. */
    private static List<String> program(List<String> command) {
        if (command.isEmpty()) {
            return command;
        }
        List<String> rest = command.subList(1, command.size());
        String name = base(command.get(0));
        if (!name.matches("python[0-9.]*")) {
            return Stream.concat(Stream.of(name), rest.stream()).toList();
        }
        return IntStream.range(0, rest.size())
                .filter(i -> !rest.get(i).startsWith("-"))
                .mapToObj(i -> Stream.concat(
                                Stream.of(base(rest.get(i))), rest.stream().skip(i + 1L))
                        .toList())
                .findFirst()
                .orElse(List.of());
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
