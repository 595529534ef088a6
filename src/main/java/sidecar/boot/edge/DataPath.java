package sidecar.boot.edge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import sidecar.boot.Drainable;
import sidecar.client.ClientTokens;
import sidecar.exchange.ExchangeRules;
import sidecar.exchange.HeldBytes;
import sidecar.exchange.House;
import sidecar.exchange.IdMemory;
import sidecar.exchange.Probe;
import sidecar.exchange.Traffic;
import sidecar.exchange.UsageMemory;
import sidecar.exchange.edge.FrontDoor;
import sidecar.failure.FailureRules;
import sidecar.ledger.Totals;
import sidecar.limit.Quotas;
import sidecar.pool.PoolRules;
import sidecar.pool.ProviderPool;
import sidecar.provider.AddressRules;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ProviderProbe;
import sidecar.settings.Declared;
import sidecar.settings.Settings;
import sidecar.time.Ticker;
import sidecar.upstream.edge.HttpUpstream;

/**
 * The rooms of the data path, made and joined once, from the inside out. Settings are read at every use, so that a
 * change in the table acts at once.
 */
public final class DataPath implements Drainable, AutoCloseable {

    private final Settings settings;
    private final Ticker ticker = System::nanoTime;
    private final SystemTimer timer = new SystemTimer();
    private final Totals totals = new Totals();
    private final IdMemory ids = new IdMemory();
    private final Traffic traffic = new Traffic();
    private final ProviderPool pool;
    private final HttpUpstream upstream;
    private final House house;
    private final FrontDoor door;

    /** @param blocking where host names may be looked up */
    public DataPath(Settings settings, CatalogHolder catalog, Executor blocking) {
        this.settings = settings;
        Quotas quotas = new Quotas(ticker, () -> settings.get(Declared.WINDOW));
        this.pool = new ProviderPool(catalog, this::poolRules, quotas, ticker, InstantSource.system());
        this.upstream = new HttpUpstream(
                blocking,
                address -> AddressRules.refusal(address, settings.get(Declared.ALLOW_PRIVATE_UPSTREAMS)),
                ticker);
        this.house = new House(
                catalog,
                pool,
                upstream,
                FailureRules::defaults,
                this::exchangeRules,
                totals,
                new UsageMemory(ticker),
                ids,
                timer,
                ticker,
                InstantSource.system());
        ClientTokens tokens = ClientTokens.of(settings.text(Declared.CLIENT_TOKEN), settings.get(Declared.ALLOW_OPEN));
        this.door = new FrontDoor(
                house,
                traffic,
                () -> tokens,
                new HeldBytes(() -> settings.get(Declared.MAX_HELD_REQUEST_BYTES)),
                () -> settings.get(Declared.MAX_REQUEST_BYTES));
    }

    private PoolRules poolRules() {
        return new PoolRules(
                PoolRules.Strategy.valueOf(
                        settings.get(Declared.ROUTING_STRATEGY).toUpperCase(Locale.ROOT)),
                settings.get(Declared.COOLDOWN_BASE),
                settings.get(Declared.COOLDOWN_MAX),
                settings.get(Declared.COOLDOWN_EXPONENTIAL));
    }

    private ExchangeRules exchangeRules() {
        Set<String> forward = settings.get(Declared.FORWARD_HEADERS).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return new ExchangeRules(
                settings.get(Declared.MAX_POOL_RETRIES),
                settings.get(Declared.RETRY_ON_TIMEOUT),
                settings.get(Declared.REQUEST_DEADLINE),
                settings.get(Declared.FIRST_TOKEN_TIMEOUT),
                settings.get(Declared.STREAM_IDLE_TIMEOUT),
                settings.get(Declared.STREAM_TOTAL_TIMEOUT),
                forward,
                "Sidecar/" + Version.CURRENT);
    }

    public ProviderPool pool() {
        return pool;
    }

    public FrontDoor door() {
        return door;
    }

    public Totals totals() {
        return totals;
    }

    /** Asks a provider something on an operator's behalf. */
    public ProviderProbe probe() {
        return new Probe(house, Duration.ofSeconds(30), "Sidecar-probe/" + Version.CURRENT);
    }

    @Override
    public void drain() {
        traffic.drain();
    }

    @Override
    public boolean idle() {
        return traffic.inFlight() == 0;
    }

    @Override
    public void cut() {
        traffic.endAll();
    }

    @Override
    public void close() {
        upstream.close();
        timer.close();
    }
}
