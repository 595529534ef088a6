package sidecar.it;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.kit.Await;
import sidecar.kit.RawClient;

/**
 * The clients of a soak: so many exchanges a second of every kind, begun when they are due, whatever becomes of those before.
 * Every client has a connection of its own, so that the end of one is the end of all that was its.
 */
final class SoakTraffic {

    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = "200 whole";
    private static final String LEFT = "left";

    /** Of what an upstream has spoilt: anything, but not always a whole answer, and never none. */
    private static final String SPOILT = "";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GIVES_UP = Duration.ofMillis(100);
    private static final Duration BETWEEN_SIPS = Duration.ofMillis(50);
    private static final int SIP_BYTES = 16 * 1024;
    private static final int SMALL_BUFFER_BYTES = 4 * 1024;
    private static final int FRAMES_BEFORE_LEAVING = 3;

    /** What a client does; how many of a hundred do it; what must become of it. */
    enum Kind {
        SMALL(44, WHOLE, client -> client.plain(SoakUpstreams.SMALL, 700)),
        MIDDLE(8, WHOLE, client -> client.plain(SoakUpstreams.MIDDLE, SoakUpstreams.MIDDLE_BYTES)),
        LARGE(2, WHOLE, client -> client.plain(SoakUpstreams.LARGE, 700)),
        STREAM(22, WHOLE, client -> client.stream(SoakUpstreams.STREAMED)),
        SLOW_READER(2, WHOLE, Client::sip),
        UPSTREAM_CUTS_STREAM(4, SPOILT, client -> client.stream(SoakUpstreams.CUT)),
        UPSTREAM_CUTS_PLAIN(2, SPOILT, client -> client.plain(SoakUpstreams.SHORT, 700)),
        LEAVES_BEFORE_FIRST_BYTE(4, LEFT, Client::leaveEarly),
        LEAVES_MID_STREAM(4, LEFT, Client::leaveMidStream),
        RATE_LIMITED(4, SPOILT, client -> client.plain(SoakUpstreams.LIMITED, 700)),
        UPSTREAM_ERROR(2, SPOILT, client -> client.plain(SoakUpstreams.FAILING, 700)),
        BAD_REQUEST(2, SPOILT, client -> client.plain(SoakUpstreams.REFUSING, 700));

        private final int ofHundred;
        private final String expected;

        @SuppressWarnings("ImmutableEnumChecker") // a function without state
        private final Behaviour behaviour;

        Kind(int ofHundred, String expected, Behaviour behaviour) {
            this.ofHundred = ofHundred;
            this.expected = expected;
            this.behaviour = behaviour;
        }

        private boolean spoilt() {
            return expected.equals(SPOILT);
        }
    }

    private interface Behaviour {
        /** What became of it, in two words. */
        String of(Client client);
    }

    private final int port;
    private final String token;
    private final Map<Kind, Map<String, AtomicLong>> outcomes = new EnumMap<>(Kind.class);

    /** @param token of a client, which all of them use */
    SoakTraffic(int port, String token) {
        this.port = port;
        this.token = token;
        for (Kind kind : Kind.values()) {
            outcomes.put(kind, Collections.synchronizedMap(new TreeMap<>()));
        }
    }

