/** What Faces is given instead of its own: the root of a view, versioned resources, and no injection into components. */
package sidecar.faces.edge;
