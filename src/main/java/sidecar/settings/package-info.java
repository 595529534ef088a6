/**
 * Every setting, declared once in {@code SettingsCatalog}: its key, environment variable, type, default and meaning. Resolves a value from
 * environment, table and default. {@code docs/configuration.md} and the Settings page are made from the declarations.
 */
@NullMarked
package sidecar.settings;

import org.jspecify.annotations.NullMarked;
