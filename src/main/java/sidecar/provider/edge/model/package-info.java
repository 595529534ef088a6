/** Settings of models in the database, on the admin API ({@code /api/admin/models}) and on the Models page. */
package sidecar.provider.edge.model;
