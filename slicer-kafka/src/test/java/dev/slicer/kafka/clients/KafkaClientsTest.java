package dev.slicer.kafka.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaClientsTest {
    /** Kafka's clients refuse to be made with settings of the protocol that they do not have. */
    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldMakeMembersOfEitherProtocolThoughSettingsOfBothAreThere(GroupProtocol protocol) {
        // Given
        KafkaClients clients = new KafkaClients(Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "group.protocol", protocol == GroupProtocol.CLASSIC ? "consumer" : "classic",
                "session.timeout.ms", "6000",
                "heartbeat.interval.ms", "1000",
                "group.remote.assignor", "uniform"));

        // When
        try (Consumer<byte[], byte[]> member = clients.member("group", 10, protocol);
                Consumer<byte[], byte[]> reader = clients.reader()) {

            // Then
            assertThat(member.groupMetadata().groupId()).isEqualTo("group");
            assertThat(reader.assignment()).isEmpty();
        }
    }
}
