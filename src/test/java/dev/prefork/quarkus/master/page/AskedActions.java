package dev.prefork.quarkus.master.page;

import dev.prefork.app.Actions;
import dev.prefork.control.Answer;
import dev.prefork.control.Course;
import dev.prefork.control.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what it was asked for, and answers as it is told to. */
final class AskedActions implements Actions {
    final List<Request> asked = new CopyOnWriteArrayList<>();
    final List<String> askers = new CopyOnWriteArrayList<>();
    final AtomicInteger over = new AtomicInteger();
    volatile Answer answer = Answer.done(Map.of("line", "it begins"));
    volatile boolean late;

    @Override
    public Course begin(Request request, String asker) {
        asked.add(request);
        askers.add(asker);
        return new Course() {
            @Override
            public List<Answer> look() {
                return late ? List.of() : List.of(answer);
            }

            @Override
            public void over() {
                over.incrementAndGet();
            }
        };
    }
}
