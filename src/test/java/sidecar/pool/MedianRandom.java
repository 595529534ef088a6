package sidecar.pool;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Chance without surprises: always the middle, always the first, and ids that count. Thread-safe. */
public final class MedianRandom implements RandomGenerator {

    private final AtomicLong ids = new AtomicLong();

    @Override
    public long nextLong() {
        return ids.incrementAndGet();
    }

    @Override
    public double nextDouble() {
        return 0.5;
    }

    @Override
    public int nextInt(int bound) {
        return 0;
    }
}
