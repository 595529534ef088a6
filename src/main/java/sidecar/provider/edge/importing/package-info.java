/** Import of providers from a text, by the admin API and by the wizard of the Providers page. */
package sidecar.provider.edge.importing;
