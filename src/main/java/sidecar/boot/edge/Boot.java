package sidecar.boot.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import sidecar.affinity.edge.IssuedIdPersister;
import sidecar.client.edge.ClientAdmin;
import sidecar.cluster.NodeName;
import sidecar.cluster.edge.LeaderElectionService;
import sidecar.cluster.edge.UpgradeGuard;
import sidecar.console.ChangeNotices;
import sidecar.dashboard.edge.DashboardHub;
import sidecar.database.Backup;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.database.edge.BackupMaker;
import sidecar.database.edge.Backups;
import sidecar.database.edge.ChangeNoticesProducer;
import sidecar.database.edge.DatabaseMonitor;
import sidecar.database.edge.Migrator;
import sidecar.door.edge.ReasonPhrases;
import sidecar.json.Json;
import sidecar.ledger.edge.LedgerFlusher;
import sidecar.lifecycle.Drainable;
import sidecar.lifecycle.edge.ProcessPhase;
import sidecar.logging.edge.LogRateFilter;
import sidecar.logging.edge.RedactedLog;
import sidecar.pool.edge.cooldown.CooldownPersister;
import sidecar.pool.edge.shared.PoolEventSharing;
import sidecar.probe.edge.HealthProbeScheduler;
import sidecar.provider.CatalogHolder;
import sidecar.provider.edge.ProviderAdmin;
import sidecar.provider.edge.ProviderStore;
import sidecar.provider.edge.model.ModelAdmin;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.settings.edge.SettingsAdmin;
import sidecar.vault.KeyVault;
import sidecar.vault.edge.SealedSecretsStore;

