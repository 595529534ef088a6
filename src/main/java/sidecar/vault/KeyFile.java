package sidecar.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The encryption keys as {@code sidecar.env} of the data directory names them, where {@code deploy/sidecar rotate-key}
 * writes a new one. The environment wins over that file, so what it names need not be what is in use.
 */
public record KeyFile(Optional<String> key, Optional<String> previous) {

    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());

    /** Reads it; a file that is not there, or not readable, names none. */
    public static KeyFile in(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("sidecar.env"), StandardCharsets.UTF_8);
            return new KeyFile(
                    value(lines, "SIDECAR_ENCRYPTION_KEY="), value(lines, "SIDECAR_ENCRYPTION_KEY_PREVIOUS="));
        } catch (IOException nobodyWroteOne) {
            return new KeyFile(Optional.empty(), Optional.empty());
        }
    }

    /** The first that is set, as {@code deploy/run.sh} has it. */
    private static Optional<String> value(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /**
     * Has a vault seal with this key, where the vault's own is named as the previous one.
     *
     * @return whether it has another key now
     * @throws IllegalArgumentException if the key is none
     */
    public boolean renew(KeyVault vault) {
        boolean wanted = key.filter(next -> !vault.sealsWith(next)).isPresent()
                && previous.filter(vault::sealsWith).isPresent();
        if (wanted) {
            vault.sealWith(key.orElseThrow());
            LOG.log(System.Logger.Level.INFO, "secrets are sealed with key {0} from now on", vault.keyId());
        }
        return wanted;
    }

    @Override
    public String toString() {
        return "KeyFile[key=" + key.isPresent() + ", previous=" + previous.isPresent() + "]";
    }
}
