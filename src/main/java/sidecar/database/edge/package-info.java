/** H2, Flyway, backups on the admin API and their page, and the restore that runs without a server. */
package sidecar.database.edge;
