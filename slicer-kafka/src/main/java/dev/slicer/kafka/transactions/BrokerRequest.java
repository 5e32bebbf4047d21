package dev.slicer.kafka.transactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/** Asks a broker what none of Kafka's clients does, with the means that they are made of. */
final class BrokerRequest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String NAME = "slicer-request";

    private BrokerRequest() {}

    /**
     * @param settings of a client: addresses and security
     * @throws org.apache.kafka.common.errors.ApiException where the broker cannot be reached in 10 s
     * @throws UncheckedIOException where it goes away meanwhile
     */
    static AbstractResponse send(Map<String, Object> settings, Node broker, AbstractRequest.Builder<?> request) {
        AdminClientConfig config = new AdminClientConfig(settings);
        Time time = Time.SYSTEM;
        LogContext log = new LogContext();
        long limit = LIMIT.toMillis();
        try (Metrics metrics = new Metrics();
                Selector selector = new Selector(
                        limit, metrics, time, NAME, ClientUtils.createChannelBuilder(config, time, log), log);
                NetworkClient client = new NetworkClient(
                        selector,
                        new ManualMetadataUpdater(),
                        NAME,
                        1,
                        limit,
                        limit,
                        Selector.USE_DEFAULT_BUFFER_SIZE,
                        Selector.USE_DEFAULT_BUFFER_SIZE,
                        Math.toIntExact(limit),
                        limit,
                        limit,
                        time,
                        true,
                        new ApiVersions(),
                        log,
                        MetadataRecoveryStrategy.NONE)) {
            if (!NetworkClientUtils.awaitReady(client, broker, time, limit)) {
                throw new DisconnectException("no connection to broker " + broker.id());
            }
            return NetworkClientUtils.sendAndReceive(
                            client,
                            client.newClientRequest(
                                    broker.idString(),
                                    request,
                                    time.milliseconds(),
                                    true,
                                    Math.toIntExact(limit),
                                    null),
                            time)
                    .responseBody();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
