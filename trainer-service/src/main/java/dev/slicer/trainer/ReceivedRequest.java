package dev.slicer.trainer;

import dev.slicer.events.CloudEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Json;
import dev.slicer.events.TrainingRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A training request as it came from the topic.
 *
 * @param trace W3C trace context headers, for the job's own events
 */
record ReceivedRequest(TrainingRequest request, Map<String, String> trace) {
    ReceivedRequest {
        trace = Map.copyOf(trace);
    }

    /** @throws InvalidEventException where the record is no training request */
    static ReceivedRequest of(ConsumerRecord<String, byte[]> record) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value());
        }
        CloudEvent.fromHeaders(headers).ifPresent(event -> event.requireType(TrainingRequest.class));
        return new ReceivedRequest(Json.read(record.value(), TrainingRequest.class), CloudEvent.trace(headers));
    }
}
