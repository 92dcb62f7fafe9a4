package dev.prefork.quarkus.master.page;

import dev.prefork.app.Actions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was asked for, and does what it is told to. */
final class AskedActions implements Actions {
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile Outcome outcome = Outcome.begun("it begins");

    private Outcome note(String what, String asker) {
        asked.add(what + " by " + asker);
        return outcome;
    }

    @Override
    public Outcome reload(String asker) {
        return note("reload", asker);
    }

    @Override
    public Outcome scale(int workers, String asker) {
        return note("scale " + workers, asker);
    }

    @Override
    public Outcome stop(String asker) {
        return note("stop", asker);
    }

    @Override
    public Outcome kill(int slot, String asker) {
        return note("kill " + slot, asker);
    }
}
