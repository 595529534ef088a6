package sidecar.it;

import org.junit.jupiter.api.Nested;

/** What reads or writes the database does so with PostgreSQL as with H2: the same tests, on a server that has the other one. */
@SharesServer(SharesServer.Purpose.POSTGRES)
class OnPostgresIT {

    @Nested
    class AdminHistory extends AdminHistoryIT {}

    @Nested
    class AdminImport extends AdminImportIT {}

    @Nested
    class AdminModels extends AdminModelsIT {}

    @Nested
    class AdminProviders extends AdminProvidersIT {}

    @Nested
    class AdminSettings extends AdminSettingsIT {}

    @Nested
    class AdminShapes extends AdminShapesIT {}

    @Nested
    class AskedUsage extends AskedUsageIT {}

    @Nested
    class Clients extends ClientsIT {}

    @Nested
    class Dialects extends DialectsIT {}

    @Nested
    class Stats extends StatsIT {}

    @Nested
    class Usage extends UsageIT {}
}
