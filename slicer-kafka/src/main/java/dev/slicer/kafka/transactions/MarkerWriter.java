package dev.slicer.kafka.transactions;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/**
 * Writes the marker that a partition never got. Kafka's administration client can only abort, so the request, which is
 * the same, is sent without it.
 */
final class MarkerWriter {
    /** Of version 2 a broker would take only an epoch above the transaction's own, which is its coordinator's to raise. */
    private static final short ANY_TRANSACTION_VERSION = 0;

    private final Map<String, Object> settings;

    /** @param settings of a client: addresses and security */
    MarkerWriter(Map<String, Object> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * Ends a transaction in its partition. A broker refuses that where the producer has begun another one there since.
     *
     * @param leader of the partition
     * @throws org.apache.kafka.common.errors.ApiException where the broker refuses it or cannot be reached
     * @throws java.io.UncheckedIOException where the broker goes away meanwhile
     */
    void write(Node leader, OpenTransaction open, Verdict verdict) {
        WriteTxnMarkersResponse response = (WriteTxnMarkersResponse) BrokerRequest.send(
                settings,
                leader,
                new WriteTxnMarkersRequest.Builder(List.of(new TxnMarkerEntry(
                        open.producerId(),
                        open.epoch(),
                        open.coordinatorEpoch(),
                        verdict.marker(),
                        List.of(open.partition()),
                        ANY_TRANSACTION_VERSION))));
        Map<TopicPartition, Errors> errors = response.errorsByProducerId().get(open.producerId());
        errors.getOrDefault(open.partition(), Errors.UNKNOWN_SERVER_ERROR).maybeThrow();
    }
}
