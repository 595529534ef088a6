/** Cooldowns in the database, on the admin API and on the Cooldowns page. */
package sidecar.pool.edge.cooldown;
