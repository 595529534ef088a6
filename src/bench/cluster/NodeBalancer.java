package sidecar.bench;

import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * What a load balancer does in front of the nodes: a request whose connection is refused, or that is told 503 {@code draining}, goes to another node, and
 * for a second nobody else goes to that one. Nothing else is repeated. Nodes are counted from 0. Callable from any thread.
 */
final class NodeBalancer {

    private static final long AWAY_NANOS = 1_000_000_000L;
    private static final long GIVES_UP_NANOS = 60 * StrictFixture.SECOND;
    private static final long PAUSE_MILLIS = 50;

    private final List<Gateway> nodes = new CopyOnWriteArrayList<>();
    private final IntUnaryOperator preference;
    private final Map<Integer, Long> awaySince = new ConcurrentHashMap<>();
    private final Map<Outcome, Integer> failures = new ConcurrentHashMap<>();

    private NodeBalancer(IntUnaryOperator preference) {
        this.preference = preference;
    }

    /** Every client prefers one of that many nodes, all of them alike. */
    static NodeBalancer even(int nodes) {
        return new NodeBalancer(client -> client % nodes);
    }

    /** Every client prefers the first node. */
    static NodeBalancer toFirst() {
        return new NodeBalancer(client -> 0);
    }

    /** One node more. */
    void add(Gateway node) {
        nodes.add(node);
    }

    /** Node of that number. */
    Gateway node(int number) {
        return nodes.get(number);
    }

    /**
     * Has a client's request answered by a node that takes it.
     *
     * @param client its number, counted from 0
     * @param ask asks the node of that number once
     * @return how it ended at the last node it was given to, as one request that began at the first
     */
    Outcome route(int client, IntFunction<Outcome> ask) {
        long start = System.nanoTime();
        while (true) {
            int number = choose(client);
            Outcome outcome = ask.apply(number);
            boolean late = System.nanoTime() - start > GIVES_UP_NANOS + (outcome.endNanos() - outcome.startNanos());
            if (late || !refused(outcome)) {
                return ended(number, since(start, outcome));
            }
            awaySince.put(number, System.nanoTime());
            if (awaySince.size() == nodes.size()) {
                Load.pause(PAUSE_MILLIS);
            }
        }
    }

    private int choose(int client) {
        awaySince.values().removeIf(since -> System.nanoTime() - since > AWAY_NANOS);
        int preferred = preference.applyAsInt(client) % nodes.size();
        for (int i = 0; i < nodes.size(); i++) {
            int number = (preferred + i) % nodes.size();
            if (!awaySince.containsKey(number)) {
                return number;
            }
        }
        return preferred;
    }

    private static boolean refused(Outcome outcome) {
        return outcome.failure()
                .filter(failure -> failure.kind().equals("HTTP 503 draining")
                        || (failure.connection() && failure.detail().startsWith(ConnectException.class.getName())))
                .isPresent();
    }

    private static Outcome since(long start, Outcome last) {
        long before = Math.max(0, last.startNanos() - start);
        return new Outcome(
                last.model(),
                last.startNanos() - before,
                last.endNanos(),
                last.waitNanos() + before,
                last.attempts(),
                last.failure());
    }

    private Outcome ended(int node, Outcome outcome) {
        if (!outcome.good()) {
            failures.put(outcome, node);
        }
        return outcome;
    }

    /** Whether that is a failure of that node, which was running there within that time, to the second. */
    boolean ranOn(int node, Outcome outcome, long fromNanos, long toNanos) {
        return failures.getOrDefault(outcome, -1) == node
                && outcome.startNanos() - toNanos < 0
                && outcome.endNanos() - fromNanos > 0
                && outcome.endNanos() - (toNanos + StrictFixture.SECOND) < 0;
    }
}
