package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import sidecar.kit.FreePorts;

/** Looks at the bench's own parts, without a gateway: would it see what is wrong, and does it count only that? */
final class ClusterSelfTest {

    private static final MockModel MODEL = new MockModel("vendor/model", 0, 3, 1);
    private static final String NAME = StrictFixture.clientName(MODEL);
    private static final String DRAINING = "{\"error\":{\"message\":\"stopping\",\"code\":\"draining\"}}";

    private final Report report = new Report("selftest");
    private final ClusterTable table;

    ClusterSelfTest(ClusterTable table) {
        this.table = table;
    }

    boolean run() {
        try {
            nodesThatEachKeepTheWholeLimitAreSeen();
            requestsThatAreRefusedGoElsewhere();
            nothingElseIsRepeated();
            onlyTheKilledNodesOwnFailuresAreExcused();
            theLinkHoldsBytesAndConnections();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean passed = report.print();
        table.add(new ClusterTable.Row(
                "selftest", 0, "-", 0, 0, "-", new Spread(0, Double.NaN, Double.NaN, Double.NaN), passed, ""));
        return passed;
    }

    /** A node that answers every request in the same way. */
    private static Listener node(int status, String body) {
        return Listener.at(0, wire -> {
            for (HttpConnection.Head head = wire.head(); head != null; head = wire.head()) {
                wire.requestBody(head).text();
                wire.reply(status, "application/json", body);
            }
        });
    }

    private static Gateway at(int port) {
        return new Gateway("127.0.0.1", port, "");
    }

    private static Outcome ask(NodeBalancer balancer) {
        try (Asker client = new BalancedClient(balancer, "key", Map.of(NAME, MODEL), 0)) {
            return client.ask(NAME, false, false);
        }
    }

    /** The mock itself stands for two nodes, of which neither knows what the other has sent. */
    private void nodesThatEachKeepTheWholeLimitAreSeen() {
        int limit = 20;
        NodeBalancer balancer = NodeBalancer.even(2);
        try (MockUpstream mock = MockUpstream.start(0, System::nanoTime)) {
            MockModel model = new MockModel(NAME, 0, 3, 1);
            mock.addModel(model);
            mock.addKey("key", "account", limit);
            balancer.add(at(mock.port()));
            balancer.add(at(mock.port()));
            Load load = new Load(number -> new BalancedClient(balancer, "key", Map.of(NAME, model), number));
            load.burst(2 * limit, NAME);
            load.drain(Duration.ofSeconds(30));
            report.target(mock.violations().size() == limit, "two nodes with the whole limit each: %s", mock.fullest());
            Report verdict = new Report("");
            verdict.target(mock.violations().isEmpty(), "0 violations");
            report.target(!verdict.passed(), "a scenario with violations fails");
            report.target(load.tally().failed().size() == limit, "and so does one whose clients are refused");
        }
    }

    private void requestsThatAreRefusedGoElsewhere() {
        try (MockUpstream mock = MockUpstream.start(0, System::nanoTime);
                Listener draining = node(503, DRAINING)) {
            mock.addModel(new MockModel(NAME, 0, 3, 1));
            mock.addKey("key", "account", 100);
            NodeBalancer balancer = NodeBalancer.toFirst();
            balancer.add(at(FreePorts.next()));
            balancer.add(at(draining.port()));
            balancer.add(at(mock.port()));
            Outcome outcome = ask(balancer);
            report.target(outcome.good(), "a refused connection, and 503 draining, lead to the next node");
            report.target(mock.admitted() == 1, "where the request is sent once");
        }
    }

    private void nothingElseIsRepeated() {
        try (MockUpstream mock = MockUpstream.start(0, System::nanoTime);
                Listener broken = node(503, "{\"error\":{\"message\":\"full\",\"code\":\"queue_full\"}}");
                Listener closing = Listener.at(0, HttpConnection::head)) {
            mock.addModel(new MockModel(NAME, 0, 3, 1));
            mock.addKey("key", "account", 100);
            for (Listener node : new Listener[] {broken, closing}) {
                NodeBalancer balancer = NodeBalancer.toFirst();
                balancer.add(at(node.port()));
                balancer.add(at(mock.port()));
                report.target(!ask(balancer).good(), "another 503, or a connection that ends, is a failure");
            }
            report.target(mock.admitted() == 0, "and goes nowhere else");
        }
    }

    private void onlyTheKilledNodesOwnFailuresAreExcused() {
        NodeBalancer balancer = NodeBalancer.toFirst();
        long now = System.nanoTime();
        Outcome.Failure lost = new Outcome.Failure(true, "connection", "reset");
        balancer.add(at(1));
        Outcome running = balancer.route(0, node -> new Outcome("m", now - 10, now + 10, 0, 0, Optional.of(lost)));
        Outcome before = balancer.route(0, node -> new Outcome("m", now - 20, now - 10, 0, 0, Optional.of(lost)));
        Outcome after = balancer.route(0, node -> new Outcome("m", now + 6, now + 10, 0, 0, Optional.of(lost)));
        report.target(balancer.ranOn(0, running, now, now + 5), "what ran on the killed node is excused");
        report.target(!balancer.ranOn(1, running, now, now + 5), "not what ran on another one");
        report.target(!balancer.ranOn(0, before, now, now + 5), "nor what had failed before");
        report.target(!balancer.ranOn(0, after, now, now + 5), "nor what began afterwards");
    }

    private void theLinkHoldsBytesAndConnections() throws IOException {
        try (Listener echo = node(200, "{}");
                DatabaseLink link = DatabaseLink.to(echo.port());
                Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), link.port())) {
            socket.setSoTimeout(10_000);
            report.target(answers(socket), "the link passes bytes both ways");
            link.cut();
            socket.setSoTimeout(300);
            report.target(!answers(socket), "cut, it passes none and ends nothing");
            link.heal();
            socket.setSoTimeout(10_000);
            report.target(socket.getInputStream().read() == 'H', "healed, it passes what it held");
        }
    }

    private static boolean answers(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try {
            boolean some = socket.getInputStream().read() >= 0;
            socket.getInputStream().skipNBytes(socket.getInputStream().available());
            return some;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }
}
