package sidecar.bench;

import java.util.HashMap;
import java.util.Map;

/** One client behind a load balancer that asks questions, with one kept connection to the node it was sent to last. For one thread. */
final class BalancedQuestioner implements QuestionAsker {

    private final NodeBalancer balancer;
    private final Target first;
    private final int number;
    private final Map<String, Integer> askedAt;
    private final Map<Integer, BenchClient> byNode = new HashMap<>();

    /**
     * @param first the first node; the others take the same token and serve the same models
     * @param number decides which node it prefers
     * @param askedAt gets the number of the node that each question was given to last, by the question's id
     */
    BalancedQuestioner(NodeBalancer balancer, Target first, int number, Map<String, Integer> askedAt) {
        this.balancer = balancer;
        this.first = first;
        this.number = number;
        this.askedAt = askedAt;
    }

    @Override
    public Outcome ask(Question question, long sinceNanos) {
        return balancer.route(number, node -> {
            askedAt.put(question.id(), node);
            return at(node).ask(question, sinceNanos);
        });
    }

    /** A connection that nobody uses may have been ended by its node meanwhile, which a load balancer sees. */
    private BenchClient at(int node) {
        byNode.entrySet().stream()
                .filter(other -> other.getKey() != node)
                .forEach(other -> other.getValue().close());
        return byNode.computeIfAbsent(node, this::connect);
    }

    private BenchClient connect(int node) {
        Gateway gateway = balancer.node(node);
        return new BenchClient(
                new Target(gateway.host(), gateway.port(), first.token(), first.models(), first.patienceMillis()));
    }

    @Override
    public void close() {
        byNode.values().forEach(BenchClient::close);
    }
}
