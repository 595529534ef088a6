/** {@code /api/admin/pools}: how many providers of each pool are in which state; the table of refused credentials. */
package sidecar.pool.edge;
