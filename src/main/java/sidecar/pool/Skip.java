package sidecar.pool;

/** Why a provider that maps the model cannot be had now. */
enum Skip {
    PROTOCOL,
    DISABLED,
    ERROR,
    MISSING,
    TRIED,
    COOLING,
    FULL
}
