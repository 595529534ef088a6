package sidecar.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.Secret;

/** What travels on with a request, and what comes back with its answer. Pure functions. */
public final class HeaderRules {

    private static final Set<String> OUTWARD = lower("Content-Type", "Accept", "Idempotency-Key", "OpenAI-Beta");

    /**
     * All that a client is given of an upstream's headers, with {@link #HOME_FAMILIES}. What is not known is not relayed: an
     * upstream's word on origins, cookies, transports, frames or downloads would be taken for Sidecar's own.
     */
    private static final Set<String> HOME = lower(
            "Content-Type",
            "Content-Encoding",
            "Content-Language",
            "Cache-Control",
            "ETag",
            "Expires",
            "Last-Modified",
            // Anthropic's and NVIDIA's names for what to tell their support; x-request-id is the name of ours
            "request-id",
            "nvcf-reqid");

    /** The advice of an error that is relayed to the client as its own. */
    private static final Set<String> HOME_WITH_ERRORS = lower("Retry-After", "x-should-retry", "Allow");

    /** What providers tell of their work, such as {@code openai-processing-ms}. */
    private static final List<String> HOME_FAMILIES = List.of("openai-", "anthropic-");

    /** Parts of the families that speak of the operator's account, not of the client's request. */
    private static final Set<String> ACCOUNT =
            lower("openai-organization", "openai-project", "anthropic-organization-id");

    private static final String ACCOUNT_LIMITS = "anthropic-ratelimit-";

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

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
    public static Headers toUpstream(Headers client, Provider provider, Set<String> forward, String userAgent) {
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
        Optional<String> own = authHeader(provider);
        if (own.isPresent()) {
            lines.add(new Header(own.get(), key.reveal()));
        } else if (provider.endpoint().api() == ApiProtocol.ANTHROPIC_MESSAGES) {
            lines.add(new Header("x-api-key", key.reveal()));
            if (client.first("anthropic-version").isEmpty()) {
                lines.add(new Header("anthropic-version", ANTHROPIC_VERSION));
            }
        } else {
            lines.add(new Header("Authorization", "Bearer " + key.reveal()));
        }
        return new Headers(withOwn(lines, provider.endpoint().headers()));
    }

    /** Where a mapping says by {@code compat.authHeader} under which name the key goes, such as Azure's {@code api-key}. */
    private static Optional<String> authHeader(Provider provider) {
        return provider.mappings().values().stream()
                .map(ModelMapping::authHeader)
                .flatMap(Optional::stream)
                .findFirst();
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
     * @param error whether the answer is an error of the client's own, whose advice is meant for it
     */
    public static Headers toClient(Headers upstream, boolean error) {
        Set<String> named = named(upstream);
        List<Header> lines = new ArrayList<>();
        for (Header line : upstream.lines()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (!wellFormed(line)) {
                continue;
            }
            if (name.equals("x-request-id")) {
                lines.add(new Header("X-Sidecar-Upstream-Request-Id", line.value()));
            } else if (isForwarded(name, error) && !named.contains(name)) {
                lines.add(line);
            }
        }
        return new Headers(lines);
    }

    /** What is said to be meant for the next station only. */
    private static Set<String> named(Headers upstream) {
        Set<String> named = new TreeSet<>();
        upstream.lines().stream().filter(line -> line.is("Connection")).forEach(line -> {
            for (String name : line.value().split(",", -1)) {
                named.add(name.trim().toLowerCase(Locale.ROOT));
            }
        });
        return named;
    }

    private static boolean isForwarded(String name, boolean error) {
        return HOME.contains(name)
                || (error && HOME_WITH_ERRORS.contains(name))
                || (HOME_FAMILIES.stream().anyMatch(name::startsWith)
                        && !ACCOUNT.contains(name)
                        && !name.startsWith(ACCOUNT_LIMITS));
    }

    /** Whether every reader on the way takes it for one line. */
    private static boolean wellFormed(Header line) {
        return TOKEN.matcher(line.name()).matches()
                && line.value().chars().noneMatch(c -> c != '\t' && Character.isISOControl(c));
    }

    private static Set<String> lower(String... names) {
        Set<String> lower = new TreeSet<>();
        for (String name : names) {
            lower.add(name.toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(lower);
    }
}
