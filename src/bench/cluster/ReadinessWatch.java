package sidecar.bench;

import java.util.List;

/** Asks nodes every second whether they want requests, as a load balancer does. */
final class ReadinessWatch {

    private final List<? extends Gateway> nodes;
    private final int[] inService;
    private int looks;

    ReadinessWatch(List<? extends Gateway> nodes) {
        this.nodes = nodes;
        this.inService = new int[nodes.size()];
    }

    /** Looks for that long. */
    void during(double seconds) {
        long end = System.nanoTime() + (long) (seconds * StrictFixture.SECOND);
        while (System.nanoTime() - end < 0) {
            long next = System.nanoTime() + StrictFixture.SECOND;
            for (int node = 0; node < inService.length; node++) {
                inService[node] += nodes.get(node).inService() ? 1 : 0;
            }
            looks++;
            Load.pause(Math.max(0, (Math.min(next, end) - System.nanoTime()) / 1_000_000));
        }
    }

    /** Whether every node was in service at every look. */
    boolean always() {
        for (int count : inService) {
            if (count < looks) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int node = 0; node < inService.length; node++) {
            text.append(node == 0 ? "" : " · ")
                    .append("node ")
                    .append(node + 1)
                    .append(' ')
                    .append(inService[node]);
        }
        return text + " of " + looks + " times";
    }
}