    /** Begins that many exchanges a second for that time, and waits until the last of them is over. */
    void run(int perSecond, Duration time) {
        List<Kind> order = order();
        long exchanges = perSecond * time.toSeconds();
        ExecutorService clients = Executors.newCachedThreadPool();
        long began = System.nanoTime();
        for (long i = 0; i < exchanges; i++) {
            Kind kind = order.get((int) (i % order.size()));
            waitUntil(began + i * TimeUnit.SECONDS.toNanos(1) / perSecond);
            clients.execute(() -> count(kind));
        }
        clients.shutdown();
        try {
            if (!clients.awaitTermination(PATIENCE.multipliedBy(2).toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "exchanges have not ended " + PATIENCE.multipliedBy(2) + " after the last began");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A hundred, mixed, the same in every run. */
    private static List<Kind> order() {
        List<Kind> order = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            order.addAll(Collections.nCopies(kind.ofHundred, kind));
        }
        Collections.shuffle(order, new Random(1));
        return order;
    }

    private static void waitUntil(long nanos) {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Await.sleep(Duration.ofNanos(left));
        }
    }

    private void count(Kind kind) {
        String outcome;
        try {
            outcome = kind.behaviour.of(new Client(port, token));
        } catch (UncheckedIOException e) {
            outcome = "no answer (" + e.getCause() + ")";
        }
        outcomes.get(kind).computeIfAbsent(outcome, o -> new AtomicLong()).incrementAndGet();
    }

    /** How many began. */
    long exchanges() {
        return outcomes.values().stream()
                .flatMap(kind -> kind.values().stream())
                .mapToLong(AtomicLong::get)
                .sum();
    }

    /** What became of them, a line a kind. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        outcomes.forEach((kind, counts) -> lines.add(kind + " " + counts));
        return lines;
    }

    /** What should have been answered and was not; what should have failed and never did. */
    List<String> surprises() {
        List<String> surprises = new ArrayList<>();
        outcomes.forEach((kind, counts) -> counts.forEach((outcome, times) -> {
            if (outcome.startsWith("no answer") || !(kind.spoilt() || outcome.equals(kind.expected))) {
                surprises.add(kind + ": " + times + " times " + outcome);
            }
        }));
        outcomes.forEach((kind, counts) -> {
            if (kind.spoilt() && counts.keySet().stream().allMatch(WHOLE::equals)) {
                surprises.add(kind + ": nothing of the kind has happened");
            }
        });
        return surprises;
    }

    /** One client with one request. */
    private record Client(int port, String token) {

        private void send(RawClient client, String model, boolean stream, int bytes) {
            String body = "{\"model\":\"" + model + "\",\"stream\":" + stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + "w".repeat(bytes) + "\"}]}";
            client.patience(PATIENCE).post(CHAT, body, "Authorization", "Bearer " + token, "Connection", "close");
        }

        private static String told(RawClient.Head head, RawClient client) {
            return head.status() + (client.end().whole() ? " whole" : " " + client.end());
        }

        String plain(String model, int bytes) {
            try (RawClient client = RawClient.to(port)) {
                send(client, model, false, bytes);
                RawClient.Head head = client.head();
                client.body();
                return told(head, client);
            }
        }

        String stream(String model) {
            try (RawClient client = RawClient.to(port)) {
                send(client, model, true, 700);
                RawClient.Head head = client.head();
                List<RawClient.Frame> frames = client.frames();
                boolean done = !frames.isEmpty()
                        && frames.get(frames.size() - 1).data().equals("[DONE]");
                return head.status() == 200 && !done ? "200 broken off" : told(head, client);
            }
        }

        /** 1 MB in sips, over a window in which little of it has room. */
        String sip() {
            try (RawClient client = RawClient.to(port, SMALL_BUFFER_BYTES)) {
                send(client, SoakUpstreams.LARGE, false, 700);
                RawClient.Head head = client.head();
                byte[] sip = new byte[SIP_BYTES];
                int taken = 0;
                for (int n = client.read(sip); n >= 0; n = client.read(sip)) {
                    taken += n;
                    if (taken >= SIP_BYTES) {
                        taken = 0;
                        Await.sleep(BETWEEN_SIPS);
                    }
                }
                return told(head, client);
            }
        }

        String leaveEarly() {
            try (RawClient client = RawClient.to(port)) {
                send(client, SoakUpstreams.LATE, false, 700);
                Await.sleep(GIVES_UP);
                return leave(client);
            }
        }

        String leaveMidStream() {
            try (RawClient client = RawClient.to(port)) {
                send(client, SoakUpstreams.STREAMED, true, 700);
                int status = client.head().status();
                for (int i = 0; i < FRAMES_BEFORE_LEAVING && client.frame().isPresent(); i++) {}
                return status == 200 ? leave(client) : status + " instead of a stream";
            }
        }

        /** Half of them with a FIN, the others with an RST. */
        private String leave(RawClient client) {
            if (ThreadLocalRandom.current().nextBoolean()) {
                client.reset();
            }
            return LEFT;
        }
    }
}
