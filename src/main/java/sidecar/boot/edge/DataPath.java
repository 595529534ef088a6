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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.metrics.MetricRegistry;
import sidecar.admission.Admission;
import sidecar.boot.Drainable;
import sidecar.client.Allowances;
import sidecar.client.ClientHolder;
import sidecar.client.OpenCallers;
import sidecar.database.DatabaseLocation;
import sidecar.database.edge.Backups;
import sidecar.exchange.Affinity;
import sidecar.exchange.Bodies;
import sidecar.exchange.ByteBudget;
import sidecar.exchange.House;
import sidecar.exchange.IdMemory;
import sidecar.exchange.Probe;
import sidecar.exchange.Traffic;
import sidecar.exchange.UsageMemory;
import sidecar.exchange.edge.FrontDoor;
import sidecar.exchange.edge.SpoolFiles;
import sidecar.ledger.EntryBuffer;
import sidecar.ledger.ExchangeLog;
import sidecar.ledger.Figures;
import sidecar.ledger.Ledger;
import sidecar.ledger.Recent;
import sidecar.ledger.Totals;
import sidecar.ledger.edge.FigureGauges;
import sidecar.ledger.edge.LedgerKeeper;
import sidecar.ledger.edge.MicroMeters;
import sidecar.ledger.edge.V2Metrics;
import sidecar.ledger.edge.WindowGauges;
import sidecar.limit.GrantLog;
import sidecar.limit.Quotas;
import sidecar.limit.edge.MappedGrantLog;
import sidecar.pool.ProbeRound;
import sidecar.pool.ProviderPool;
import sidecar.pool.Routing;
import sidecar.pool.Standings;
import sidecar.provider.AddressRules;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ProviderProbe;
import sidecar.settings.Declared;
import sidecar.settings.Settings;
import sidecar.time.Ticker;
import sidecar.upstream.edge.HttpUpstream;

