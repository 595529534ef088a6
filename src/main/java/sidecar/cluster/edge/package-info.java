/** Nodes that share a PostgreSQL: this one's name, and what it asks of the database about the others. */
@NullMarked
package sidecar.cluster.edge;

import org.jspecify.annotations.NullMarked;
