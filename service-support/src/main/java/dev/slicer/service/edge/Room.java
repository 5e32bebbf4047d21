package dev.slicer.service.edge;

import java.util.HashMap;
import java.util.Map;

/**
 * Memory that clients share: each may have half of what the others leave, so that there is always some for the next one, and one
 * client alone has half of all. Safe for use by several threads.
 */
final class Room {
    enum Answer {
        TAKEN,
        /** It has half of all. */
        CLIENT_HAS_TOO_MUCH,
        /** The others leave too little. */
        FULL
    }

    private final long bytes;
    private final Map<Client, Long> taken = new HashMap<>();
    private long all;

    Room(long bytes) {
        this.bytes = bytes;
    }

    synchronized Answer take(Client client, int more) {
        long own = taken.getOrDefault(client, 0L);
        if (own + more > bytes / 2) {
            return Answer.CLIENT_HAS_TOO_MUCH;
        }
        if (own + more > (bytes - (all - own)) / 2) {
            return Answer.FULL;
        }
        taken.put(client, own + more);
        all += more;
        return Answer.TAKEN;
    }

    synchronized void give(Client client, int back) {
        if (back > 0) {
            all -= back;
            taken.computeIfPresent(client, (name, own) -> own == back ? null : own - back);
        }
    }

    synchronized long taken() {
        return all;
    }
}
