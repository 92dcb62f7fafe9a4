package dev.prefork.container;

/**
 * The cores this process may use, by the narrowest of what limits them.
 *
 * @param amount may be a fraction; 0 if unknown
 * @param limit what decided, in words that follow the amount
 */
record Cores(double amount, String limit) {

    static Cores of(Readings readings) {
        // Of equal limits the first is named: every process has an affinity, a quota was set on purpose.
        Cores cores = new Cores(0, "");
        if (readings.cpuQuota().isPresent()) {
            cores = new Cores(readings.cpuQuota().getAsDouble(), "by the CPU quota");
        }
        if (readings.affinity().isPresent()) {
            cores = cores.narrowedTo(new Cores(readings.affinity().getAsInt(), "this process may run on"));
        }
        if (readings.cpuset().isPresent()) {
            cores = cores.narrowedTo(new Cores(readings.cpuset().getAsInt(), "by the cpuset"));
        }
        return cores;
    }

    private Cores narrowedTo(Cores other) {
        return amount == 0 || other.amount < amount ? other : this;
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
