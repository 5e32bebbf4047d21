package dev.slicer.service.transactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * Writes the marker that a partition never got. Kafka's administration client can only abort, so the request, which is
 * the same, is sent with the means that this client is made of.
 */
final class MarkerWriter {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String NAME = "slicer-markers";

    private final Map<String, Object> settings;

    /** @param settings of a client: addresses and security */
    MarkerWriter(Map<String, Object> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * Ends a transaction in its partition. A broker refuses that where the producer has begun another one there since.
     *
     * @param leader of the partition
     * @throws org.apache.kafka.common.errors.ApiException where the broker refuses it
     * @throws UncheckedIOException where the broker cannot be reached
     */
    void write(Node leader, OpenTransaction open, Verdict verdict) {
        AdminClientConfig config = new AdminClientConfig(settings);
        Time time = Time.SYSTEM;
        LogContext log = new LogContext();
        int limit = Math.toIntExact(LIMIT.toMillis());
        try (Metrics metrics = new Metrics();
                Selector selector = new Selector(
                        LIMIT.toMillis(),
                        metrics,
                        time,
                        NAME,
                        ClientUtils.createChannelBuilder(config, time, log),
                        log);
                NetworkClient client = new NetworkClient(
                        selector,
                        new ManualMetadataUpdater(),
                        NAME,
                        1,
                        LIMIT.toMillis(),
                        LIMIT.toMillis(),
                        Selector.USE_DEFAULT_BUFFER_SIZE,
                        Selector.USE_DEFAULT_BUFFER_SIZE,
                        limit,
                        LIMIT.toMillis(),
                        LIMIT.toMillis(),
                        time,
                        true,
                        new ApiVersions(),
                        log,
                        MetadataRecoveryStrategy.NONE)) {
            if (!NetworkClientUtils.awaitReady(client, leader, time, LIMIT.toMillis())) {
                throw new DisconnectException("no connection to broker " + leader.id());
            }
            ClientResponse response = NetworkClientUtils.sendAndReceive(
                    client,
                    client.newClientRequest(
                            leader.idString(), request(open, verdict), time.milliseconds(), true, limit, null),
                    time);
            error(response, open).maybeThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WriteTxnMarkersRequest.Builder request(OpenTransaction open, Verdict verdict) {
        return new WriteTxnMarkersRequest.Builder(List.of(new TxnMarkerEntry(
                open.producerId(),
                open.epoch(),
                open.coordinatorEpoch(),
                verdict.marker(),
                List.of(open.partition()))));
    }

    private static Errors error(ClientResponse response, OpenTransaction open) {
        Map<TopicPartition, Errors> errors = ((WriteTxnMarkersResponse) response.responseBody())
                .errorsByProducerId()
                .get(open.producerId());
        return errors.getOrDefault(open.partition(), Errors.UNKNOWN_SERVER_ERROR);
    }
}
