package sidecar.cluster.edge;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.Optional;
import sidecar.cluster.LeaderElection;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;
import sidecar.time.Ticker;

/** Has this node stand for election where others may share its database; with H2 it is alone. */
@ApplicationScoped
public class LeaderElectionService {

    @Inject
    private Settings settings;

    @Inject
    private Ticker ticker;

    @SuppressWarnings("NullAway.Init") // in make
    private Optional<PostgresLeaderElection> election;

    @PostConstruct
    void make() {
        election = Optional.of(DatabaseLocation.of(settings))
                .filter(DatabaseLocation::isPostgres)
                .map(location -> new PostgresLeaderElection(location, ticker));
    }

    @Produces
    @Dependent
    LeaderElection election() {
        return election.isPresent() ? election.get() : LeaderElection.ALONE;
    }

    /** What a leader does can be done from now on. */
    public void begin() {
        election.ifPresent(PostgresLeaderElection::begin);
    }

    /** Lets another node lead. Does not block; idempotent. */
    @PreDestroy
    public void end() {
        election.ifPresent(PostgresLeaderElection::close);
    }
}
