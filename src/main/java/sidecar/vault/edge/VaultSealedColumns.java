package sidecar.vault.edge;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import sidecar.vault.KeyVault;
import sidecar.vault.SealedColumn;
import sidecar.vault.SealedColumnSource;

/** The vault's own secrets. */
@ApplicationScoped
public class VaultSealedColumns implements SealedColumnSource {

    @Override
    public List<SealedColumn> columns() {
        return List.of(
                new SealedColumn("vault_secret", "name", "name", "sealed", name -> KeyVault.fingerprintRecord()));
    }
}
