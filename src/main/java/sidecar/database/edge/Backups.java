package sidecar.database.edge;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import sidecar.console.edge.AdminOnly;
import sidecar.database.Backup;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.database.BackupRetention;
import sidecar.database.BackupSchedule;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.vault.KeyFile;
import sidecar.vault.KeyVault;

/**
 * The backups of this server: makes them, one at a time, looks after those there are, and remembers how the last one went. Callable from any
 * thread; everything but the figures for metrics blocks on the disk.
 */
@ApplicationScoped
public class Backups {

    private static final System.Logger LOG = System.getLogger(Backups.class.getName());

    @Inject
    private Settings settings;

    @Inject
    private KeyVault vault;

    @Inject
    private InstantSource clock;

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Resource
    private ManagedExecutorService workers;

    private final AtomicReference<Running> running = new AtomicReference<>();
    private final AtomicReference<BackupFailure> failure = new AtomicReference<>();
    private final AtomicLong failures = new AtomicLong();
    private volatile Instant lastGood = Instant.EPOCH;
    private volatile Runnable writeDown = () -> {};
    private volatile boolean begun;

    /** The backup being made. */
    record Running(Instant since, BackupMaker.Stage stage) {}

    /** The last attempt, when it failed. */
    record BackupFailure(Instant at, String message) {}

    /** All there is to say about them; {@code nextAt} is when the next daily one is due. */
    record BackupState(
            Path directory,
            int retentionDays,
            Instant nextAt,
            Optional<String> refusal,
            Optional<Running> running,
            Optional<BackupFailure> failure,
            List<Backup> items) {}

