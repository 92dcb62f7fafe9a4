package dev.prefork.supervise;

/**
 * The rules of this moment: a reload may bring others. What has a deadline by then keeps it, so they are asked for when something
 * begins, and not kept.
 */
final class PolicyInForce {
    private Policy policy;

    PolicyInForce(Policy first) {
        this.policy = first;
    }

    /** From now on these. */
    void become(Policy other) {
        policy = other;
    }

    Policy.Workers workers() {
        return policy.workers();
    }

    Policy.Replacing replacing() {
        return policy.workers().replacing();
    }

    Policy.Recovery recovery() {
        return policy.recovery();
    }

    Policy.Starting starting() {
        return policy.starting();
    }

    Policy.Stopping stopping() {
        return policy.stopping();
    }
}
