package dev.prefork.explain;

import dev.prefork.config.DurationText;
import dev.prefork.config.Options;
import dev.prefork.config.PodGrace;
import dev.prefork.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When what happens after SIGTERM, and what a pod must grant for it. Pure; immutable. */
public record StopPlan(Settings settings) {

    /**
     * A moment of the stop.
     *
     * @param when such as {@code +5s} from the SIGTERM
     * @param what a sentence without its full stop
     */
    public record Moment(String when, String what) {}

    /** In their order. Each is the latest: what is done is left early. */
    public List<Moment> moments() {
        Duration drain = settings.get(Options.DRAIN_DELAY);
        Duration grace = settings.get(Options.SHUTDOWN_GRACE_PERIOD);
        String signal = "SIG" + settings.get(Options.STOP_SIGNAL);
        List<Moment> moments = new ArrayList<>();
        moments.add(new Moment(
                after(Duration.ZERO),
                drain.isZero()
                        ? "SIGTERM arrives: the pod is unready"
                        : "SIGTERM arrives: the pod is unready, but keeps serving; workers that die are replaced"));
        if (!settings.listens() && !grace.isZero()) {
            moments.add(new Moment(
                    after(drain), "workers get " + signal + "; what they listen on themselves they close themselves"));
            moments.add(new Moment(after(drain.plus(grace)), "SIGKILL to everything left in the workers' sessions"));
        } else if (grace.isZero()) {
            moments.add(new Moment(after(drain), "workers get " + signal + ", and SIGKILL immediately after it"));
        } else {
            moments.add(new Moment(
                    after(drain),
                    "new connections are dropped (TCP clients retry); workers empty the accept queue, and get " + signal
                            + " when it is empty"));
            moments.add(
                    new Moment(
                            after(drain.plus(grace.dividedBy(2))),
                            signal
                                    + " to workers even if the queue is not empty, so that half of the grace period is left for them"));
            moments.add(new Moment(after(drain.plus(grace)), "SIGKILL to everything left in the workers' sessions"));
        }
        moments.add(new Moment("exit", "with code 0, as soon as the last worker has exited"));
        return List.copyOf(moments);
    }

    /** What Kubernetes has to grant, in one sentence. */
    public String podNeeds() {
        String known = settings.get(Options.POD_GRACE_PERIOD)
                .map(granted -> "this pod's is set to " + DurationText.format(granted))
                .orElse("this pod's value is not known; pass it with --pod-grace-period");
        return "terminationGracePeriodSeconds of at least " + neededSeconds() + ": drain delay "
                + DurationText.format(settings.get(Options.DRAIN_DELAY)) + " + grace period "
                + DurationText.format(settings.get(Options.SHUTDOWN_GRACE_PERIOD)) + " + 2s to spare; " + known;
    }

    /** Whole seconds, rounded up. */
    long neededSeconds() {
        return PodGrace.neededSeconds(settings.get(Options.DRAIN_DELAY), settings.get(Options.SHUTDOWN_GRACE_PERIOD));
    }

    private static String after(Duration duration) {
        return "+" + DurationText.format(duration);
    }
}
