package sidecar.boot.edge;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.metrics.MetricRegistry;
import sidecar.address.UpstreamAddressRules;
import sidecar.admission.Admission;
import sidecar.affinity.IssuedIds;
import sidecar.affinity.SessionAffinity;
import sidecar.body.ByteBudget;
import sidecar.body.RequestBodyStore;
import sidecar.client.AnonymousCallers;
import sidecar.client.ClientLimiter;
import sidecar.client.ClientRegistry;
import sidecar.cluster.NodeName;
import sidecar.cluster.edge.ClusterNode;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.database.edge.Backups;
import sidecar.database.edge.Migrator;
import sidecar.door.edge.ConnectionGuard;
import sidecar.door.edge.SlowReadGuard;
import sidecar.exchange.ExchangeRegistry;
import sidecar.exchange.ExchangeServices;
import sidecar.exchange.UsageInjectionBlocklist;
import sidecar.exchange.edge.ProxyGateway;
import sidecar.exchange.edge.SpoolFiles;
import sidecar.ledger.AccessLog;
import sidecar.ledger.EntryBuffer;
import sidecar.ledger.Ledger;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.edge.LedgerFlusher;
import sidecar.lifecycle.Drainable;
import sidecar.lifecycle.edge.ProcessPhase;
import sidecar.lifecycle.edge.Version;
import sidecar.limit.GrantLog;
import sidecar.limit.NodeShare;
import sidecar.limit.RateLimiter;
import sidecar.limit.edge.MappedGrantLog;
import sidecar.metrics.RuntimeReadings;
import sidecar.metrics.edge.ExchangeCounters;
import sidecar.metrics.edge.GatewayGauges;
import sidecar.metrics.edge.LiveRuntimeReadings;
import sidecar.metrics.edge.V2Gauges;
import sidecar.metrics.edge.WindowGauges;
import sidecar.pool.ProviderPool;
import sidecar.pool.cooldown.Cooldowns;
import sidecar.pool.event.PoolEventLog;
import sidecar.pool.event.UnwrittenCooldowns;
import sidecar.probe.ProbeSchedule;
import sidecar.probe.UpstreamProbe;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ProviderProbe;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.model.TranslationMode;
import sidecar.routing.RouteExplainer;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.time.Ticker;
import sidecar.time.TimeSource;
import sidecar.upstream.edge.HttpUpstream;

