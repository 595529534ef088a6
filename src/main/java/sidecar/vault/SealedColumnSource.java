package sidecar.vault;

import java.util.List;

/**
 * The sealed columns of one feature. Whoever stores what the {@link KeyVault} sealed has a bean of this kind, or a change
 * of the key makes it unreadable.
 */
public interface SealedColumnSource {

    List<SealedColumn> columns();
}
