package sidecar.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * One finished exchange.
 *
 * @param client the client token's name; {@code open} for open access
 * @param model the canonical model; empty for a path without one
 * @param provider the name of the last attempt's provider; empty when there was no attempt
 * @param pool that provider's pool; empty likewise
 * @param outcome how it ended, such as {@code ok} or a failure class
 * @param status what the client was answered; 0 when it left before
 * @param took from the request's head to the end
 * @param firstContent until the first content was relayed; empty when none was
 * @param usage empty when the upstream reported none
 */
public record LedgerEntry(
        String requestId,
        String client,
        String path,
        String model,
        String provider,
        String pool,
        int attempts,
        String outcome,
        int status,
        Duration took,
        Optional<Duration> firstContent,
        Optional<Usage> usage,
        BigDecimal cost) {}
