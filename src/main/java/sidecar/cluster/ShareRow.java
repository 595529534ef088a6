package sidecar.cluster;

/**
 * What one node owns of one limit, as the store keeps it.
 *
 * @param standing what it would go on using without the store is at most this
 * @param wanted what it said last that it has use for
 * @param gained when it got a place last, counted in gains of all nodes
 */
public record ShareRow(SharedLimit limit, String node, long owned, long standing, long wanted, long gained) {

    static ShareRow none(SharedLimit limit, String node) {
        return new ShareRow(limit, node, 0, 0, 0, 0);
    }

    /** Whether nothing would be lost with it. */
    public boolean isEmpty() {
        return owned == 0 && standing == 0 && wanted == 0;
    }

    ShareRow withOwned(long places) {
        return new ShareRow(limit, node, places, standing, wanted, gained);
    }

    ShareRow withWanted(long places) {
        return new ShareRow(limit, node, owned, standing, places, gained);
    }

    ShareRow withStanding(long places) {
        return new ShareRow(limit, node, owned, places, wanted, gained);
    }

    ShareRow withGain(long places, long gain) {
        return new ShareRow(limit, node, owned + places, standing, wanted, gain);
    }
}
