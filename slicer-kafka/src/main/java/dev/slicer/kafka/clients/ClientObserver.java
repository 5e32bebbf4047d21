package dev.slicer.kafka.clients;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Is told of clients, as a service is whose metrics include those of its clients. */
public interface ClientObserver {
    /** Of those who do not look at clients. */
    ClientObserver NONE = new ClientObserver() {
        @Override
        public Runnable opened(Consumer<?, ?> consumer) {
            return () -> {};
        }

        @Override
        public Runnable opened(Producer<?, ?> producer) {
            return () -> {};
        }
    };

    /** @return called right before the consumer is closed */
    Runnable opened(Consumer<?, ?> consumer);

    /** @return called right before the producer is closed */
    Runnable opened(Producer<?, ?> producer);
}
