package sidecar.v2.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.WriteLock;
import sidecar.json.ImportSummary;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.Posting;
import sidecar.ledger.UsageCounts;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.v2.V2Day;

/** Takes over Sidecar V2's usage, and adds it to the totals. Callable from any thread; blocks on the database. */
@ApplicationScoped
class V2History {

    @EJB
    private V2Books books;

    @Inject
    private LifetimeTotals totals;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** One at a time: what is stored already is read before more is added to it. */
    @Inject
    private WriteLock lock;

    /** Counts days. Each is taken over whole or not at all. */
    @AdminOnly
    ImportSummary take(List<ObjectNode> hours, List<ObjectNode> days, boolean preview) {
        ImportSummary summary = new ImportSummary();
        List<V2Day> read = V2Day.read(hours, days, summary);
        long keptHour =
                Posting.hour(clock.instant().minus(Duration.ofDays(settings.get(SettingsCatalog.USAGE_HOURS_DAYS))));
        lock.run(() -> {
            for (V2Day day : read) {
                UsageCounts gained = books.take(day, keptHour, clock.instant(), preview, summary);
                if (!preview) {
                    totals.seed(gained);
                }
            }
        });
        return summary;
    }
}
