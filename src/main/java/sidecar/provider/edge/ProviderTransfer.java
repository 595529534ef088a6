package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.edge.model.ModelAdmin;
import sidecar.provider.edge.model.ModelStore;
import sidecar.provider.edge.model.ModelTransferPlan;
import sidecar.provider.edge.model.ModelView;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.transfer.ConfigurationSection;
import sidecar.transfer.ImportReport;
import sidecar.transfer.SectionPlan;

/** Providers and the settings of models, as they are carried to another Sidecar. */
@ApplicationScoped
public class ProviderTransfer implements ConfigurationSection {

    static final String PROVIDERS = "providers";
    public static final String MODELS = "models";

    @Inject
    private ProviderAdmin admin;

    @Inject
    private ModelAdmin models;

    @Inject
    private ProviderStore providerStore;

    @Inject
    private ModelStore modelStore;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    @Override
    public List<String> fields() {
        return List.of(PROVIDERS, MODELS);
    }

    @Override
    public void write(ObjectNode document, ObjectNode secrets) {
        ProviderCatalog now = catalog.get();
        ArrayNode providers = document.putArray(PROVIDERS);
        ObjectNode hidden = secrets.putObject(PROVIDERS);
        for (Provider provider : now.all()) {
            providers.add(ExportedProvider.write(provider, statuses.status(provider)));
            hidden.set(provider.id(), ExportedProvider.secrets(provider));
        }
        ArrayNode rules = document.putArray(MODELS);
        for (String model : new TreeSet<>(now.stored().keySet())) {
            rules.add(ModelView.settings(model, now));
        }
    }

    @Override
    public SectionPlan read(ObjectNode document, ObjectNode secrets) {
        ProviderCatalog now = catalog.get();
        ProviderTransferPlan.Tools tools = new ProviderTransferPlan.Tools(
                admin.reader(),
                new HostCheck(settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS)),
                admin::newId,
                clock.instant());
        ProviderTransferPlan providers = new ProviderTransferPlan(tools, now, document, secrets);
        return new Plan(providers, new ModelTransferPlan(now.stored(), providers.after(), document));
    }

    @Override
    public void exclusively(Runnable work) {
        admin.exclusively(() -> models.exclusively(work));
    }

    private final class Plan implements SectionPlan {
        private final ProviderTransferPlan providers;
        private final ModelTransferPlan rules;

        Plan(ProviderTransferPlan providers, ModelTransferPlan rules) {
            this.providers = providers;
            this.rules = rules;
        }

        @Override
        public ImportReport report() {
            return ImportReport.of(
                    List.of(providers.sections().report(), rules.sections().report()));
        }

        @Override
        public void store() {
            providerStore.insert(providers.created());
            providerStore.update(providers.updated());
            rules.changed().forEach(modelStore::put);
        }
    }
}
