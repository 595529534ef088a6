/** Questions to the ledger's tables: {@code /api/admin/stats}, {@code /api/admin/requests}, and the pages Usage and Requests. */
package sidecar.reports.edge;
