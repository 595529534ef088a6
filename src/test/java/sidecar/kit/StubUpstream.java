package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A provider's endpoint for tests: HTTP/1.1 on bare sockets of 127.0.0.1, so that it can do wrong whatever a real one
 * might. It records every request and keeps connections open between them. Answers come from {@link #next(Answer...)},
 * else from the newest matching {@link #when}, else from {@link #always}. Callable from any thread.
 */
public final class StubUpstream implements AutoCloseable {

    private static final int BACKLOG = 2048;

    private record Rule(Predicate<Received> fits, Answer answer) {}

    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Queue<Answer> queue = new ConcurrentLinkedQueue<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private volatile Answer usual = Answers.wellBehaved("Hello.");

    /** Starts on a free port, behaving well. */
    public StubUpstream() {
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept, "stub-" + port());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The base URL, without {@code /v1}. */
    public String root() {
        return "http://127.0.0.1:" + port();
    }

    /** The base URL as providers print it, with {@code /v1}. */
    public String baseUrl() {
        return root() + "/v1";
    }

    // --- what it shall do

    /** Answers every request that nothing else fits. */
    public StubUpstream always(Answer answer) {
        usual = answer;
        return this;
    }

    /** Answers the next requests, one each, before anything else is asked. */
    public StubUpstream next(Answer... answers) {
        queue.addAll(List.of(answers));
        return this;
    }

    /** Answers the requests that fit; the rule given last goes first. */
    public StubUpstream when(Predicate<Received> fits, Answer answer) {
        rules.add(0, new Rule(fits, answer));
        return this;
    }

    // --- what it saw

    /** Every request so far, in order of arrival. */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** Every request so far, in order of arrival. */
    public List<Received> received() {
        return calls().stream().map(Call::request).toList();
    }

    /** How many requests came. */
    public int count() {
        return calls().size();
    }

    /** Waits for request number {@code n}, counted from 1. */
    public Call await(int n) {
        Await.until(() -> count() >= n, () -> "request " + n + " at the stub, which saw " + count());
        return calls().get(n - 1);
    }

    /** The one request that came. */
    public Received only() {
        List<Received> all = received();
        if (all.size() != 1) {
            throw new AssertionError("expected one request at the stub, saw "
                    + all.stream().map(Received::target).toList());
        }
        return all.get(0);
    }

    /** How many connections were opened in all. */
    public int connections() {
        return connections.get();
    }

    /** How many connections stand open now. */
    public int openConnections() {
        return (int) peers.stream().filter(Peer::open).count();
    }

    /** What went wrong on connections, for a failing test to print. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Forgets the requests and the rules, not the connections. */
    public void forget() {
        forgetCalls();
        rules.clear();
        queue.clear();
        notes.clear();
        usual = Answers.wellBehaved("Hello.");
    }

    /** Forgets the requests alone, for one that is asked for hours. */
    public void forgetCalls() {
        synchronized (calls) {
            calls.clear();
        }
    }

    /** Closes every connection and goes on listening, as servers do with connections on which nothing comes. */
    public void hangUp() {
        peers.forEach(Peer::close);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            hangUp();
        }
    }

    // --- the inside

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                int id = connections.incrementAndGet();
                Peer peer = new Peer(id, socket, this);
                peers.add(peer);
                daemon(() -> serve(peer), "stub-" + port() + "-requests-" + id);
            }
        } catch (IOException e) {
            note("stopped listening: " + e);
        }
    }

    private void serve(Peer peer) {
        try {
            peer.run();
        } finally {
            peers.remove(peer);
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    void received(Call call) {
        if (!isStray(call.request())) {
            synchronized (calls) {
                calls.add(call);
            }
        }
    }

    /** A test beside this one may ask for the health of its server at a port that was free when it looked. */
    private static boolean isStray(Received request) {
        return request.path().startsWith("/health");
    }

    Answer answerTo(Received request) {
        if (isStray(request)) {
            return Answers.text(404, "text/plain", "no Sidecar");
        }
        Answer scripted = queue.poll();
        if (scripted != null) {
            return scripted;
        }
        return rules.stream()
                .filter(rule -> rule.fits().test(request))
                .map(Rule::answer)
                .findFirst()
                .orElse(usual);
    }

    void note(String what) {
        notes.add(what);
    }
}
