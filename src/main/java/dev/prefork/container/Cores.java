package dev.prefork.container;

/**
 * The cores to divide among workers, by the narrowest of what limits them; without a CPU quota, by what was requested.
 *
 * @param amount may be a fraction; 0 if unknown
 * @param limit what decided, in words that follow the amount
 */
record Cores(double amount, String limit) {
    /**
     * Where neither a limit nor a request is set, the node's cores are not the pod's: on a node with 64 of them, 64 workers
     * would share what its neighbours leave.
     */
    private static final int MOST_UNASKED = 8;

    static Cores of(Readings readings) {
        // Of equal limits the first is named: every process has an affinity, a quota was set on purpose.
        Cores cores = new Cores(0, "");
        if (readings.cpuQuota().isPresent()) {
            cores = new Cores(readings.cpuQuota().getAsDouble(), "by the CPU quota");
        } else if (readings.cpuRequest().isPresent()) {
            cores = new Cores(
                    readings.cpuRequest().getAsDouble(),
                    "requested (" + CpuRequest.VARIABLE + "), without a CPU limit");
        }
        if (readings.affinity().isPresent()) {
            cores = cores.narrowedTo(new Cores(readings.affinity().getAsInt(), "this process may run on"));
        }
        if (readings.cpuset().isPresent()) {
            cores = cores.narrowedTo(new Cores(readings.cpuset().getAsInt(), "by the cpuset"));
        }
        boolean asked = readings.cpuQuota().isPresent() || readings.cpuRequest().isPresent();
        return asked || cores.amount <= MOST_UNASKED ? cores : cores.capped();
    }

    private Cores narrowedTo(Cores other) {
        return amount == 0 || other.amount < amount ? other : this;
    }

    private Cores capped() {
        return new Cores(
                MOST_UNASKED,
                "at most without a CPU limit, of " + Amount.ofCores(amount) + " " + limit + "; set a limit, or "
                        + CpuRequest.VARIABLE + " to the millicores of the pod's CPU request");
    }

    /** Whole cores, at least one. */
    int whole() {
        return (int) Math.max(1, Math.floor(amount));
    }

    String reason() {
        if (amount == 0) {
            return "the number of cores could not be read";
        }
        String reason = Amount.ofCores(amount) + " " + limit;
        if (amount < 1) {
            return reason + ", at least 1 worker";
        }
        return amount == Math.floor(amount) ? reason : reason + ", " + whole() + " whole";
    }
}
