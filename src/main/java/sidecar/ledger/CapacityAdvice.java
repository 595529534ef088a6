package sidecar.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.json.Require;

/**
 * How many keys more would have kept everybody from waiting, in the busiest of some minutes.
 *
 * @param keys at least 1
 * @param rpm requests a minute that such a key would have, as those there are
 * @param minute the busiest one in which somebody waited
 * @param capacity requests a minute that all keys have together
 */
public record CapacityAdvice(long keys, int rpm, RecentActivity.Minute minute, long capacity) {

    public CapacityAdvice {
        Require.atLeast(1, "keys", keys);
    }

    /**
     * Empty when nobody waited, and when those who did waited for something else than room: a cooldown, or one busy model.
     *
     * @param capacity requests a minute that all keys have together; 0 for no limit
     * @param rpm requests a minute of a typical key; 0 for no limit
     */
    public static Optional<CapacityAdvice> of(List<RecentActivity.Minute> minutes, long capacity, int rpm) {
        if (capacity == 0 || rpm == 0) {
            return Optional.empty();
        }
        return minutes.stream()
                .filter(minute -> minute.slice().waiting() > 0)
                .max(Comparator.comparingLong(minute -> minute.slice().arrived()))
                .filter(busiest -> busiest.slice().arrived() > capacity)
                .map(busiest -> new CapacityAdvice(
                        (busiest.slice().arrived() - capacity + rpm - 1) / rpm, rpm, busiest, capacity));
    }

    public ObjectNode json() {
        return Json.object()
                .put("keys", keys)
                .put("rpm", rpm)
                .put("minute", minute.start().toString())
                .put("arrived", minute.slice().arrived())
                .put("capacity", capacity);
    }
}