/**
 * Owns the rooms of the data path: makes and joins them once, from the inside out, and hands them out as plain objects.
 * Settings are read at every use, so that a change in the table acts at once.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class DataPathAssembly {

    @Inject
    private Settings settings;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ClientRegistry clients;

    @Inject
    private AnonymousCallers openCallers;

    @Inject
    private ProcessPhase lifecycle;

    @Inject
    private MetricRegistry metrics;

    @EJB
    private LedgerFlusher ledger;

    @Inject
    private Backups backups;

    /** Where host names may be looked up. */
    @Resource
    private ManagedExecutorService blocking;

    @Inject
    private NodeName node;

    private Optional<ClusterNode> cluster;
    private RateLimiter rateLimiter;
    private SystemTimer timer;
    private LifetimeTotals totals;
    private RecentActivity recent;
    private EntryBuffer entries;
    private AtomicLong reloads;
    private IssuedIds ids;
    private ExchangeRegistry registry;
    private ClientLimiter clientLimiter;
    private ConnectionGuard connectionGuard;
    private ByteBudget memory;
    private SlowReadGuard slowReads;
    private ProviderPool pool;
    private UnwrittenCooldowns unwrittenCooldowns;
    private ProbeSchedule probeSchedule;
    private Admission admission;
    private HttpUpstream upstream;
    private ExchangeCounters meters;
    private ExchangeServices services;
    private ProxyGateway gateway;

    /** Here and not where the fields are declared: the container runs a bean's constructor again for every reference to it. */
    @PostConstruct
    void make() {
        InstantSource clock = InstantSource.system();
        Ticker ticker = System::nanoTime;
        SettingsMapper mapper = new SettingsMapper(settings);
        timer = new SystemTimer();
        totals = new LifetimeTotals();
        recent = new RecentActivity(clock);
        entries = new EntryBuffer();
        reloads = new AtomicLong();
        ids = new IssuedIds();
        registry = new ExchangeRegistry();
        clientLimiter = new ClientLimiter(ticker, clock);
        connectionGuard = new ConnectionGuard(ticker, timer);
        memory = new ByteBudget(mapper::maxHeld);
        slowReads = new SlowReadGuard(ticker, timer, memory);
        DatabaseLocation database = DatabaseLocation.of(settings);
        cluster = database.isPostgres()
                ? Optional.of(new ClusterNode(node, Version.CURRENT, database, ticker, clock, mapper::leases))
                : Optional.empty();
        rateLimiter = new RateLimiter(
                ticker,
                cluster.map(ClusterNode::clock).orElse(clock),
                mapper::limits,
                grants(clock),
                cluster.map(ClusterNode::share).orElse(NodeShare.WHOLE));
        pool = new ProviderPool(catalog, mapper::pool, rateLimiter, ticker, clock, new Random());
        unwrittenCooldowns = new UnwrittenCooldowns();
        pool.onEvent(unwrittenCooldowns);
        pool.onEvent(new PoolEventLog(Cooldowns.SHARED_ACCOUNT));
        probeSchedule = new ProbeSchedule(catalog, mapper::probes, pool.verificationProbes(), ticker);
        admission = new Admission(pool, mapper::admission, ticker, timer);
        catalog.onChange(pool::catalogChanged);
        settings.onChange(pool::capacityFreed);
        upstream = new HttpUpstream(
                blocking,
                address -> UpstreamAddressRules.refusal(address, settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS)),
                ticker,
                timer);
        meters = new ExchangeCounters(metrics, model -> catalog.get().known().contains(model));
        services = new ExchangeServices(
                catalog,
                pool,
                admission,
                upstream,
                () -> settings.get(SettingsCatalog.FAILURE_RULES).rules(),
                mapper::exchange,
                Ledger.all(List.of(totals, recent, entries, meters, new AccessLog())),
                new UsageInjectionBlocklist(ticker),
                ids,
                new SessionAffinity(ticker),
                clientLimiter,
                memory,
                blocking,
                new TimeSource(clock, ticker, timer));
        SpoolFiles spool = new SpoolFiles(
                Path.of(settings.get(SettingsCatalog.DATA_DIR)).resolve("spool").toAbsolutePath());
        spool.clear();
        gateway = new ProxyGateway(
                services,
                registry,
                clients,
                openCallers,
                mapper::access,
                new RequestBodyStore(
                        memory, new ByteBudget(() -> settings.get(SettingsCatalog.MAX_SPOOL_BYTES)), spool),
                () -> settings.get(SettingsCatalog.MAX_REQUEST_BYTES));
    }

    /** Takes part in what the nodes of a PostgreSQL share. Call once everything is loaded. */
    public void joinCluster() {
        ClusterNode.Gateway gateway = new ClusterNode.Gateway(
                rateLimiter, () -> pool.groups().values(), admission::depth, registry::inFlight, pool::capacityFreed);
        cluster.ifPresent(member -> {
            try {
                member.join(gateway).ifPresent(StartupFailure::stop);
            } catch (SQLException e) {
                throw StartupFailure.stop(Migrator.unopened(new DatabaseStartCheck(settings), e));
            }
        });
    }

    /** Gives back what it owns of shared limits. Call once no request is sent any more. */
    public void leaveCluster() {
        cluster.ifPresent(ClusterNode::leave);
    }

    /** This gateway among others; empty with H2. */
    @Produces
    @Dependent
    public Optional<ClusterNode> cluster() {
        return cluster;
    }

    private GrantLog grants(InstantSource clock) {
        Path directory =
                Path.of(settings.get(SettingsCatalog.DATA_DIR)).toAbsolutePath().normalize();
        try {
            return MappedGrantLog.open(directory, settings.get(SettingsCatalog.WINDOW), clock);
        } catch (IOException e) {
            throw StartupFailure.stop("the file of grants in " + directory + " cannot be opened: " + e);
        }
    }

    /** Who may be asked now, and how that is known. */
    @Produces
    @Dependent
    @Typed(ProviderPool.class)
    public ProviderPool pool() {
        return pool;
    }

    /** What is to be written down of cooldowns. */
    @Produces
    @Dependent
    public UnwrittenCooldowns unwrittenCooldowns() {
        return unwrittenCooldowns;
    }

    /** Who waits for a place. */
    @Produces
    @Dependent
    public Admission admission() {
        return admission;
    }

    /** What operators may see and do about providers. */
    @Produces
    @Dependent
    public ProviderStatusService statuses() {
        return pool;
    }

    @Produces
    @Dependent
    public ProxyGateway gateway() {
        return gateway;
    }

    @Produces
    @Dependent
    public IssuedIds ids() {
        return ids;
    }

    /** Sums of all times. */
    @Produces
    @Dependent
    public LifetimeTotals totals() {
        return totals;
    }

    /** What happened in the last minutes. */
    @Produces
    @Dependent
    public RecentActivity recent() {
        return recent;
    }

    /** What clients have used of their limits. */
    @Produces
    @Dependent
    public ClientLimiter clientLimiter() {
        return clientLimiter;
    }

    /** Finished exchanges that nobody has fetched yet. */
    @Produces
    @Dependent
    public EntryBuffer entries() {
        return entries;
    }

    /** Asks a provider something that no client asked for. */
    @Produces
    @Dependent
    public ProviderProbe probe() {
        return new UpstreamProbe(
                pool,
                upstream,
                services.failures(),
                services.time(),
                Duration.ofSeconds(30),
                "Sidecar-probe/" + Version.CURRENT);
    }

    /** Whose turn it is to be probed. */
    @Produces
    @Dependent
    public ProbeSchedule probeSchedule() {
        return probeSchedule;
    }

    /** Whom a chat would go to. */
    @Produces
    @Dependent
    public RouteExplainer explainer() {
        return new RouteExplainer(
                catalog,
                pool,
                () -> settings.get(SettingsCatalog.OVERFLOW_WAIT),
                () -> TranslationMode.of(settings.get(SettingsCatalog.TRANSLATION))
                        .orElseThrow());
    }

    /** The exchanges under way. */
    @Produces
    @Dependent
    public ExchangeRegistry registry() {
        return registry;
    }

    /** The figures of the running process. */
    @Produces
    @Dependent
    public RuntimeReadings readings() {
        return new LiveRuntimeReadings(
                catalog,
                pool,
                totals,
                new LiveRuntimeReadings.Readings(
                        admission::depth,
                        registry::inFlight,
                        ledger::backlog,
                        entries::lost,
                        reloads::get,
                        backups::lastGoodSeconds,
                        backups::failures),
                DatabaseLocation.of(settings).data(),
                () -> lifecycle.uptime().toSeconds());
    }

    /** Shows all metrics, now and after each change of providers, models and settings. */
    public void showMetrics() {
        RuntimeReadings readings = readings();
        new V2Gauges(metrics, readings).register();
        new GatewayGauges(metrics, readings).register();
        WindowGauges windows = new WindowGauges(metrics, readings::groups, readings::window);
        Runnable refresh = () -> {
            meters.expect(catalog.get());
            windows.refresh();
        };
        refresh.run();
        catalog.onChange(refresh);
        catalog.onChange(reloads::incrementAndGet);
        settings.onChange(reloads::incrementAndGet);
    }

    /** Which requests are on their way in. */
    @Produces
    @Dependent
    public ConnectionGuard connectionGuard() {
        return connectionGuard;
    }

    /** What everything that is held may take together. */
    @Produces
    @Dependent
    public ByteBudget memory() {
        return memory;
    }

    /** Which clients do not read. */
    @Produces
    @Dependent
    public SlowReadGuard slowReads() {
        return slowReads;
    }

    /** The exchanges under way, for an orderly stop. */
    public Drainable exchanges() {
        return new ExchangesDrain(registry, admission);
    }

    @PreDestroy
    void close() {
        cluster.ifPresent(ClusterNode::close);
        connectionGuard.close();
        slowReads.close();
        upstream.close();
        timer.close();
    }
}
