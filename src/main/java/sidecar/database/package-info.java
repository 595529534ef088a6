/** The database as a file: where it is, whether what is there may be opened, and its backups. */
@NullMarked
package sidecar.database;

import org.jspecify.annotations.NullMarked;
