package dev.slicer.service.channels;

import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.service.metrics.PassedOver;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a service has its channels read and written with. */
@Singleton
public final class Channels {
    private final KafkaClientService clients;
    private final HandedOver handedOver;
    private final PassedOver passedOver;
    private final KafkaClients kafka;

    @Inject
    Channels(KafkaClientService clients, HandedOver handedOver, PassedOver passedOver, KafkaClients kafka) {
        this.clients = clients;
        this.handedOver = handedOver;
        this.passedOver = passedOver;
        this.kafka = kafka;
    }

    /**
     * @param topics by incoming channel, each read whole
     * @param handler called by one thread at a time, without the records that {@link PassedOver} passes over
     */
    public WholeChannels whole(Map<String, String> topics, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        return whole(topics, Map.of(), handler);
    }

    /**
     * As {@link #whole(Map, Consumer)}, without the beginning of topics that only grow.
     *
     * @param newest by channel, where no more than so many of the newest records matter
     */
    public WholeChannels whole(
            Map<String, String> topics, Map<String, Integer> newest, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        return new WholeChannels(
                clients, handedOver, topics, newest, passedOver.handling(topics.values(), handler), kafka.denials());
    }

    /** The reader of an incoming channel that shares its topic with others, as probes and watches see it. */
    public TopicReader shared(String channel) {
        return new PolledChannels(clients, Set.of(channel), (any, polling) -> {}).start();
    }

    public ChannelSender sender(MutinyEmitter<ProducerRecord<byte[], byte[]>> channel) {
        return new EmitterSender(channel, kafka.sizes(), kafka.denials());
    }
}
