/** Recipes that connect clients: the Connect page and {@code /api/admin/export/…} for agents. */
package sidecar.connect.edge;
