package sidecar.limit;

import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.time.Ticker;

/**
 * What each account has been sent lately, and whether one more request may go. An account is remembered by its
 * identity, so deleting and re-entering a key, or moving it to another quota group, forgets nothing. Checking all limits
 * of a group and taking a place is one step. Callable from any thread; holds a lock for microseconds only.
 */
public final class RateLimiter {

    private final Ticker ticker;
    private final InstantSource clock;
    private final Supplier<LimitSettings> settings;
    private final GrantLog log;
    private final NodeShare share;
    private final Map<String, AccountUsage> accounts = new HashMap<>();
    private final Map<String, TokenBucket> buckets = new HashMap<>();
    private final Map<String, Long> nextStarts = new HashMap<>();
    private final Map<String, Integer> workers = new HashMap<>();

    /**
     * @param clock only tells which day it is
     * @param settings read at every use
     * @param log what it holds already is taken up
     * @param share what of the limits is this process's
     */
    public RateLimiter(
            Ticker ticker, InstantSource clock, Supplier<LimitSettings> settings, GrantLog log, NodeShare share) {
        this.ticker = ticker;
        this.clock = clock;
        this.settings = settings;
        this.log = log;
        this.share = share;
        restore();
    }

    private synchronized void restore() {
        long now = ticker.nanos();
        log.past().stream().sorted((a, b) -> b.age().compareTo(a.age())).forEach(past -> {
            AccountUsage account = account(past.account());
            GrantRequest request = new GrantRequest(past.account(), past.tokens(), "", 0);
            Grant grant = new Grant(this, account, QuotaLimits.perMinute(past.account(), 0), request, now);
            grant.place = past.place();
            grant.closed = true;
            grant.stampNanos = now - past.age().toNanos();
            grant.state = Grant.GrantState.STAMPED;
            account.window.hold(grant);
            account.window.stamp(grant);
        });
        log.days().forEach(day -> account(day.account()).count(day.day(), day.count()));
    }

    /** Takes a place in every limit of the group, or in none. */
    public synchronized GrantResult take(QuotaLimits limits, GrantRequest request) {
        long now = ticker.nanos();
        Optional<GrantResult.Full> obstacle = blockedBy(limits, request, now);
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        AccountUsage account = account(request.account());
        Grant grant = new Grant(this, account, limits, request, start(limits, now));
        account.window.hold(grant);
        account.running++;
        if (!grant.workers.isEmpty()) {
            workers.merge(grant.workers, 1, Integer::sum);
        }
        if (hasBucket(limits)) {
            bucket(limits, now).take();
        } else {
            buckets.remove(limits.group()); // if it is wanted again, it begins with what the windows remember
        }
        grant.place = log.granted(account.identity, grant.tokens);
        count(account, 1);
        return new GrantResult.Granted(grant);
    }

    private void count(AccountUsage account, int more) {
        long today = today();
        log.counted(new GrantLog.Day(account.identity, today, account.count(today, more)));
    }

    private long start(QuotaLimits limits, long now) {
        long gap = settings.get().gapNanos(limits);
        if (gap == 0) {
            return now;
        }
        Long free = nextStarts.get(limits.group());
        long start = free == null || free - now < 0 ? now : free;
        nextStarts.put(limits.group(), start + gap);
        return start;
    }

    /** Why {@code request} would not be granted now; empty when it would. Takes nothing. */
    public synchronized Optional<GrantResult.Full> blockedBy(QuotaLimits limits, GrantRequest request) {
        return blockedBy(limits, request, ticker.nanos());
    }

    private Optional<GrantResult.Full> blockedBy(QuotaLimits limits, GrantRequest request, long now) {
        age(limits, now);
        if (limits.rpd() > 0 && isDayOver(limits)) {
            return full(GrantResult.Limit.DAY, Optional.of(untilTomorrow()));
        }
        long minute = minuteFreeIn(limits, now);
        if (minute > 0) {
            return full(GrantResult.Limit.MINUTE, Optional.of(Duration.ofNanos(minute)));
        }
        if (limits.tpm() > 0 && hasNoRoomFor(limits, request.tokens())) {
            return full(GrantResult.Limit.TOKENS, Optional.of(tokensIn(limits, request.tokens(), now)));
        }
        if (limits.concurrency() > 0 && isBeyond(limits, GrantResult.Limit.CONCURRENCY, 0, running(limits) + 1L)) {
            return full(GrantResult.Limit.CONCURRENCY, Optional.empty());
        }
        if (request.mostWorkers() > 0 && workers.getOrDefault(request.workers(), 0) >= request.mostWorkers()) {
            return full(GrantResult.Limit.WORKERS, Optional.empty());
        }
        return Optional.empty();
    }

