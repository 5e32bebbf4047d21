package dev.slicer.inference.batching;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is of the clients of one lane, and what they have of the engine: who was served longest ago comes first. Guarded by
 * the queue's lock.
 */
final class Shares {
    /** Who was here so shortly ago is likely to come again. */
    private static final long PRESENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, Share> clients = new HashMap<>();
    private long turns;

    private static final class Share {
        private long lastTurn;
        private long lastSeen;
        private int passes;
    }

    /** The client has work that waits. */
    void came(String client, long now) {
        of(client).lastSeen = now;
    }

    void began(String client, long now) {
        Share share = of(client);
        share.lastTurn = ++turns;
        share.lastSeen = now;
        share.passes++;
    }

    void ended(String client, long now) {
        Share share = of(client);
        share.lastSeen = now;
        share.passes--;
    }

    /** Passes that compute something of the client's. */
    int passes(String client) {
        return clients.containsKey(client) ? clients.get(client).passes : 0;
    }

    /** Whether others than a single client are here, or were just now. */
    boolean hasSeveral(long now) {
        clients.values().removeIf(share -> share.passes == 0 && now - share.lastSeen > PRESENT_NANOS);
        return clients.size() > 1;
    }

    /** New ones first, then who was served longest ago. */
    List<String> inTurn(Set<String> waiting) {
        return waiting.stream()
                .sorted(Comparator.comparingLong(
                        client -> clients.containsKey(client) ? clients.get(client).lastTurn : 0))
                .toList();
    }

    private Share of(String client) {
        return clients.computeIfAbsent(client, name -> new Share());
    }
}
