package sidecar.affinity;

import com.github.benmanes.caffeine.cache.Cache;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import sidecar.body.ByteSource;
import sidecar.body.RequestBody;
import sidecar.protocol.request.RequestHead;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/**
 * Which provider served a conversation last: asking it again finds its prompt cache warm. A conversation is known by its
 * client, its model and its first two messages. Thread-safe; never blocks.
 */
public final class SessionAffinity {

    static final int SMALLEST = 4 * 1024;
    static final int MAX_CONVERSATIONS = 10_000;

    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /** Ids of providers. */
    private final Cache<String, String> served;

    public SessionAffinity(Ticker ticker) {
        this.served = ExpiringCache.create(MAX_CONVERSATIONS, REMEMBERED, ticker);
    }

    /**
     * What tells the conversation apart.
     *
     * @param client the name of the token it comes with
     * @param model the canonical name
     * @return empty for one too short to be worth it
     */
    public static Optional<String> key(String client, String model, RequestHead head, RequestBody body) {
        return head.size()
                .opening()
                .filter(opening -> opening.to() - opening.from() >= SMALLEST)
                .map(opening -> hash(client + "\n" + model + "\n", opening, body.bytes()));
    }

    private static String hash(String owner, RequestHead.Span opening, ByteSource body) {
        MessageDigest digest = sha256();
        digest.update(owner.getBytes(StandardCharsets.UTF_8));
        int at = opening.from();
        while (at < opening.to()) {
            ByteBuffer some = body.some(at).duplicate();
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
    public Optional<String> provider(String key) {
        return Optional.ofNullable(served.getIfPresent(key));
    }

    /** It was served by that provider just now. */
    public void servedBy(String key, String providerId) {
        served.put(key, providerId);
    }
}