/** The order in which Sidecar starts. Whatever goes wrong here ends the process with one line that says why. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class Boot {

    private static final System.Logger LOG = System.getLogger(Boot.class.getName());

    @Inject
    private Settings settings;

    @Inject
    private SettingsAdmin settingsAdmin;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderAdmin providerAdmin;

    @Inject
    private ModelAdmin modelAdmin;

    @Inject
    private ClientAdmin clientAdmin;

    @EJB
    private SealedSecretsStore secrets;

    @Inject
    private KeyVault vault;

    @Inject
    private NodeName node;

    @EJB
    private DataPathAssembly assembly;

    @EJB
    private IssuedIdPersister issuedIds;

    @EJB
    private CooldownPersister cooldowns;

    @Inject
    private PoolEventSharing poolEvents;

    @EJB
    private LedgerFlusher ledger;

    @EJB
    private DatabaseMonitor monitor;

    @Inject
    private LeaderElectionService election;

    @Inject
    private HealthProbeScheduler probes;

    @Inject
    private DashboardHub dashboards;

    @Inject
    private ChangeNotices notices;

    @Inject
    private ChangeNoticesProducer changes;

    @Inject
    private Backups backups;

    @Inject
    private InstantSource clock;

    @Inject
    private ProcessPhase lifecycle;

    @Inject
    private Deployment deployment;

    @PostConstruct
    void start() {
        try {
            RedactedLog.install(settings, catalog);
            LogRateFilter.install();
            ReasonPhrases.register();
            settings.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
            openDatabase();
            settingsAdmin.load();
            tellOfDeployment();
            openVault();
            modelAdmin.load();
            takeOverV1();
            clientAdmin.load();
            changes.begin();
            issuedIds.load();
            cooldowns.load();
            poolEvents.begin();
            loadLedger();
            assembly.joinCluster();
            assembly.showMetrics();
            List<Drainable> working = List.of(
                    new ImmediateDrainable(probes::stop),
                    new ImmediateDrainable(election::end),
                    new ImmediateDrainable(dashboards::stop),
                    assembly.connectionGuard(),
                    assembly.exchanges(),
                    // first into a file of its own: what has ended is safe then, however long the database takes
                    new FinalFlush(ledger::keep),
                    new FinalFlush(cooldowns::keep),
                    new FinalFlush(poolEvents::stop),
                    new FinalFlush(issuedIds::keep),
                    new FinalFlush(assembly::leaveCluster));
            new Drain(lifecycle, () -> settings.get(SettingsCatalog.SHUTDOWN_GRACE), working).listen();
            election.begin();
            probes.start();
            monitor.begin();
            ClassPreloader.load();
            backups.begin(() -> {
                cooldowns.keep();
                ledger.keep();
            });
            lifecycle.ready();
            ReadinessAnnouncer.whenAnswering();
        } catch (RuntimeException e) {
            if (!StartupFailure.isTooLate()) {
                LOG.log(System.Logger.Level.ERROR, "the start failed", e);
            }
            throw StartupFailure.stop(explain(e));
        }
    }

    /** Whatever the timers still do: the next deployment needs the database. */
    @PreDestroy
    void end() {
        changes.end();
        try {
            issuedIds.keep();
        } catch (RuntimeException ended) {
            LOG.log(System.Logger.Level.DEBUG, "issued ids were written when their keeper ended", ended);
        } finally {
            LocatedDataSource.close();
        }
    }

    /** What the database says at a start is about the database: a damaged page may be met long after it was opened. */
    private String explain(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return Migrator.unopened(new DatabaseStartCheck(settings), cause);
            }
        }
        return "unexpected: " + e;
    }

    /** An operator who deployed the WAR by hand is to know what deploy/run.sh would have set. */
    private void tellOfDeployment() {
        List<String> findings = deployment.getFindings();
        if (!findings.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this server lacks what deploy/run.sh sets (docs/operations.md#on-an-application-server): {0}",
                    String.join("; ", findings));
        }
    }

    private void openDatabase() {
        DatabaseStartCheck check = new DatabaseStartCheck(settings);
        DataSource database = dataSource();
        new Migrator(database)
                .migrate(check, () -> standsAgainstUpgrade(database))
                .ifPresent(StartupFailure::stop);
    }

    /** A reason not to upgrade the schema. A file is saved before, for the way back; a database of another server has its own means for that, and may have other nodes. */
    private Optional<String> standsAgainstUpgrade(DataSource database) {
        DatabaseLocation location = DatabaseLocation.of(settings);
        if (location.isPostgres()) {
            return othersUse(database);
        }
        return location.data().flatMap(data -> unsaved(database, data));
    }

    private Optional<String> othersUse(DataSource database) {
        try {
            return UpgradeGuard.refusal(database, node);
        } catch (SQLException e) {
            return Optional.of(Migrator.unopened(new DatabaseStartCheck(settings), e));
        }
    }

    private Optional<String> unsaved(DataSource database, Path data) {
        try {
            BackupFolder folder = BackupFolder.of(settings);
            Backup made = new BackupMaker(database, vault, clock).make(data, folder, stage -> {});
            LOG.log(System.Logger.Level.INFO, "backup {0} made before the schema is upgraded", folder.path(made));
            return Optional.empty();
        } catch (BackupFailedException e) {
            return Optional.of("the schema must be upgraded, and the backup before that failed: " + e.getMessage());
        }
    }

    @SuppressWarnings("BanJNDI") // a constant name; an injected one would be opened before it can be refused
    private static DataSource dataSource() {
        try {
            return InitialContext.doLookup("java:app/jdbc/sidecar");
        } catch (NamingException e) {
            throw StartupFailure.stop("the data source is not there: " + e.getMessage());
        }
    }

    /** One gateway at a time: several may begin with an empty database together. */
    private void openVault() {
        notices.change(
                "vault",
                () -> {
                    openVaultAlone();
                    return false;
                },
                changed -> changed);
    }

    /** What was sealed last tells whether this is the key; a database that never had such a thing asks the provider keys. */
    private void openVaultAlone() {
        Optional<String> fingerprints = secrets.fingerprintKey();
        if (fingerprints.isPresent() && !vault.takeFingerprintKey(fingerprints.get())) {
            throw StartupFailure.stop(
                    "SIDECAR_ENCRYPTION_KEY is not the key that the secrets of this database are sealed with;"
                            + " start with that one, or give it as SIDECAR_ENCRYPTION_KEY_PREVIOUS");
        }
        loadProviders();
        if (fingerprints.isEmpty()) {
            secrets.keepFingerprintKey();
        }
    }

    private void loadProviders() {
        ProviderStore.Loaded stored = providerAdmin.load();
        if (stored.noneOpens()) {
            throw StartupFailure.stop("SIDECAR_ENCRYPTION_KEY opens none of the " + stored.sealed()
                    + " stored provider keys; start with the key they were stored with");
        }
    }

    private void loadLedger() {
        try {
            ledger.load(assembly.clientLimiter()::spent);
        } catch (IOException e) {
            throw StartupFailure.stop("the ledger's journal cannot be opened: " + e);
        }
    }

    private void takeOverV1() {
        settings.text(SettingsCatalog.API_KEY).ifPresent(key -> {
            ObjectNode body = Json.object()
                    .put("name", "v1-env")
                    .put("api_base_url", settings.get(SettingsCatalog.UPSTREAM))
                    .put("api_key", key)
                    .put("source", "env");
            body.putObject("model_mappings").putObject("*");
            providerAdmin.takeOverV1(body);
        });
    }
}
