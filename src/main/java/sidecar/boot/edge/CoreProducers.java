package sidecar.boot.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Random;
import sidecar.client.AnonymousCallers;
import sidecar.client.ClientRegistry;
import sidecar.cluster.NodeName;
import sidecar.cluster.edge.NodeNameFile;
import sidecar.database.DatabaseLocation;
import sidecar.provider.CatalogHolder;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.time.Ticker;
import sidecar.v2.V2Secrets;
import sidecar.vault.KeyVault;

/**
 * Makes the plain objects that everything else is handed. Whoever asks first, they are made once; an environment that
 * they cannot be made from ends the process.
 */
@ApplicationScoped
public class CoreProducers {

    private CatalogHolder catalog;
    private ClientRegistry clients;
    private AnonymousCallers openCallers;
    private Settings settings;
    private KeyVault vault;
    private V2Secrets v2Secrets;
    private NodeName node;

    @PostConstruct
    void make() {
        catalog = new CatalogHolder();
        clients = new ClientRegistry();
        openCallers = new AnonymousCallers();
        try {
            settings = new Settings(ServerEnvironment.read());
            vault = new KeyVault(
                    settings.get(SettingsCatalog.ENCRYPTION_KEY),
                    settings.text(SettingsCatalog.ENCRYPTION_KEY_PREVIOUS));
            v2Secrets = new V2Secrets(
                    settings.get(SettingsCatalog.ENCRYPTION_KEY),
                    settings.text(SettingsCatalog.ENCRYPTION_KEY_PREVIOUS));
            node = nodeName(settings);
        } catch (IllegalArgumentException e) {
            throw StartupFailure.stop(e.getMessage());
        }
    }

    private static NodeName nodeName(Settings settings) {
        if (!DatabaseLocation.of(settings).isPostgres()) {
            return NodeName.LOCAL;
        }
        try {
            return NodeNameFile.of(
                    Path.of(settings.get(SettingsCatalog.DATA_DIR)).toAbsolutePath(), new Random());
        } catch (IOException e) {
            throw StartupFailure.stop("this node's name cannot be read or made: " + e);
        }
    }

    @Produces
    @Dependent
    NodeName node() {
        return node;
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
    ClientRegistry clients() {
        return clients;
    }

    @Produces
    @Dependent
    AnonymousCallers openCallers() {
        return openCallers;
    }

    @Produces
    @Dependent
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Dependent
    Ticker ticker() {
        return System::nanoTime;
    }
}
