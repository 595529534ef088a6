package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import sidecar.exchange.format.WireFormat;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.protocol.UpstreamError;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.Redactor;
import sidecar.relay.RelayStep;
import sidecar.upstream.Upstream;

/** What the pool is told when an attempt fails, and the upstream's own words for it. Used in its exchange's mailbox. */
final class AttemptFailures {

    private final WireFormat format;
    private final UpstreamResponse response;
    private final InstantSource clock;
    private String refusal = "";

    AttemptFailures(WireFormat format, UpstreamResponse response, InstantSource clock) {
        this.format = format;
        this.response = response;
        this.clock = clock;
    }

    /** On the wire, before a head came. */
    Lease.Failed of(Upstream.Failure failure) {
        FailureClass kind =
                failure.cause() == Upstream.Cause.MALFORMED ? FailureClass.BAD_SUCCESS : FailureClass.NETWORK;
        Lease.Asked asked = failure.began() ? asked(kind) : Lease.Asked.NOTHING_UNUSUAL;
        return new Lease.Failed(kind, 0, Duration.ZERO, failure.message(), asked);
    }

    /** By waiting in vain. */
    Lease.Failed timeout(int status, String how) {
        return new Lease.Failed(FailureClass.TIMEOUT, status, Duration.ZERO, how, asked(FailureClass.TIMEOUT));
    }

    /** By what was answered. */
    Lease.Failed of(RelayStep.Fail fail) {
        Verdict verdict = fail.verdict();
        refusal = fail.body();
        return new Lease.Failed(
                verdict.means(),
                response.status(),
                verdict.retryAfter(response.headers()::first, fail.body(), clock.instant()),
                fail.reason(),
                asked(verdict.means()));
    }

    /** Only where it matters: a long body is in a file. */
    private Lease.Asked asked(FailureClass kind) {
        boolean remembered = kind != FailureClass.CLIENT && !kind.free();
        return remembered ? Lease.Asked.with(format.request().body().fingerprint()) : Lease.Asked.NOTHING_UNUSUAL;
    }

    /**
     * The error that the upstream refused the request with; empty where it did not.
     *
     * @param catalog of which no secret is repeated: several keys may lead to one host, which may speak of another one than it
     *     was sent
     */
    Optional<ApiError> refusal(ProviderCatalog catalog) {
        int status = response.status();
        if (status < 400 || status >= 500) {
            return Optional.empty();
        }
        Redactor everything = Redactor.of(catalog.all().stream()
                .flatMap(provider -> provider.endpoint().secrets().stream())
                .collect(Collectors.toSet()));
        return Optional.of(UpstreamError.of(status, everything.bytes(refusal.getBytes(StandardCharsets.UTF_8))));
    }
}
