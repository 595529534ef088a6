/** {@code /api/admin/queue}: who waits. */
package sidecar.admission.edge;
