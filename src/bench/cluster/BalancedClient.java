package sidecar.bench;

import java.util.HashMap;
import java.util.Map;

/** One client behind a load balancer, with one kept connection to the node it was sent to last. For one thread. */
final class BalancedClient implements Asker {

    private static final long NODES = 100; // more than there are

    private final NodeBalancer balancer;
    private final String token;
    private final Map<String, MockModel> models;
    private final int number;
    private final Map<Integer, Client> byNode = new HashMap<>();

    /** @param number makes lengths and nonces the same in every run */
    BalancedClient(NodeBalancer balancer, String token, Map<String, MockModel> models, int number) {
        this.balancer = balancer;
        this.token = token;
        this.models = models;
        this.number = number;
    }

    @Override
    public Outcome ask(String model, boolean stream, boolean usage) {
        return balancer.route(number, node -> at(node).ask(model, stream, usage));
    }

    /** A connection that nobody uses may have been ended by its node meanwhile, which a load balancer sees. */
    private Client at(int node) {
        byNode.entrySet().stream()
                .filter(other -> other.getKey() != node)
                .forEach(other -> other.getValue().close());
        return byNode.computeIfAbsent(node, this::connect);
    }

    private Client connect(int node) {
        Gateway gateway = balancer.node(node);
        Target target = new Target(gateway.host(), gateway.port(), token, models, StrictFixture.PATIENCE_MILLIS);
        return new Client(target, number * NODES + node);
    }

    @Override
    public void close() {
        byNode.values().forEach(Client::close);
    }
}
