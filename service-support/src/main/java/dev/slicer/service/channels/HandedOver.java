package dev.slicer.service.channels;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many records Kafka's client has handed over of each topic, and how many of these have been handled: between the two lies the
 * connector's own queue, which cannot be looked into. A topic's records are handled in the order in which they are handed over.
 */
@Singleton
final class HandedOver {
    private static final class Count {
        private final List<Map.Entry<Long, CompletableFuture<Void>>> waiting = new ArrayList<>();
        private long received;
        private long handled;

        synchronized void received(int records) {
            received += records;
        }

        synchronized void handled() {
            handled++;
            waiting.removeIf(one -> one.getKey() <= handled && one.getValue().complete(null));
        }

        synchronized CompletableFuture<Void> allHandled() {
            CompletableFuture<Void> reached = new CompletableFuture<>();
            if (handled >= received) {
                reached.complete(null);
            } else {
                waiting.add(Map.entry(received, reached));
            }
            return reached;
        }
    }

    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    void received(String topic, int records) {
        count(topic).received(records);
    }

    void handled(String topic) {
        count(topic).handled();
    }

    /** Completes when all records of the topic that have been handed over so far are handled. */
    CompletableFuture<Void> allHandled(String topic) {
        return count(topic).allHandled();
    }

    private Count count(String topic) {
        return counts.computeIfAbsent(topic, first -> new Count());
    }
}
