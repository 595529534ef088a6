package sidecar.door;

import java.util.HashMap;
import java.util.Map;

/** Bounds how much is under way at a time, in all and for each address. Thread-safe; never blocks. */
public final class PerAddressLimit {

    private final int max;
    private final int maxPerAddress;
    private final Map<String, Integer> taken = new HashMap<>(); // guarded by this
    private int all; // guarded by this

    public PerAddressLimit(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Takes a place, if there is one; the caller must {@link #release} it. */
    public synchronized boolean tryAcquire(String address) {
        if (all >= max || taken.getOrDefault(address, 0) >= maxPerAddress) {
            return false;
        }
        all++;
        taken.merge(address, 1, Integer::sum);
        return true;
    }

    /** Gives the place back. Exactly once for each that was taken. */
    public synchronized void release(String address) {
        all--;
        taken.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
}
