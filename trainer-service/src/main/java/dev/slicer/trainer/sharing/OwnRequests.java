package dev.slicer.trainer.sharing;

import dev.slicer.kafka.loops.Shutdown;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All requests are this trainer's, the only one that there is. It begins with the first, until that is not open any more. */
public final class OwnRequests implements RequestQueue {
    private final Supplier<Optional<ConsumerRecord<byte[], byte[]>>> first;
    private final Shutdown shutdown = new Shutdown();

    /** @param first of the open requests */
    public OwnRequests(Supplier<Optional<ConsumerRecord<byte[], byte[]>>> first) {
        this.first = first;
    }

    @Override
    public Optional<HeldRequest> next(Duration limit) {
        Optional<HeldRequest> next = first.get().map(Own::new);
        if (next.isEmpty()) {
            shutdown.pause(limit);
        }
        return next;
    }

    public void close() {
        shutdown.begin();
    }

    private record Own(ConsumerRecord<byte[], byte[]> record) implements HeldRequest {
        @Override
        public int deliveries() {
            return 1;
        }

        @Override
        public boolean isLastDelivery() {
            return false;
        }

        @Override
        public boolean holds() {
            return true;
        }

        @Override
        public void confirm() {}

        @Override
        public void accept() {}

        @Override
        public void release() {}
    }
}
