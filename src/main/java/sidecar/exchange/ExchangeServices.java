package sidecar.exchange;

import java.util.concurrent.Executor;
import java.util.function.Supplier;
import sidecar.admission.Admission;
import sidecar.affinity.IssuedIds;
import sidecar.affinity.SessionAffinity;
import sidecar.body.ByteBudget;
import sidecar.client.ClientLimiter;
import sidecar.exchange.format.WireFormat;
import sidecar.exchange.format.WireFormats;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.Ledger;
import sidecar.pool.ProviderPool;
import sidecar.provider.ProviderCatalog;
import sidecar.time.TimeSource;
import sidecar.upstream.Upstream;

/**
 * What exchanges are built from, and share. Only {@link Exchange} opens it: its parts are given what they use.
 *
 * @param background for what takes too long for the threads that serve all streams
 */
public record ExchangeServices(
        Supplier<ProviderCatalog> catalog,
        ProviderPool pool,
        Admission admission,
        Upstream upstream,
        Supplier<FailureClassifier> failures,
        Supplier<ExchangeSettings> settings,
        Ledger ledger,
        UsageInjectionBlocklist usageBlocklist,
        IssuedIds ids,
        SessionAffinity affinity,
        ClientLimiter clientLimiter,
        ByteBudget memory,
        Executor background,
        TimeSource time) {

    ProviderAcquisition acquisition(
            ClientRequest request, ExchangeSettings settings, RetryState retries, ProviderPreference preference) {
        long deadlineNanos = time.ticker().nanos() + request.deadline().toNanos();
        return new ProviderAcquisition(request, retries, preference, catalog, pool, admission, settings, deadlineNanos);
    }

    UsageInjection usageInjection(ClientRequest request) {
        return new UsageInjection(usageBlocklist, request.path());
    }

    WireFormats formats(ClientRequest request) {
        return new WireFormats(request, background, time.clock());
    }

    Attempt attempt(AttemptListener listener, WireFormat format, ExchangeSettings settings) {
        return new Attempt(listener, format, settings, failures.get(), upstream, memory, time);
    }
}
