/** The port on Apache HttpClient 5, and the check of every address that is connected to. */
package sidecar.upstream.edge;
