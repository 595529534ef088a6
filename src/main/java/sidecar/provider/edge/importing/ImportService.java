package sidecar.provider.edge.importing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import sidecar.console.edge.AdminOnly;
import sidecar.json.FieldError;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.edge.HostCheck;
import sidecar.provider.edge.ProviderAdmin;
import sidecar.provider.importing.ImportOptions;
import sidecar.provider.importing.ImportPlan;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** Takes over providers from a text. Callable from any thread; blocks on the database and on DNS. */
@ApplicationScoped
class ImportService {

    @Inject
    private ProviderAdmin admin;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** Imports a text, all or nothing; stores nothing when there are errors or only a preview is wanted. */
    @AdminOnly
    ImportPlan take(String text, ImportOptions options, boolean preview) {
        ImportPlan checked = withHostErrors(plan(text, options));
        if (preview || !checked.errors().isEmpty() || checked.providers().isEmpty()) {
            return checked;
        }
        // What exists may have changed while hosts were resolved; no new host can have come in.
        ImportPlan stored = admin.insert(() -> plan(text, options));
        return new ImportPlan(
                stored.planned(), stored.skipped(), stored.leftOut(), stored.errors(), checked.warnings());
    }

    private ImportPlan plan(String text, ImportOptions options) {
        return ImportPlan.of(text, options, catalog.get(), admin.reader(), admin::newId, clock.instant());
    }

    private ImportPlan withHostErrors(ImportPlan plan) {
        HostCheck hosts = new HostCheck(settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS));
        List<FieldError> errors = new ArrayList<>(plan.errors());
        List<String> warnings = new ArrayList<>(plan.warnings());
        for (Provider provider : plan.providers()) {
            HostCheck.HostFinding found = hosts.of(provider.endpoint().url());
            String name = provider.name();
            found.refusal().ifPresent(why -> errors.add(new FieldError(name, name + ": api_base_url " + why)));
            found.warning().filter(w -> !warnings.contains(w)).ifPresent(warnings::add);
        }
        return new ImportPlan(plan.planned(), plan.skipped(), plan.leftOut(), errors, warnings);
    }
}
