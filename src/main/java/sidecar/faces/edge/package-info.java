/** What Faces is given instead of its own: the root of a view, versioned resources, what becomes of pages that it knows no more, and no injection into components. */
package sidecar.faces.edge;
