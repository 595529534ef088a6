/** Providers in the database and on the admin API ({@code /api/admin/backends}), their tests, and their section of an export. */
package sidecar.provider.edge;