    /**
     * The database is there: from now on {@link #tick} may begin one.
     *
     * @param writeDown brings into the database what waits for it, so that a backup lacks nothing that had ended before; may block
     */
    public void begin(Runnable writeDown) {
        this.writeDown = writeDown;
        try {
            folder().sweep();
            refresh();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "backups cannot be looked at: " + e);
        }
        begun = true;
    }

    private BackupFolder folder() {
        return BackupFolder.of(settings);
    }

    private List<Backup> refresh() throws IOException {
        List<Backup> all = folder().list();
        lastGood = lastGood(all).orElse(Instant.EPOCH);
        return all;
    }

    private Optional<Instant> lastGood(List<Backup> all) {
        return BackupRetention.lastGood(all, clock.instant()).map(Backup::madeAt);
    }

    /** Why Sidecar makes no backups here, in one sentence; empty when it does. */
    Optional<String> refusal() {
        return DatabaseLocation.of(settings).data().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "SIDECAR_DB_URL names a database of its own server, whose means make its backups: for PostgreSQL,"
                                + " pg_dump --format=custom");
    }

    Instant now() {
        return clock.instant();
    }

    BackupState state() throws IOException {
        BackupSchedule schedule = new BackupSchedule(settings.get(SettingsCatalog.BACKUP_TIME));
        return new BackupState(
                folder().directory(),
                settings.get(SettingsCatalog.BACKUP_RETENTION),
                schedule.after(clock.instant()),
                refusal(),
                Optional.ofNullable(running.get()),
                Optional.ofNullable(failure.get()),
                refusal().isPresent() ? List.of() : refresh());
    }

    /** When the newest good backup was begun, in seconds since 1970; 0 when there is none. Never blocks. */
    public long lastGoodSeconds() {
        return lastGood.getEpochSecond();
    }

    /** How many attempts failed since the start. Never blocks. */
    public long failures() {
        return failures.get();
    }

    /**
     * Begins a backup; the answer completes with it, or with {@link BackupFailedException}. Empty when one is being made already.
     */
    @AdminOnly
    Optional<CompletableFuture<Backup>> start() {
        return launch();
    }

    private Optional<CompletableFuture<Backup>> launch() {
        Running now = new Running(clock.instant(), BackupMaker.Stage.COPYING);
        if (!running.compareAndSet(null, now)) {
            return Optional.empty();
        }
        CompletableFuture<Backup> done = new CompletableFuture<>();
        try {
            workers.execute(() -> run(now, done));
        } catch (RejectedExecutionException stopping) {
            running.set(null);
            done.completeExceptionally(new BackupFailedException("Sidecar is stopping"));
        }
        return Optional.of(done);
    }

    private void run(Running now, CompletableFuture<Backup> done) {
        try {
            Backup made = make(now);
            failure.set(null);
            forgetOld();
            running.set(null);
            done.complete(made);
        } catch (BackupFailedException | RuntimeException e) {
            failed(e);
            running.set(null);
            done.completeExceptionally(e);
        }
    }

    private Backup make(Running now) throws BackupFailedException {
        Optional<Path> data = DatabaseLocation.of(settings).data();
        if (data.isEmpty()) {
            throw new BackupFailedException(refusal().orElseThrow());
        }
        writeDown.run();
        BackupMaker maker = new BackupMaker(database, vault, clock);
        Backup made = maker.make(data.get(), folder(), stage -> running.set(new Running(now.since(), stage)));
        lastGood = made.madeAt();
        LOG.log(
                System.Logger.Level.INFO,
                "backup {0} made and read: {1} rows in {2} bytes",
                made.name(),
                String.valueOf(made.contents().map(BackupContents::rowsInAll).orElse(0L)),
                String.valueOf(made.bytes()));
        return made;
    }

    /** Says it once: what fails every hour for the same reason is news only the first time. */
    private void failed(Exception e) {
        failures.incrementAndGet();
        String message = e instanceof BackupFailedException ? e.getMessage() : "unexpected: " + e;
        BackupFailure before = failure.getAndSet(new BackupFailure(clock.instant(), message));
        if (before == null || !before.message().equals(message)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no backup was made: " + message,
                    e instanceof BackupFailedException ? null : e);
        }
    }

    private void forgetOld() {
        try {
            Duration kept = Duration.ofDays(settings.get(SettingsCatalog.BACKUP_RETENTION));
            for (Backup old : BackupRetention.expired(refresh(), clock.instant(), kept)) {
                if (folder().delete(old.name())) {
                    LOG.log(System.Logger.Level.INFO, "backup {0} is past its days and was deleted", old.name());
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "old backups could not be deleted: " + e);
        }
    }

    /** Begins the daily backup when it is due. */
    void tick() {
        if (!begun || refusal().isPresent() || running.get() != null) {
            return;
        }
        try {
            Optional<Instant> last = lastGood(refresh());
            Optional<Instant> failedAt = Optional.ofNullable(failure.get()).map(BackupFailure::at);
            if (new BackupSchedule(settings.get(SettingsCatalog.BACKUP_TIME)).due(clock.instant(), last, failedAt)) {
                launch();
            }
        } catch (IOException e) {
            failed(new BackupFailedException("the directory " + folder().directory() + " cannot be read (" + e
                    + "); let this user read and write there, or set backup_dir to another directory"));
        }
    }

    /** Whether there was one of that name. */
    @AdminOnly
    boolean delete(String name) throws IOException {
        boolean deleted = folder().delete(name);
        if (deleted) {
            LOG.log(System.Logger.Level.INFO, "backup {0} was deleted by an admin", name);
        }
        refresh();
        return deleted;
    }

    /** The file of that backup, with all that it holds; empty when there is none. */
    @AdminOnly
    Optional<Path> file(String name) {
        return folder().find(name).map(folder()::path);
    }

    /** Opens and reads that backup again, as a restore does; empty when there is none. */
    @AdminOnly
    Optional<BackupContents> verify(String name) throws IOException, BackupFailedException {
        Optional<Backup> backup = folder().find(name);
        if (backup.isEmpty()) {
            return Optional.empty();
        }
        Path workshop = folder().workDirectory();
        try {
            Path copy = workshop.resolve("copy.mv.db");
            BackupUnpacker.unpack(folder().path(backup.get()), copy);
            return Optional.of(new BackupVerifier(keysOfARestore(), clock).read(copy));
        } finally {
            BackupFolder.discard(workshop);
        }
    }

    /**
     * The keys that {@code deploy/sidecar restore} will have. This process still knows one that a rotation has put out of
     * use since the start, but a restore will not.
     */
    private KeyVault keysOfARestore() throws BackupFailedException {
        KeyFile file = KeyFile.in(Path.of(settings.get(SettingsCatalog.DATA_DIR)));
        boolean inUse = file.key().filter(vault::sealsWith).isPresent();
        try {
            return inUse
                    ? new KeyVault(file.key().orElseThrow(), file.previous())
                    : new KeyVault(
                            settings.get(SettingsCatalog.ENCRYPTION_KEY),
                            settings.text(SettingsCatalog.ENCRYPTION_KEY_PREVIOUS));
        } catch (IllegalArgumentException malformed) {
            throw new BackupFailedException(malformed.getMessage(), malformed);
        }
    }

    /** What is to be typed to restore that backup. */
    String restoreCommand(String name) {
        return "deploy/sidecar stop && deploy/sidecar restore "
                + folder().directory().resolve(name) + " && deploy/sidecar start";
    }
}
