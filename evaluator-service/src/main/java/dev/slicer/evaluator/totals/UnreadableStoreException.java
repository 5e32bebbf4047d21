package dev.slicer.evaluator.totals;

import java.util.function.Supplier;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * What a store has cannot be read: another version has written it, or it is damaged. To go on without it would make totals
 * wrong for ever.
 */
public final class UnreadableStoreException extends StreamsException {
    private static final long serialVersionUID = 1;

    private UnreadableStoreException(String store, String key, RuntimeException cause) {
        super("the store " + store + " cannot be read at " + key + ": " + cause.getMessage(), cause);
    }

    /** @param reading of what the store has at the key */
    static <T> T orThrow(String store, String key, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RuntimeException e) {
            throw new UnreadableStoreException(store, key, e);
        }
    }
}
