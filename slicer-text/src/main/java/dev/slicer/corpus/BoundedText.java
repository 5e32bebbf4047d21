package dev.slicer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Lines whose bytes are counted as they are read, whatever size their file is said to have. */
final class BoundedText extends InputStream {
    private final InputStream in;
    private final String reference;
    private final NamedCorpora.Limits limits;
    private final AtomicLong left;
    private int line = 1;
    private int bytesOfLine;

    /** @param left bytes that may still be read, of this and other files; goes down */
    BoundedText(InputStream in, String reference, NamedCorpora.Limits limits, AtomicLong left) {
        this.in = in;
        this.reference = reference;
        this.limits = limits;
        this.left = left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0 && left.addAndGet(-read) < 0) {
            throw new CorpusException(
                    reference,
                    "is too large: the corpora of a request may have " + NamedCorpora.Limits.text(limits.bytes())
                            + " together");
        }
        for (int i = offset; i < offset + read; i++) {
            count(bytes[i]);
        }
        return read;
    }

    private void count(byte next) {
        if (next == '\n') {
            line++;
            bytesOfLine = 0;
        } else if (++bytesOfLine > limits.lineBytes()) {
            throw new CorpusException(
                    reference,
                    line,
                    "a line may have " + NamedCorpora.Limits.text(limits.lineBytes()) + ", and this one has more");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
