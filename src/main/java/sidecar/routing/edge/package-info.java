/** {@code /api/admin/route} and the explanation on the Models page. */
package sidecar.routing.edge;
