/** H2, JAX-RS and pages around backups, and the restore that runs without a server. */
package sidecar.database.edge;
