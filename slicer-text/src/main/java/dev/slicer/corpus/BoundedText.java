package dev.slicer.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Lines whose bytes are counted as they are read, whatever size their file is said to have. */
final class BoundedText extends InputStream {
    /** A word and a tag, or a sentence of JSON Lines; nobody takes a file of another kind for such. */
    private static final Pattern LABELLED =
            Pattern.compile("^[^#\\s]\\S*[ \\t](?:.*[ \\t])?(?:O|[BILUESMW][-_]\\S+)\\s*$|^\\{.*\"ner_tags\"");

    private final InputStream in;
    private final String reference;
    private final NamedCorpora.Limits limits;
    private final AtomicLong left;
    private int line = 1;
    private int bytesOfLine;
    private int firstLabelledLine;
    /** The line as far as it is read, until there is a labelled one. */
    private final ByteArrayOutputStream unlabelled = new ByteArrayOutputStream();

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
            endLine();
            return;
        }
        if (firstLabelledLine == 0) {
            unlabelled.write(next);
        }
        if (++bytesOfLine > limits.lineBytes()) {
            throw new CorpusException(
                    reference,
                    line,
                    "a line may have " + NamedCorpora.Limits.text(limits.lineBytes()) + ", and this one has more");
        }
    }

    private void endLine() {
        if (firstLabelledLine == 0
                && LABELLED.matcher(unlabelled.toString(StandardCharsets.ISO_8859_1))
                        .find()) {
            firstLabelledLine = line;
        }
        unlabelled.reset();
        line++;
        bytesOfLine = 0;
    }

    /** Whether there is a labelled line before this one, so that the file is a corpus, and no other's secret. */
    boolean isCorpusBefore(int problem) {
        return firstLabelledLine > 0 && firstLabelledLine < problem;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
