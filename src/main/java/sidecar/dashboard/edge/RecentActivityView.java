package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import sidecar.admission.Admission;
import sidecar.json.Json;
import sidecar.ledger.CapacityAdvice;
import sidecar.ledger.RecentActivity;
import sidecar.pool.ModelCapacity;
import sidecar.pool.PoolCapacity;
import sidecar.pool.ProviderPool;
import sidecar.provider.CatalogHolder;

/** The last hour as JSON: what the dashboard draws, and {@code /stats/recent} answers. */
@ApplicationScoped
class RecentActivityView {

    private static final int HOUR = 60;

    @Inject
    private RecentActivity recent;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderPool pool;

    @Inject
    private Admission admission;

    /** Everything. */
    ObjectNode hour(int minutes) {
        ObjectNode json = present();
        ArrayNode list = json.putArray("minutes");
        recent.minutes(minutes).forEach(minute -> list.add(minute.json()));
        return json;
    }

    /** Only what changes from second to second: the present minute, and the sums. */
    ObjectNode present() {
        List<RecentActivity.Minute> minutes = recent.minutes(HOUR);
        PoolCapacity capacity = PoolCapacity.of(catalog.get(), pool);
        ObjectNode json = Json.object();
        json.set("minute", minutes.get(HOUR - 1).json());
        json.set("last_minute", recent.last(Duration.ofMinutes(1)).json());
        json.set("last_hour", recent.last(Duration.ofHours(1)).json());
        ArrayNode models = Json.array();
        ModelCapacity.of(catalog.get(), pool, admission.depthByModel()).forEach(each -> models.add(each.json()));
        json.set("capacity", capacity.json().set("models", models));
        json.set(
                "more_keys",
                CapacityAdvice.of(minutes, capacity.perMinute(), capacity.typical())
                        .map(CapacityAdvice::json)
                        .orElse(null));
        return json;
    }
}
