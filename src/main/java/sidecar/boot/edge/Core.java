package sidecar.boot.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;
import sidecar.client.ClientHolder;
import sidecar.client.OpenCallers;
import sidecar.provider.CatalogHolder;
import sidecar.settings.Declared;
import sidecar.settings.Settings;
import sidecar.settings.StartRules;
import sidecar.vault.KeyVault;
import sidecar.vault.V2Secrets;

/**
 * Makes the plain objects that everything else is handed. Whoever asks first, they are made once; an environment that
 * they cannot be made from ends the process.
 */
@ApplicationScoped
public class Core {

    private CatalogHolder catalog;
    private ClientHolder clients;
    private OpenCallers openCallers;
    private Settings settings;
    private KeyVault vault;
    private V2Secrets v2Secrets;

    @PostConstruct
    void make() {
        catalog = new CatalogHolder();
        clients = new ClientHolder();
        openCallers = new OpenCallers();
        try {
            settings = new Settings(Environment.read());
            StartRules.refusal(settings).ifPresent(Refusal::stop);
            vault = new KeyVault(
                    settings.get(Declared.ENCRYPTION_KEY), settings.text(Declared.ENCRYPTION_KEY_PREVIOUS));
            v2Secrets = new V2Secrets(
                    settings.get(Declared.ENCRYPTION_KEY), settings.text(Declared.ENCRYPTION_KEY_PREVIOUS));
        } catch (IllegalArgumentException e) {
            throw Refusal.stop(e.getMessage());
        }
    }

    @Produces
    @Dependent
    Settings settings() {
        return settings;
    }

    @Produces
    @Dependent
    KeyVault vault() {
        return vault;
    }

    @Produces
    @Dependent
    V2Secrets v2Secrets() {
        return v2Secrets;
    }

    @Produces
    @Dependent
    CatalogHolder catalog() {
        return catalog;
    }

    @Produces
    @Dependent
    ClientHolder clients() {
        return clients;
    }

    @Produces
    @Dependent
    OpenCallers openCallers() {
        return openCallers;
    }

    @Produces
    @Dependent
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
