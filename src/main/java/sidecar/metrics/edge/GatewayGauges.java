package sidecar.metrics.edge;

import org.eclipse.microprofile.metrics.MetricRegistry;
import sidecar.metrics.RuntimeReadings;

/** Registers what V2 did not show: what is going on at this moment, and what the ledger owes. */
public final class GatewayGauges {

    private final GaugeRegistrar gauges;
    private final RuntimeReadings readings;

    public GatewayGauges(MetricRegistry registry, RuntimeReadings readings) {
        this.gauges = new GaugeRegistrar(registry);
        this.readings = readings;
    }

    /** Registers all of them; call it once, when {@code readings} can answer. */
    public void register() {
        gauges.add("sidecar_queue_depth", "Exchanges that wait for a place", readings::queueDepth);
        gauges.add("sidecar_in_flight", "Exchanges under way, waiting ones included", readings::inFlight);
        gauges.add("sidecar_ledger_backlog", "Exchanges that are not in the database yet", readings::ledgerBacklog);
        gauges.add(
                "sidecar_ledger_lost_total",
                "Exchanges that will never be in the database, because the journal could not be written for too long",
                readings::ledgerLostTotal);
        gauges.add(
                "sidecar_config_reloads_total",
                "Changes of settings, providers or models that were put in force",
                readings::configReloadsTotal);
        gauges.add(
                "sidecar_backup_last_success_timestamp_seconds",
                "When the newest good backup was begun, in seconds since 1970; 0 when there is none",
                readings::lastBackupSeconds);
        gauges.add("sidecar_backup_failures_total", "Backups that could not be made", readings::backupFailuresTotal);
    }
}
