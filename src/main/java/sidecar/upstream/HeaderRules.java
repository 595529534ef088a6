package sidecar.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import sidecar.provider.Api;
import sidecar.provider.Provider;
import sidecar.provider.Secret;

/** What travels on with a request, and what comes back with its answer. Pure functions. */
public final class HeaderRules {

    private static final Set<String> OUTWARD = lower("Content-Type", "Accept", "Idempotency-Key", "OpenAI-Beta");
    private static final Set<String> NEVER_HOME = lower(
            "Connection",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            // set anew by the container
            "Content-Length",
            "Date",
            "Set-Cookie",
            "Set-Cookie2",
            "Server",
            "Alt-Svc",
            // speaks of our key, not of the client's
            "WWW-Authenticate",
            "openai-organization");
    /** What no setting lets pass: the client's secrets, and what belongs to the connection or is set anew. */
    private static final Set<String> NEVER_OUT = lower(
            "Authorization",
            "x-api-key",
            "Cookie",
            "User-Agent",
            "Forwarded",
            "Host",
            "Content-Length",
            "Content-Encoding",
            "Accept-Encoding",
            "Expect",
            "Connection",
            "Keep-Alive",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private HeaderRules() {}

    /**
     * What a provider is sent: an allow-list of the client's headers, then the provider's own, its key, and Sidecar's
     * name. Never the client's Authorization, Cookie, User-Agent or X-Forwarded-*.
     *
     * @param forward further names the operator lets pass, in lower case
     * @throws IllegalStateException if the provider has no readable key; such a provider must not be asked
     */
    public static Headers outward(Headers client, Provider provider, Set<String> forward, String userAgent) {
        Secret key = provider.endpoint()
                .key()
                .orElseThrow(() -> new IllegalStateException("provider " + provider.name() + " has no usable key"));
        List<Header> lines = new ArrayList<>();
        for (Header line : client.lines()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            boolean wanted = OUTWARD.contains(name) || name.startsWith("anthropic-") || forward.contains(name);
            if (wanted && !NEVER_OUT.contains(name) && !name.startsWith("x-forwarded-")) {
                lines.add(line);
            }
        }
        lines.add(new Header("User-Agent", userAgent));
        lines.add(new Header("Accept-Encoding", "identity"));
        if (provider.endpoint().api() == Api.ANTHROPIC_MESSAGES) {
            lines.add(new Header("x-api-key", key.reveal()));
            if (client.first("anthropic-version").isEmpty()) {
                lines.add(new Header("anthropic-version", ANTHROPIC_VERSION));
            }
        } else {
            lines.add(new Header("Authorization", "Bearer " + key.reveal()));
        }
        return new Headers(withOwn(lines, provider.endpoint().headers()));
    }

    private static List<Header> withOwn(List<Header> lines, Map<String, Optional<Secret>> own) {
        List<Header> all = new ArrayList<>(lines);
        own.forEach((name, value) -> {
            all.removeIf(line -> line.is(name));
            value.ifPresent(secret -> all.add(new Header(name, secret.reveal())));
        });
        return all;
    }

    /**
     * What the client is given of an upstream's headers.
     *
     * @param keepRetryAfter whether the answer is an error of the client's own, whose advice is meant for it
     */
    public static Headers homeward(Headers upstream, boolean keepRetryAfter) {
        Set<String> named = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        upstream.lines().stream().filter(line -> line.is("Connection")).forEach(line -> {
            for (String name : line.value().split(",", -1)) {
                named.add(name.trim());
            }
        });
        List<Header> lines = new ArrayList<>();
        for (Header line : upstream.lines()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (name.equals("x-request-id")) {
                lines.add(new Header("X-Sidecar-Upstream-Request-Id", line.value()));
            } else if (!NEVER_HOME.contains(name)
                    && !named.contains(name)
                    && !name.startsWith("x-ratelimit-")
                    && !name.startsWith("x-sidecar-")
                    && (keepRetryAfter || !name.equals("retry-after"))) {
                lines.add(line);
            }
        }
        return new Headers(lines);
    }

    private static Set<String> lower(String... names) {
        Set<String> lower = new TreeSet<>();
        for (String name : names) {
            lower.add(name.toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(lower);
    }
}
