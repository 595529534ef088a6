package sidecar.metrics;

import java.math.BigDecimal;
import java.util.Set;

/**
 * The figures that {@code /metrics} shows of Sidecar's state, read when somebody asks. Every method is callable from any
 * thread, never blocks and never touches the database; those named {@code …Total} never fall while the process runs.
 */
public interface RuntimeReadings {
    /** How a pool's providers stand. */
    record PoolFigures(int total, int enabled, int healthy, int cooling, int error) {}

    /**
     * How full the window of a quota group is.
     *
     * @param used places occupied
     * @param limit places in all; 0 for no limit
     */
    record WindowFigures(int used, int limit) {}

    /** The counts of one pool, by V2's name of it: {@code primary} or {@code fallback}. */
    PoolFigures pool(String pool);

    /** Providers cooling down now. */
    int cooldownActive();

    /** V2's emergency counter. */
    long emergencyCount();

    /** Size of the database's file; 0 when it has none. */
    long dbSizeBytes();

    /** Size of a write-ahead log kept beside it; always 0 on H2. */
    long walSizeBytes();

    /** Exchanges accounted so far. */
    long requestsTotal();

    /** Attempts failed with a class other than the client's. */
    long errorsTotal();

    /** LLM tokens, prompt and completion together. */
    long tokensTotal();

    /** Cost in USD. */
    BigDecimal costTotal();

    /** Whole seconds since the process started. */
    long uptimeSeconds();

    /** Exchanges that wait for a place. */
    int queueDepth();

    /** Exchanges under way, waiting ones included. */
    int inFlight();

    /** Finished exchanges that are not in the database yet. */
    long ledgerBacklog();

    /** Finished exchanges that will never be in the database. */
    long ledgerLostTotal();

    /** How often a change of settings, providers or models was put in force. */
    long configReloadsTotal();

    /** When the newest good backup was begun, in seconds since 1970; 0 when there is none. */
    long lastBackupSeconds();

    /** How many attempts at a backup failed. */
    long backupFailuresTotal();

    /** The quota groups that enabled providers form now, by what operators call them. */
    Set<String> groups();

    /** The window of that group; nothing of nothing when it is there no more. */
    WindowFigures window(String group);
}
