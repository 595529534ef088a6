/**
 * Writing the ledger: the journal file, the database behind it, and who moves entries from one to the other. Reading is
 * {@code sidecar.reports}'s.
 */
package sidecar.ledger.edge;
