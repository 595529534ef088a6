/**
 * What all pages of the console share: their words, who is looking, who may write, how figures are written. The pages themselves live with
 * their features. Everything here is an edge; every other edge may use it.
 */
@org.jspecify.annotations.NullMarked
package sidecar.console;
