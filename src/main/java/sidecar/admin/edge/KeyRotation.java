package sidecar.admin.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import sidecar.console.edge.AdminOnly;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.transfer.edge.ConfigurationSections;
import sidecar.vault.KeyFile;
import sidecar.vault.KeyVault;
import sidecar.vault.RotationResult;
import sidecar.vault.SealedColumnSource;
import sidecar.vault.edge.SealedSecretsStore;

/**
 * Changes the key with which secrets are sealed, while everything goes on: requests read the open keys in memory, and
 * who edits waits for the milliseconds that it takes. Callable from any thread; blocks on the database.
 */
@ApplicationScoped
public class KeyRotation {

    private static final System.Logger LOG = System.getLogger(KeyRotation.class.getName());

    @Inject
    private KeyVault vault;

    @Inject
    private Settings settings;

    @Inject
    private SealedSecretsStore store;

    @Inject
    private ConfigurationSections parts;

    @Inject
    @Any
    private Instance<SealedColumnSource> columns;

    /**
     * How the keys of {@code sidecar.env} stand to the one in use.
     */
    enum FileKey {
        /** It names none: the key comes from the environment. */
        NONE,
        /** It is the one in use. */
        IN_USE,
        /** It is another one, and the one in use is not named as the previous: the environment must be winning. */
        OTHER
    }

    /** What became of it. */
    record Rotation(RotationResult resealing, String keyId, FileKey file) {}

    /**
     * Seals everything with the current key, all of it or nothing. The current key is that of the start, unless
     * {@code sidecar.env} names that one as the previous key by now, and another one as the key.
     */
    @AdminOnly
    Rotation rotate() {
        AtomicReference<RotationResult> done = new AtomicReference<>();
        parts.exclusively(() -> {
            // before the first value is read, so that nothing is sealed with the old key after that
            file().renew(vault);
            done.set(store.reseal(
                    columns.stream().flatMap(each -> each.columns().stream()).toList()));
        });
        if (done.get() instanceof RotationResult.Done all) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} stored secrets were sealed anew; all {1} are sealed with key {2} now",
                    all.sealed(),
                    all.sealed() + all.current(),
                    vault.keyId());
        }
        return new Rotation(done.get(), vault.keyId(), currentKey(file()));
    }

    private KeyFile file() {
        return KeyFile.in(Path.of(settings.get(SettingsCatalog.DATA_DIR)));
    }

    private FileKey currentKey(KeyFile file) {
        return file.key()
                .map(key -> vault.sealsWith(key) ? FileKey.IN_USE : FileKey.OTHER)
                .orElse(FileKey.NONE);
    }
}
