/** What surrounds the application: its doors, its health, its errors of last resort, its start and its end. */
package sidecar.boot.edge;
