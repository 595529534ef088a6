package sidecar.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * An OpenAI-compatible upstream at 127.0.0.1 that is stricter than any real one: it forgives no request that comes a
 * nanosecond early, and it looks for what must not reach an upstream. One thread per connection.
 */
final class MockUpstream implements AutoCloseable {

    private final Listener listener;
    private final LongSupplier clock;
    private final Map<String, Account> accountByKey = new ConcurrentHashMap<>();
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Map<String, MockModel> models = new ConcurrentHashMap<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final List<String> oddities = new CopyOnWriteArrayList<>();
    private final AtomicInteger modelLists = new AtomicInteger();
    private final AtomicInteger busyAnswers = new AtomicInteger();

    private MockUpstream(int port, LongSupplier clock) {
        this.clock = clock;
        this.listener = Listener.at(port, wire -> new MockConnection(this, wire).serve());
    }

    /** Starts one at that port, 0 for any, whose windows go by this clock. */
    static MockUpstream start(int port, LongSupplier clock) {
        return new MockUpstream(port, clock);
    }

    /** An API key of the account of that name, which has {@code limit} requests in 60 s for all its keys together. */
    void addKey(String key, String account, int limit) {
        accountByKey.put(key, accounts.computeIfAbsent(account, name -> new Account(name, limit, clock)));
    }

    void addModel(MockModel model) {
        models.put(model.name(), model);
    }

    /** A text that no request may carry, such as the client's own token. */
    void forbid(String text) {
        secrets.add(text);
    }

    List<String> forbidden() {
        return secrets;
    }

    /** The account of that key; null for an unknown key. */
    Account accountOf(String key) {
        return accountByKey.get(key);
    }

    /** The model of that native id; null for an unknown one. */
    MockModel model(String name) {
        return models.get(name);
    }

    Collection<MockModel> models() {
        return models.values();
    }

    Collection<Account> accounts() {
        return accounts.values();
    }

    /** Something came that a correct gateway never sends. */
    void odd(String what) {
        oddities.add(what);
    }

    List<String> oddities() {
        return List.copyOf(oddities);
    }

    AtomicInteger modelLists() {
        return modelLists;
    }

    AtomicInteger busyAnswers() {
        return busyAnswers;
    }

    /** Every violation of every account, by time. */
    List<Account.Violation> violations() {
        List<Account.Violation> all = new ArrayList<>();
        accounts().forEach(account -> all.addAll(account.violations()));
        all.sort((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
        return all;
    }

    /** Requests admitted so far. */
    int admitted() {
        return accounts().stream()
                .mapToInt(account -> account.admissions().size())
                .sum();
    }

    /** Requests that all accounts together admit in 60 s. */
    int capacity() {
        return accounts().stream().mapToInt(Account::limit).sum();
    }

    /** The most requests that came for one account in any 60 s, of those with the least room left. */
    String fullest() {
        return accounts().stream()
                .max((a, b) -> Integer.compare(peak(a) - a.limit(), peak(b) - b.limit()))
                .map(account -> peak(account) + "/" + account.limit())
                .orElse("-");
    }

    private static int peak(Account account) {
        return account.arrivals().mostWithin(Account.WINDOW_NANOS);
    }

    int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
