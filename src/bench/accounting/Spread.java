package sidecar.bench;

import java.util.List;
import java.util.Locale;

/** How long requests took. */
record Spread(int count, double p50Millis, double p99Millis, double maxMillis) {

    /** Of those that began, or were due, within [from, to). */
    static Spread of(List<Outcome> outcomes, long fromNanos, long toNanos) {
        long[] sorted = outcomes.stream()
                .filter(one -> one.startNanos() - fromNanos >= 0 && one.startNanos() - toNanos < 0)
                .mapToLong(one -> one.endNanos() - one.startNanos())
                .sorted()
                .toArray();
        return new Spread(sorted.length, millis(sorted, 0.50), millis(sorted, 0.99), millis(sorted, 1));
    }

    private static double millis(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, index)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "p50 %.1f ms · p99 %.1f ms · max %.1f ms of %d", p50Millis, p99Millis, maxMillis, count);
    }
}
