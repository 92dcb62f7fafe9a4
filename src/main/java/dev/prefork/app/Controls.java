package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.master.Master;
import dev.prefork.os.Posix;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The ways to change a master while it runs: SIGHUP and watched files, which have the settings read anew, and what is asked for over the
 * control socket and the management interface.
 *
 * <p>Threading: for the thread that supervises; each of them has a thread of its own.
 *
 * @param actions what can be asked for
 */
record Controls(ReloadThread reloads, FileWatch files, ControlSocket socket, MasterActions actions)
        implements AutoCloseable {

    /**
     * What those who ask are answered from.
     *
     * @param status the state as JSON
     */
    record Answers(Supplier<byte[]> status, Shares shares, LoopReplies replies) {}

    static Controls begin(Posix posix, Master master, Reload reload, Settings settings, Answers answers) {
        ReloadThread reloads = ReloadThread.begin(reload);
        master.reloadBy(reloads);
        MasterActions actions = new MasterActions(
                master,
                new MasterActions.Looks(answers.status(), Console.recent()),
                new MasterActions.Reloading(reload, reloads),
                answers.shares(),
                answers.replies());
        FileWatch files =
                new FileWatch(settings.get(Options.WATCH), changed -> reloads.accept(saying(changed)), Console::log);
        return new Controls(
                reloads, files, ControlSocket.begin(posix, settings.get(Options.CONTROL), actions), actions);
    }

    private static String saying(List<Path> changed) {
        String names = changed.stream().map(Path::toString).collect(Collectors.joining(", "));
        return names + (changed.size() == 1 ? " has changed" : " have changed");
    }

    @Override
    public void close() {
        socket.close();
        files.close();
        reloads.close();
    }
}
