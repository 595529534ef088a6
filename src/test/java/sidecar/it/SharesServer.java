package sidecar.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which server a class shares, and so do the classes inside it, whatever they extend. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface SharesServer {

    Purpose value();

    /** There is one server for each. */
    enum Purpose {
        /** Calls over HTTP; the database is in memory. */
        CALLS,
        /** Pages, in a browser; the database is in memory. */
        PAGES,
        /** Calls over HTTP; the database is PostgreSQL's. */
        POSTGRES
    }

    /** Begins with a server that nobody has asked before: it would change the answers. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Fresh {}
}
