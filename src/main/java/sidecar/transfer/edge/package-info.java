/**
 * {@code /api/admin/export} and {@code /api/admin/import}: collects the sections, seals their secrets under a passphrase, and stores an import
 * in one transaction.
 */
package sidecar.transfer.edge;
