package sidecar.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.protocol.RequestHead;
import sidecar.time.Ticker;

/**
 * Which provider served a conversation last: asking it again finds its prompt cache warm. A conversation is known by its
 * client, its model and its first two messages. Thread-safe; never blocks.
 */
public final class SessionAffinity {

    static final int SMALLEST = 4 * 1024;
    static final int MOST = 10_000;

    private static final long REMEMBERED = Duration.ofMinutes(5).toNanos();

    private final Ticker ticker;
    private final Map<String, Served> served = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Served> eldest) {
            return size() > MOST;
        }
    };

    private record Served(String provider, long atNanos) {}

    public SessionAffinity(Ticker ticker) {
        this.ticker = ticker;
    }

    /** What tells the conversation apart; empty for one too short to be worth it. */
    static Optional<String> key(ClientRequest request, String model) {
        return request.head()
                .size()
                .opening()
                .filter(opening -> opening.to() - opening.from() >= SMALLEST)
                .map(opening -> hash(request, model, opening));
    }

    private static String hash(ClientRequest request, String model, RequestHead.Span opening) {
        MessageDigest digest = sha256();
        digest.update((request.client().name() + "\n" + model + "\n").getBytes(StandardCharsets.UTF_8));
        int at = opening.from();
        while (at < opening.to()) {
            ByteBuffer some = request.body().bytes().some(at).duplicate();
            some.limit(Math.min(some.limit(), some.position() + opening.to() - at));
            at += some.remaining();
            digest.update(some);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java has SHA-256", never);
        }
    }

    /** The id of the provider that served it within the last minutes. */
    synchronized Optional<String> provider(String key) {
        return Optional.ofNullable(served.get(key))
                .filter(last -> ticker.nanos() - last.atNanos() < REMEMBERED)
                .map(Served::provider);
    }

    synchronized void servedBy(String key, String providerId) {
        served.put(key, new Served(providerId, ticker.nanos()));
    }
}
