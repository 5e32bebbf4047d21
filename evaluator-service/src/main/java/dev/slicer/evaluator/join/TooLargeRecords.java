package dev.slicer.evaluator.join;

import dev.slicer.kafka.records.RecordSizes;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Notes which topic refused a record for its size, before the transaction is given up: what is tried in its place is
 * smaller.
 */
public final class TooLargeRecords extends DefaultProductionExceptionHandler {
    /** Setting: the {@link RecordSizes} that are to know. */
    static final String SIZES = "slicer.record.sizes";

    private RecordSizes sizes;

    @Override
    public void configure(Map<String, ?> settings) {
        super.configure(settings);
        sizes = (RecordSizes) settings.get(SIZES);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception problem) {
        if (problem instanceof RecordTooLargeException) {
            sizes.refused(record);
        }
        return super.handleError(context, record, problem);
    }
}
