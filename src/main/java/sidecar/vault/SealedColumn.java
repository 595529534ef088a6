package sidecar.vault;

import java.util.function.UnaryOperator;

/**
 * A column of the database whose texts are sealed by the {@link KeyVault}; an empty text stands for no secret.
 *
 * @param id the column of the row's id
 * @param name the column by which operators know the row
 * @param column the sealed one
 * @param record the record for which it is sealed, from the row's id
 */
public record SealedColumn(String table, String id, String name, String column, UnaryOperator<String> record) {}
