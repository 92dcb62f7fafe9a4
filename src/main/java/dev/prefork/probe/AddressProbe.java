package dev.prefork.probe;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/** Asks each starting worker for a path at an address that is the worker's own. For one thread. */
public final class AddressProbe implements Probe {
    private final IntFunction<Target> targets;
    private final Map<Integer, ConnectionProbe> probes = new HashMap<>();

    /** Where one worker is asked, and for what. */
    public record Target(InetSocketAddress address, String path) {}

    /** @param targets by the worker's pid; an address may be that of several: /proc tells who accepted */
    public AddressProbe(IntFunction<Target> targets) {
        this.targets = targets;
    }

    @Override
    public Set<Integer> round(Set<Integer> starting) {
        probes.entrySet().removeIf(known -> {
            boolean over = !starting.contains(known.getKey());
            if (over) {
                known.getValue().close();
            }
            return over;
        });
        Set<Integer> ready = new HashSet<>();
        for (int pid : starting) {
            ready.addAll(probes.computeIfAbsent(pid, this::probe).round(Set.of(pid)));
        }
        return ready;
    }

    private ConnectionProbe probe(int pid) {
        Target target = targets.apply(pid);
        Endpoint endpoint = new Endpoint.Inet(
                target.address().getAddress(), target.address().getPort());
        return ConnectionProbe.asking(new Listener("worker", endpoint, List.of(0), false), target.path());
    }

    @Override
    public boolean isHolding() {
        return probes.values().stream().anyMatch(ConnectionProbe::isHolding);
    }

    @Override
    public void close() {
        probes.values().forEach(ConnectionProbe::close);
        probes.clear();
    }
}
