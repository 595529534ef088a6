/** The settings table: JPA, {@code /api/admin/config}, the Settings page, and the table as a MicroProfile Config source. */
package sidecar.settings.edge;
