package dev.slicer.service.metrics;

import dev.slicer.kafka.clients.ClientObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Has each Kafka client's own metrics in the registry for as long as the client is open. */
@Singleton
public final class ClientMetrics implements ClientObserver {
    private final MeterRegistry registry;

    public ClientMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Runnable opened(Consumer<?, ?> consumer) {
        return bound(new KafkaClientMetrics(consumer));
    }

    @Override
    public Runnable opened(Producer<?, ?> producer) {
        return bound(new KafkaClientMetrics(producer));
    }

    private Runnable bound(KafkaClientMetrics metrics) {
        metrics.bindTo(registry);
        return metrics::close;
    }
}
