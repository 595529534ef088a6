/** Who may see pages and the admin API: tokens, sessions, sign-in, and the filter before {@code /api/admin}. */
package sidecar.access.edge;
