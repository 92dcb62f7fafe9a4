package dev.prefork.quarkus.master.page;

import dev.prefork.app.Actions;
import dev.prefork.control.Answer;
import dev.prefork.control.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was asked for, and answers as it is told to. */
final class AskedActions implements Actions {
    final List<Request> asked = new CopyOnWriteArrayList<>();
    final List<String> askers = new CopyOnWriteArrayList<>();
    volatile Answer answer = Answer.done(Map.of("line", "it begins"));

    @Override
    public Answer ask(Request request, String asker) {
        asked.add(request);
        askers.add(asker);
        return answer;
    }
}