    private boolean isDayOver(QuotaLimits limits) {
        long today = today();
        return isBeyond(limits, GrantResult.Limit.DAY, today, sentOn(limits, today) + 1L);
    }

    /** A request that is larger than the whole limit passes when nothing else is in use, here or anywhere. */
    private boolean hasNoRoomFor(QuotaLimits limits, int tokens) {
        long used = tokens(limits);
        boolean alone = used == 0 && part(limits, GrantResult.Limit.TOKENS) >= limits.tpm();
        return !alone && isBeyond(limits, GrantResult.Limit.TOKENS, 0, used + tokens);
    }

    /** Whether so much is more than the process's part; says so to who shares the limits out. */
    private boolean isBeyond(QuotaLimits limits, GrantResult.Limit limit, long day, long wanted) {
        if (wanted <= share.part(limits, limit, day)) {
            return false;
        }
        share.exhausted(limits, limit, day, wanted);
        return true;
    }

    /** What is this process's of a limit that is not of a day. */
    private int part(QuotaLimits limits, GrantResult.Limit limit) {
        return share.part(limits, limit, 0);
    }

    private static Optional<GrantResult.Full> full(GrantResult.Limit limit, Optional<Duration> freeIn) {
        return Optional.of(new GrantResult.Full(limit, freeIn));
    }

    /**
     * When the group's minute has room for the first request from now, the second, and so on, in nanoseconds from now.
     * As many as the limit, at most {@code max}; after these it begins again a window later. Places held by requests
     * still being sent free a whole window from now at the earliest. Empty for an unlimited group.
     */
    public synchronized long[] nextFreeNanos(QuotaLimits limits, int max) {
        long now = ticker.nanos();
        age(limits, now);
        int part = part(limits, GrantResult.Limit.MINUTE);
        // whoever has no part of a limited group waits for one
        long[] places = new long[limits.rpm() == 0 ? 0 : Math.min(max, Math.max(1, part))];
        if (hasBucket(limits)) {
            for (int n = 0; n < places.length; n++) {
                places[n] = bucketFreeIn(limits, now, n);
            }
            return places;
        }
        long span = settings.get().window().toNanos();
        int over = occupied(limits) - part;
        long[] leave = PlaceReleaseTimes.soonest(members(limits), now, Math.max(0, over + places.length), span);
        for (int n = 0; n < places.length; n++) {
            // after a limit was lowered more than one must leave before there is room
            int nth = over + n;
            places[n] = nth < 0 ? 0 : nth < leave.length ? leave[nth] : span;
        }
        return places;
    }

    private long minuteFreeIn(QuotaLimits limits, long now) {
        if (limits.rpm() == 0) {
            return 0;
        }
        if (hasBucket(limits)) {
            return bucketFreeIn(limits, now, 0);
        }
        int used = occupied(limits);
        int over = used - part(limits, GrantResult.Limit.MINUTE);
        if (over < 0) {
            return 0;
        }
        share.exhausted(limits, GrantResult.Limit.MINUTE, 0, used + 1L);
        long span = settings.get().window().toNanos();
        long[] leave = PlaceReleaseTimes.soonest(members(limits), now, over + 1, span);
        return over < leave.length ? leave[over] : span;
    }

    private boolean hasBucket(QuotaLimits limits) {
        return limits.bucket() && limits.rpm() > 0 && share.isWhole();
    }

    private long bucketFreeIn(QuotaLimits limits, long now, int nth) {
        return bucket(limits, now).fitsIn(limits.rpm(), now, nth);
    }

    private Duration tokensIn(QuotaLimits limits, int wanted, long now) {
        long span = settings.get().window().toNanos();
        long tooMany = tokens(limits) + wanted - part(limits, GrantResult.Limit.TOKENS);
        return Duration.ofNanos(PlaceReleaseTimes.tokens(members(limits), tokens(limits), tooMany, now, span));
    }

