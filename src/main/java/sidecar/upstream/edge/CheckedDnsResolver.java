package sidecar.upstream.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.hc.client5.http.DnsResolver;
import sidecar.provider.UpstreamUrl;
import sidecar.time.Ticker;

/**
 * The addresses of upstream hosts, looked up off the reactor and checked before use. HttpClient asks its resolver on
 * the thread that connects, which must not block, so it is answered from here only; that also pins what was checked to
 * what is connected to. Thread-safe.
 */
final class CheckedDnsResolver implements DnsResolver {

    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final Duration LAST_GOOD = Duration.ofMinutes(10);

    private final DnsResolver names;
    private final Executor blocking;
    private final Function<InetAddress, Optional<String>> refusal;
    private final Ticker ticker;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Entry>> lookups = new ConcurrentHashMap<>();

    private record Entry(List<InetAddress> addresses, long atNanos) {}

    /** An address was found and may not be used. */
    static final class ForbiddenAddressException extends UnknownHostException {
        ForbiddenAddressException(String message) {
            super(message);
        }
    }

    /**
     * @param names asked for addresses, on {@code blocking} only
     * @param blocking where look-ups may block
     * @param refusal why an address may not be connected to; empty when it may
     */
    CheckedDnsResolver(
            DnsResolver names, Executor blocking, Function<InetAddress, Optional<String>> refusal, Ticker ticker) {
        this.names = names;
        this.blocking = blocking;
        this.refusal = refusal;
        this.ticker = ticker;
    }

    /**
     * Calls {@code then} when {@link #resolve} can answer for {@code host}, or {@code unknown} when it cannot be known:
     * at once where possible, else on the thread that looked it up.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are told to the callers' own callbacks
    void onResolved(String host, Runnable then, Runnable unknown) {
        String name = plain(host);
        Entry entry = entries.get(name);
        long age = entry == null ? Long.MAX_VALUE : ticker.nanos() - entry.atNanos();
        if (age < FRESH.toNanos()) {
            then.run();
            return;
        }
        CompletableFuture<Entry> lookup = lookup(name);
        if (age < LAST_GOOD.toNanos()) {
            then.run();
            return;
        }
        lookup.whenComplete((found, failure) -> (failure == null ? then : unknown).run());
    }

    private CompletableFuture<Entry> lookup(String name) {
        CompletableFuture<Entry> mine = new CompletableFuture<>();
        CompletableFuture<Entry> running = lookups.putIfAbsent(name, mine);
        if (running != null) {
            return running;
        }
        blocking.execute(() -> {
            try {
                Entry entry = new Entry(List.of(names.resolve(name)), ticker.nanos());
                entries.put(name, entry);
                mine.complete(entry);
            } catch (UnknownHostException | RuntimeException unknown) {
                mine.completeExceptionally(unknown);
            } finally {
                lookups.remove(name);
            }
        });
        return mine;
    }

    /** How many addresses {@link #resolve} would answer; 1 for a host that is not known. */
    int count(String host) {
        Entry entry = entries.get(plain(host));
        return entry == null ? 1 : Math.max(1, entry.addresses().size());
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        Entry entry = entries.get(plain(host));
        if (entry == null) {
            throw new UnknownHostException(host);
        }
        if (UpstreamUrl.isMetadataName(host)) {
            throw new ForbiddenAddressException(host + " is a cloud's metadata service");
        }
        // checked at every connect: the setting that allows private addresses may have changed since
        for (InetAddress address : entry.addresses()) {
            Optional<String> why = refusal.apply(address);
            if (why.isPresent()) {
                throw new ForbiddenAddressException(host + " is at " + address.getHostAddress() + ", " + why.get());
            }
        }
        return entry.addresses().toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    private static String plain(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
