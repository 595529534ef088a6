package sidecar.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.time.Ticker;

/**
 * What every client has used of its limits, and whether one more request may begin. All limits of a client are checked
 * and taken in one step. What is taken is an estimate; it is settled with what was really used when the request is over.
 * Requests and LLM tokens of the last minute are forgotten by a restart, money is not: see {@link #spent}. Callable from
 * any thread; holds a lock of the client's for microseconds.
 */
public final class ClientLimiter {

    private final Ticker ticker;
    private final InstantSource clock;
    private final Map<String, ClientUsageWindow> windows = new ConcurrentHashMap<>();

    /** @param clock only tells which day it is */
    public ClientLimiter(Ticker ticker, InstantSource clock) {
        this.ticker = ticker;
        this.clock = clock;
    }

    /**
     * What a request may use at the most, as far as can be told before.
     *
     * @param tokens LLM tokens, of prompt and answer
     * @param cost USD
     */
    public record MaxUsage(long tokens, BigDecimal cost) {
        public static final MaxUsage NOTHING = new MaxUsage(0, BigDecimal.ZERO);
    }

    /** What a limit says. */
    public sealed interface ReservationResult {
        /** The request may begin. */
        record Reserved(Reservation reservation) implements ReservationResult {}

        /**
         * It may not.
         *
         * @param freeIn when it could, if nothing else happens; zero where that depends on other requests' end
         */
        record Exceeded(ExceededLimit limit, Duration freeIn, ClientUsageView usage) implements ReservationResult {}
    }

    /** What a client can have too much of. */
    public enum ExceededLimit {
        REQUESTS,
        TOKENS,
        CONCURRENCY,
        DAY,
        MONTH;

        /** Whether it is money, which no retry of an SDK's brings back. */
        public boolean budget() {
            return this == DAY || this == MONTH;
        }
    }

    /**
     * What a client has used.
     *
     * @param requests begun within the last minute
     * @param tokens taken for them
     * @param requestsIn when the last of these requests is forgotten
     * @param running requests at this moment
     * @param day USD of today, in UTC, with what is reserved
     * @param month USD of this month, with what is reserved
     * @param reserved USD held for requests under way
     */
    public record ClientUsageView(
            int requests,
            long tokens,
            Duration requestsIn,
            int running,
            BigDecimal day,
            BigDecimal month,
            BigDecimal reserved) {}

    /** Takes what the request may use out of all limits, or out of none. */
    public ReservationResult take(ClientToken client, MaxUsage estimate) {
        return client.isOpen()
                ? new ReservationResult.Reserved(Reservation.UNLIMITED)
                : account(client).take(client.permissions().limits(), estimate, ticker.nanos(), today());
    }

    /** What it has used up to now. */
    public ClientUsageView usage(ClientToken client) {
        return account(client).usage(ticker.nanos(), today());
    }

    /**
     * An earlier run's spending, as the ledger has it.
     *
     * @param client by its name
     * @param day in UTC
     */
    public void spent(String client, LocalDate day, BigDecimal cost) {
        windows.computeIfAbsent(client, name -> new ClientUsageWindow()).spent(day, cost);
    }

    private ClientUsageWindow account(ClientToken client) {
        return windows.computeIfAbsent(client.name(), name -> new ClientUsageWindow());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
