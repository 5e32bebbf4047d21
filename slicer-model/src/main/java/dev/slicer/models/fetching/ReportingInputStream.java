package dev.slicer.models.fetching;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Tells a listener how much was read, about every mebibyte. */
public final class ReportingInputStream extends FilterInputStream {
    private static final int STEP_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final String phase;
    private final OptionalLong total;
    private final DownloadListener listener;
    private long done;
    private long reported;

    public ReportingInputStream(InputStream in, String phase, OptionalLong total, DownloadListener listener) {
        super(new BufferedInputStream(in, BUFFER_BYTES));
        this.phase = phase;
        this.total = total;
        this.listener = listener;
        listener.report(phase, 0, total);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        advance(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        advance(Math.max(count, 0));
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        advance(skipped);
        return skipped;
    }

    private void advance(long count) {
        done += count;
        if (done - reported >= STEP_BYTES || (total.isPresent() && done == total.getAsLong() && reported < done)) {
            reported = done;
            listener.report(phase, done, total);
        }
    }
}
