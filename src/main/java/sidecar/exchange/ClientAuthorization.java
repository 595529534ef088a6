package sidecar.exchange;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.client.ClientLimiter;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimiter.ExceededLimit;
import sidecar.client.ClientLimiter.ReservationResult;
import sidecar.client.ClientLimits;
import sidecar.client.ClientPermissions;
import sidecar.client.ClientToken;
import sidecar.client.Reservation;
import sidecar.ledger.LedgerEntry;
import sidecar.protocol.ApiError;
import sidecar.provider.ProviderCatalog;
import sidecar.upstream.Header;

/** What the client of an exchange may do, and what the exchange takes of its limits. Used in the exchange's mailbox. */
final class ClientAuthorization {

    private static final Set<String> READING = Set.of("GET", "HEAD", "DELETE");

    private final ClientRequest request;
    private final ClientLimiter limiter;
    private final Supplier<ProviderCatalog> catalog;
    private final ExchangeSettings settings;
    private final ClientToken client;
    private Optional<Reservation> allowance = Optional.empty();

    ClientAuthorization(
            ClientRequest request,
            ClientLimiter limiter,
            Supplier<ProviderCatalog> catalog,
            ExchangeSettings settings) {
        this.request = request;
        this.limiter = limiter;
        this.catalog = catalog;
        this.settings = settings;
        this.client = request.client();
    }

    /**
     * Why it may not have what it wants; empty when it may, and then its part of the limits is taken.
     *
     * @param models the canonical models that may serve it; none for a path without one
     */
    Optional<ApiError> refusal(List<String> models) {
        return forbidden(models).or(() -> overLimit(models));
    }

    private Optional<ApiError> forbidden(List<String> models) {
        ClientPermissions permissions = client.permissions();
        if (request.pinned().isPresent() && !permissions.mayPin()) {
            return Optional.of(ApiError.forbidden(
                    "This client token may not choose a provider: leave X-Sidecar-Provider out, or let an operator allow it"
                            + " (may_pin).",
                    "pin_not_allowed"));
        }
        if (!models.isEmpty() && !permissions.mayUse(models.get(0), catalog.get()::resolve)) {
            return Optional.of(ApiError.modelNotAllowed(request.head().model().orElse("")));
        }
        if (models.isEmpty() && !permissions.models().isEmpty() && !READING.contains(request.method())) {
            return Optional.of(ApiError.forbidden(
                    "This client token is for certain models only, and this request names none.", "model_required"));
        }
        return Optional.empty();
    }

    private Optional<ApiError> overLimit(List<String> models) {
        ReservationResult taken = limiter.take(client, estimate(models));
        if (taken instanceof ReservationResult.Reserved granted) {
            allowance = Optional.of(granted.reservation());
            return Optional.empty();
        }
        return Optional.of(error((ReservationResult.Exceeded) taken));
    }

    private ClientLimiter.MaxUsage estimate(List<String> models) {
        return client.isOpen()
                ? ClientLimiter.MaxUsage.NOTHING
                : new UsageCeiling(request, settings, catalog.get()).of(models);
    }

    private ApiError error(ReservationResult.Exceeded exceeded) {
        ExceededLimit limit = exceeded.limit();
        String code = limit.budget() ? "insufficient_quota" : "rate_limit_exceeded";
        String type = switch (limit) {
            case TOKENS -> "tokens";
            case DAY, MONTH -> "insufficient_quota";
            default -> "requests";
        };
        Optional<Duration> again = limit.budget() ? Optional.empty() : Optional.of(exceeded.freeIn());
        return ApiError.overLimit(message(limit), type, code, again, headers(exceeded));
    }

    private String message(ExceededLimit limit) {
        String whose = "The client token '" + client.name() + "' ";
        ClientLimits limits = client.permissions().limits();
        return switch (limit) {
            case REQUESTS -> whose + "has made its " + limits.rpm().orElse(0) + " requests of this minute (rpm_limit).";
            case TOKENS ->
                whose + "has no room for this request in its " + limits.tpm().orElse(0)
                        + " LLM tokens a minute (tpm_limit).";
            case CONCURRENCY ->
                whose + "has " + limits.concurrency().orElse(0)
                        + " requests running, as many as it may (max_concurrency).";
            case DAY -> whose + budget(limits.budgetDay(), "a day", "budget_day_usd");
            case MONTH -> whose + budget(limits.budgetMonth(), "a month", "budget_month_usd");
        };
    }

    private static String budget(Optional<BigDecimal> usd, String span, String field) {
        return "has too little left of its budget of "
                + usd.orElse(BigDecimal.ZERO).toPlainString() + " USD " + span + " for this request (" + field
                + "). Days and months begin at midnight UTC.";
    }

    /** OpenAI's, which its SDKs and others look at. */
    private List<Header> headers(ReservationResult.Exceeded exceeded) {
        ClientUsageView usage = exceeded.usage();
        ClientLimits limits = client.permissions().limits();
        List<Header> lines = new ArrayList<>();
        rate(lines, "requests", limits.rpm(), usage.requests(), usage.requestsIn());
        rate(lines, "tokens", limits.tpm(), usage.tokens(), usage.requestsIn());
        return lines;
    }

    private static void rate(List<Header> lines, String what, OptionalInt max, long used, Duration full) {
        max.ifPresent(limit -> {
            lines.add(new Header("x-ratelimit-limit-" + what, Integer.toString(limit)));
            lines.add(new Header("x-ratelimit-remaining-" + what, Long.toString(Math.max(0, limit - used))));
            lines.add(new Header(
                    "x-ratelimit-reset-" + what, String.format(Locale.ROOT, "%.3fs", full.toMillis() / 1000.0)));
        });
    }

    /** The exchange is over: its estimate makes room for what was really used. */
    void over(LedgerEntry entry) {
        allowance.ifPresent(taken -> {
            if (entry.attempts().isEmpty()) {
                taken.release();
            } else {
                taken.settle(
                        entry.bill().map(bill -> bill.usage().total()).orElse(0L),
                        entry.bill().map(bill -> bill.cost()).orElse(BigDecimal.ZERO));
            }
        });
    }
}
