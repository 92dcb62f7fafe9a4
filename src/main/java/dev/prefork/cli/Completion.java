package dev.prefork.cli;

import dev.prefork.config.Option;
import dev.prefork.config.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code prefork completion} shows: a script for a shell, made from the lists of verbs and options. */
final class Completion {

    private Completion() {}

    static String of(String shell) {
        String function = """
                _prefork() {
                    local words='' word verb='' i last="${COMP_WORDS[COMP_CWORD-1]}"
                    COMPREPLY=()
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        word="${COMP_WORDS[i]}"
                        [ "$word" = -- ] && return 0
                        case "$word" in
                            -*) ;;
                            *) [ "$i" = 1 ] && verb="$word" ;;
                        esac
                    done
                    case "$verb" in
                %s
                        *) words='%s' ;;
                    esac
                    case "$verb $last" in
                %s
                    esac
                    [ "$COMP_CWORD" = 1 ] && words="$words %s"
                    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _prefork prefork
                """.formatted(cases(), settings(), values(), verbs());
        return shell.equals("zsh") ? "autoload -U +X bashcompinit && bashcompinit\n" + function : function;
    }

    private static String cases() {
        return Stream.of(Verb.values())
                .filter(verb -> verb.takes != Verb.Takes.OPTIONS)
                .map(verb -> "        " + verb.word() + ") words='" + String.join(" ", words(verb)) + "' ;;")
                .collect(Collectors.joining("\n"));
    }

    /** After an option that takes a value, only that is offered. */
    private static String values() {
        return Stream.of(Verb.values())
                .flatMap(verb -> verb.options.stream()
                        .filter(option -> !option.isFlag())
                        .flatMap(option -> option.words().stream()
                                .map(word -> "        '" + verb.word() + " " + word + "') words='"
                                        + String.join(" ", option.choices()) + "' ;;")))
                .collect(Collectors.joining("\n"));
    }

    /** What may follow a verb that takes no settings. */
    private static List<String> words(Verb verb) {
        List<String> words = new ArrayList<>();
        if (verb.takes == Verb.Takes.VERB) {
            words.add(verbs());
        } else if (verb.takes == Verb.Takes.PROBE) {
            Stream.of(Probe.values()).map(Probe::word).forEach(words::add);
        } else if (verb.takes == Verb.Takes.SHELL) {
            words.addAll(List.of("bash", "zsh"));
        }
        verb.options.forEach(option -> words.addAll(option.words()));
        words.add("--help");
        return words;
    }

    private static String verbs() {
        return Stream.of(Verb.values()).map(Verb::word).collect(Collectors.joining(" "));
    }

    private static String settings() {
        return Stream.concat(Options.all().stream().map(Option::word), Stream.of("--help", "--version", "--"))
                .collect(Collectors.joining(" "));
    }
}
