package sidecar.exchange;

import java.util.function.Supplier;
import sidecar.admission.Admission;
import sidecar.body.ByteBudget;
import sidecar.client.ClientLimiter;
import sidecar.failure.FailureRules;
import sidecar.ledger.Ledger;
import sidecar.pool.ProviderPool;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Ticker;
import sidecar.time.Timer;
import sidecar.upstream.Upstream;

/** The rooms an exchange walks through, and what all exchanges share. */
public record ExchangeServices(
        Supplier<ProviderCatalog> catalog,
        ProviderPool pool,
        Admission admission,
        Upstream upstream,
        Supplier<FailureRules> failures,
        Supplier<ExchangeSettings> settings,
        Ledger ledger,
        UsageInjectionBlocklist usageBlocklist,
        IssuedIds ids,
        SessionAffinity affinity,
        ClientLimiter clientLimiter,
        ByteBudget memory,
        Timer timer,
        Ticker ticker,
        java.time.InstantSource clock) {}
