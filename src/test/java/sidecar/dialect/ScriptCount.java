package sidecar.dialect;

/** Over how many random streams the laws of the dialects are tried: few in every build, many by {@code src/bench/dialects/laws.sh}. */
public final class ScriptCount {

    /** For the laws themselves. */
    public static final int ALL = Integer.getInteger("dialect.scripts", 500);

    /** For the readers of the vendors' libraries, which take their time. */
    public static final int READ_BY_SDKS = Integer.getInteger("dialect.scripts", 100);

    private ScriptCount() {}
}
