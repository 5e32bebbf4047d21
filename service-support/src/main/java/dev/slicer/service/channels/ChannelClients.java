package dev.slicer.service.channels;

import dev.slicer.kafka.clients.KafkaClients;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.eclipse.microprofile.config.Config;

/** Has the channels' clients lose nothing, as {@link KafkaClients} says, whatever their channel is configured to. */
@Singleton
final class ChannelClients implements ClientCustomizer<Map<String, Object>> {
    private final KafkaClients kafka;
    private final HandedOver handedOver;

    @Inject
    ChannelClients(KafkaClients kafka, HandedOver handedOver) {
        this.kafka = kafka;
        this.handedOver = handedOver;
    }

    @Override
    public Map<String, Object> customize(String channel, Config channelConfig, Map<String, Object> settings) {
        kafka.sizes().need();
        if (settings.containsKey(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG)) {
            settings.putAll(KafkaClients.CONSUMER_RULES);
            if (WholeChannels.isWhole(channelConfig)) {
                settings.put(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(HandingOver.class));
                settings.put(HandingOver.COUNTS, handedOver);
            }
        } else {
            settings.putAll(KafkaClients.PRODUCER_RULES);
            // The channel's own setting is for the connector, which would write records again behind later ones.
            settings.remove(ProducerConfig.RETRIES_CONFIG);
        }
        return settings;
    }
}
