package dev.slicer.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of a UTF-8 stream, ended by LF or CRLF only, as {@code wc} counts them: texts and words may contain what {@link
 * java.io.BufferedReader} or a regex would take for a line end, a lone CR among them. A byte order mark before the first line
 * is no text.
 */
public final class Utf8Lines implements Closeable {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private int number;

    public Utf8Lines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** A line that is not UTF-8; the message says what it is instead, where that is known. */
    public static final class MalformedLineException extends IOException {
        private static final long serialVersionUID = 1;

        private final int number;

        private MalformedLineException(int number, String problem) {
            super(problem);
            this.number = number;
        }

        /** Counted from 1. */
        public int number() {
            return number;
        }
    }

    /**
     * The next line; empty at the end.
     *
     * @throws MalformedLineException where it is not UTF-8
     */
    public Optional<String> next() throws IOException {
        line.reset();
        int read = in.read();
        if (read < 0) {
            return Optional.empty();
        }
        number++;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            line.write(read);
        }
        String text = decode(line.toByteArray());
        if (number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** Number of the line that {@link #next} returned last, counted from 1. */
    public int number() {
        return number;
    }

    /** Whether something can be read without waiting for the writer. */
    public boolean ready() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private String decode(byte[] bytes) throws MalformedLineException {
        try {
            return decoder.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedLineException(
                    number,
                    number == 1 && startsAsUtf16(bytes)
                            ? "not UTF-8 but UTF-16, as its first bytes say; convert it, as with iconv -f UTF-16 -t UTF-8"
                            : "not UTF-8");
        }
    }

    private static boolean startsAsUtf16(byte[] bytes) {
        int first = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        return first == 0xfeff || first == 0xfffe;
    }
}