    /** How long a request occupies its place. */
    public Duration window() {
        return settings.get().window();
    }

    /** How many requests of the group's minute are used now. */
    public synchronized int used(QuotaLimits limits) {
        long now = ticker.nanos();
        age(limits, now);
        return hasBucket(limits) ? (int) Math.ceil(bucket(limits, now).debt(limits.rpm(), now)) : occupied(limits);
    }

    /**
     * What is used of each of the group's limits now.
     *
     * @param day whose requests are counted, in UTC since 1970
     */
    public synchronized LimitUsage usage(QuotaLimits limits, long day) {
        age(limits, ticker.nanos());
        return new LimitUsage(occupied(limits), sentOn(limits, day), tokens(limits), running(limits));
    }

    /** How much of the group's minute is used: 0 … 1, and 0 when it is unlimited. */
    public double share(QuotaLimits limits) {
        return limits.rpm() == 0 ? 0 : (double) used(limits) / limits.rpm();
    }

    /** How many attempts run on these workers now. */
    public synchronized int running(String workersKey) {
        return workers.getOrDefault(workersKey, 0);
    }

    private int occupied(QuotaLimits limits) {
        return members(limits).stream().mapToInt(a -> a.window.occupied()).sum();
    }

    private long tokens(QuotaLimits limits) {
        return members(limits).stream().mapToLong(a -> a.window.tokens()).sum();
    }

    private int running(QuotaLimits limits) {
        return members(limits).stream().mapToInt(a -> a.running).sum();
    }

    private int sentOn(QuotaLimits limits, long day) {
        return members(limits).stream().mapToInt(a -> a.sentOn(day)).sum();
    }

    private List<AccountUsage> members(QuotaLimits limits) {
        List<AccountUsage> known = new ArrayList<>(limits.accounts().size());
        for (String identity : limits.accounts()) {
            AccountUsage account = accounts.get(identity);
            if (account != null) {
                known.add(account);
            }
        }
        return known;
    }

    private void age(QuotaLimits limits, long now) {
        long span = settings.get().window().toNanos();
        for (AccountUsage member : members(limits)) {
            member.window.age(now, span, old -> log.freed(old.place));
        }
    }

    private AccountUsage account(String identity) {
        return accounts.computeIfAbsent(identity, AccountUsage::new);
    }

    /** A bucket begins with what the windows remember, so that changing the limiter gives nothing away. */
    private TokenBucket bucket(QuotaLimits limits, long now) {
        return buckets.computeIfAbsent(
                limits.group(), group -> new TokenBucket(Math.min(limits.rpm(), occupied(limits)), now));
    }

    /** The UTC day, since 1970. */
    public long today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toEpochDay();
    }

    private Duration untilTomorrow() {
        LocalDate tomorrow = LocalDate.ofEpochDay(today() + 1);
        return Duration.between(clock.instant(), tomorrow.atStartOfDay(ZoneOffset.UTC));
    }

    Duration until(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos - ticker.nanos()));
    }

    synchronized void stamp(Grant grant) {
        if (grant.state == Grant.GrantState.HELD) {
            grant.state = Grant.GrantState.STAMPED;
            grant.stampNanos = ticker.nanos();
            grant.account.window.stamp(grant);
            log.stamped(grant.place);
        }
    }

    synchronized void refund(Grant grant) {
        if (grant.state == Grant.GrantState.HELD) {
            grant.state = Grant.GrantState.REFUNDED;
            grant.account.window.refund(grant);
            count(grant.account, -1);
            log.freed(grant.place);
            TokenBucket bucket = buckets.get(grant.limits.group());
            if (hasBucket(grant.limits) && bucket != null) {
                bucket.refund();
            }
        }
    }

    synchronized void settle(Grant grant, int cost) {
        if (grant.state != Grant.GrantState.REFUNDED && !grant.aged) {
            grant.account.window.settle(grant, cost);
            log.settled(grant.place, cost);
        }
    }

    synchronized void close(Grant grant) {
        stamp(grant);
        if (!grant.closed) {
            grant.closed = true;
            grant.account.running--;
            if (!grant.workers.isEmpty()) {
                workers.computeIfPresent(grant.workers, (key, running) -> running > 1 ? running - 1 : null);
            }
        }
    }
}