/**
 * Owns the rooms of the data path: makes and joins them once, from the inside out, and hands them out as plain objects.
 * Settings are read at every use, so that a change in the table acts at once.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class DataPath {

    @Inject
    private Settings settings;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ClientHolder clients;

    @Inject
    private OpenCallers openCallers;

    @Inject
    private Lifecycle lifecycle;

    @Inject
    private MetricRegistry metrics;

    @EJB
    private LedgerKeeper ledger;

    @Inject
    private Backups backups;

    /** Where host names may be looked up. */
    @Resource
    private ManagedExecutorService blocking;

    private SystemTimer timer;
    private Totals totals;
    private Recent recent;
    private EntryBuffer entries;
    private AtomicLong reloads;
    private IdMemory ids;
    private Traffic traffic;
    private Allowances allowances;
    private Arrivals arrivals;
    private ByteBudget memory;
    private SlowReadGuard slowReads;
    private ProviderPool pool;
    private ProbeRound probeRound;
    private Admission admission;
    private HttpUpstream upstream;
    private MicroMeters meters;
    private House house;
    private FrontDoor door;

    /** Here and not where the fields are declared: the container runs a bean's constructor again for every reference to it. */
    @PostConstruct
    void make() {
        InstantSource clock = InstantSource.system();
        Ticker ticker = System::nanoTime;
        CurrentRules rules = new CurrentRules(settings);
        timer = new SystemTimer();
        totals = new Totals();
        recent = new Recent(clock);
        entries = new EntryBuffer();
        reloads = new AtomicLong();
        ids = new IdMemory();
        traffic = new Traffic();
        allowances = new Allowances(ticker, clock);
        arrivals = new Arrivals(ticker, timer);
        memory = new ByteBudget(rules::maxHeld);
        slowReads = new SlowReadGuard(ticker, timer, memory);
        Quotas quotas = new Quotas(ticker, clock, rules::limits, grants(clock));
        pool = new ProviderPool(catalog, rules::pool, quotas, ticker, clock, new Random());
        probeRound = new ProbeRound(catalog, rules::probes, pool.chatChecks(), ticker);
        admission = new Admission(pool, rules::admission, ticker, timer);
        catalog.onChange(pool::catalogChanged);
        settings.onChange(pool::room);
        upstream = new HttpUpstream(
                blocking,
                address -> AddressRules.refusal(address, settings.get(Declared.ALLOW_PRIVATE_UPSTREAMS)),
                ticker,
                timer);
        meters = new MicroMeters(metrics, model -> catalog.get().known().contains(model));
        house = new House(
                catalog,
                pool,
                admission,
                upstream,
                () -> settings.get(Declared.FAILURE_RULES).rules(),
                rules::exchange,
                Ledger.all(List.of(totals, recent, entries, meters, new ExchangeLog())),
                new UsageMemory(ticker),
                ids,
                new Affinity(ticker),
                allowances,
                memory,
                timer,
                ticker,
                clock);
        SpoolFiles spool = new SpoolFiles(
                Path.of(settings.get(Declared.DATA_DIR)).resolve("spool").toAbsolutePath());
        spool.clear();
        door = new FrontDoor(
                house,
                traffic,
                clients,
                openCallers,
                rules::access,
                new Bodies(memory, new ByteBudget(() -> settings.get(Declared.MAX_SPOOL_BYTES)), spool),
                () -> settings.get(Declared.MAX_REQUEST_BYTES));
    }

    private GrantLog grants(InstantSource clock) {
        Path directory =
                Path.of(settings.get(Declared.DATA_DIR)).toAbsolutePath().normalize();
        try {
            return MappedGrantLog.open(directory, settings.get(Declared.WINDOW), clock);
        } catch (IOException e) {
            throw Refusal.stop("the file of grants in " + directory + " cannot be opened: " + e);
        }
    }

    /** Who may be asked now, and how that is known. */
    @Produces
    @Dependent
    @Typed(ProviderPool.class)
    public ProviderPool pool() {
        return pool;
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
    public Standings standings() {
        return pool;
    }

    @Produces
    @Dependent
    public FrontDoor door() {
        return door;
    }

    @Produces
    @Dependent
    public IdMemory ids() {
        return ids;
    }

    /** Sums of all times. */
    @Produces
    @Dependent
    public Totals totals() {
        return totals;
    }

    /** What happened in the last minutes. */
    @Produces
    @Dependent
    public Recent recent() {
        return recent;
    }

    /** What clients have used of their limits. */
    @Produces
    @Dependent
    public Allowances allowances() {
        return allowances;
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
        return new Probe(house, Duration.ofSeconds(30), "Sidecar-probe/" + Version.CURRENT);
    }

    /** Whose turn it is to be probed. */
    @Produces
    @Dependent
    public ProbeRound probeRound() {
        return probeRound;
    }

    /** Whom a chat would go to. */
    @Produces
    @Dependent
    public Routing routing() {
        return new Routing(catalog, pool, () -> settings.get(Declared.OVERFLOW_WAIT));
    }

    /** The exchanges under way. */
    @Produces
    @Dependent
    public Traffic traffic() {
        return traffic;
    }

    /** The figures of the running process. */
    @Produces
    @Dependent
    public Figures figures() {
        return new LiveFigures(
                catalog,
                pool,
                totals,
                new LiveFigures.Readings(
                        admission::depth,
                        traffic::inFlight,
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
        Figures figures = figures();
        new V2Metrics(metrics, figures).register();
        new FigureGauges(metrics, figures).register();
        WindowGauges windows = new WindowGauges(metrics, figures::groups, figures::window);
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
    public Arrivals arrivals() {
        return arrivals;
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
        return new Drainable() {
            @Override
            public void drain() {
                traffic.drain();
                admission.drain();
            }

            @Override
            public boolean idle() {
                return traffic.inFlight() == 0;
            }

            @Override
            public void cut() {
                traffic.endAll();
            }
        };
    }

    @PreDestroy
    void close() {
        arrivals.close();
        slowReads.close();
        upstream.close();
        timer.close();
    }
}
