/** {@code /api/admin/import/v2/…}: takes over the providers, settings, cooldowns and usage of Sidecar V2. */
package sidecar.v2.edge;
