/**
 * What all pages share: their texts, the signed-in user, roles, and how figures are written. The pages live with their rooms; every edge may
 * use this one.
 */
@NullMarked
package sidecar.console;

import org.jspecify.annotations.NullMarked;
