package sidecar.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventJson;
import sidecar.pool.event.RemotePoolEvent;
import sidecar.provider.CatalogHolder;
import sidecar.time.FakeTime;

/** Nodes in played time, each with a pool of its own, and what one learns comes to the others, as JSON, after a while. */
final class PoolBus {

    private static final Duration DELAY = Duration.ofMillis(50);

    private final FakeTime time;
    private final Map<String, ProviderPool> nodes = new LinkedHashMap<>();
    private final List<Told> told = new ArrayList<>();
    private boolean cut;

    private record Told(String node, PoolEvent event) {}

    PoolBus(FakeTime time) {
        this.time = time;
    }

    ProviderPool join(String node, CatalogHolder catalog) {
        ProviderPool pool = PoolFixture.pool(time, catalog, new Random(node.hashCode()));
        nodes.put(node, pool);
        pool.onEvent(event -> tell(node, event));
        return pool;
    }

    /** From now on nothing arrives, or again what is told from then on. */
    void cut(boolean off) {
        cut = off;
    }

    /** It tells nothing any more, and hears nothing. */
    void die(String node) {
        nodes.remove(node);
    }

    /** What that node has told. */
    List<PoolEvent> told(String node) {
        return told.stream()
                .filter(one -> one.node().equals(node))
                .map(Told::event)
                .toList();
    }

    private void tell(String from, PoolEvent event) {
        told.add(new Told(from, event));
        if (cut || !nodes.containsKey(from)) {
            return;
        }
        Instant wall = time.instant();
        String json = PoolEventJson.write(event, wall);
        time.after(
                DELAY,
                () -> nodes.forEach((to, pool) -> {
                    if (!to.equals(from)) {
                        PoolEvent read = PoolEventJson.read(json, wall).orElseThrow();
                        pool.apply(List.of(new RemotePoolEvent(read, DELAY)));
                    }
                }));
    }

    /** A second passes, in which each node tells again of the attempts that find something out. */
    void second() {
        nodes.values().forEach(ProviderPool::retellProbes);
        time.advance(Duration.ofSeconds(1));
    }
}
