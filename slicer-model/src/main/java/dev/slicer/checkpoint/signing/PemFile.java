package dev.slicer.checkpoint.signing;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a file as RFC 7468 has them. */
final class PemFile {
    static final String PUBLIC = "PUBLIC KEY";
    static final String PRIVATE = "PRIVATE KEY";

    /** More than any file of keys has. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** @param der the content, which a message must never show */
    record Block(String label, byte[] der) {}

    private PemFile() {}

    /** @throws SigningKeyException where it cannot be read or has no block */
    static List<Block> read(Path file) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text(file));
        while (matcher.find()) {
            try {
                blocks.add(new Block(
                        matcher.group(1),
                        Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", ""))));
            } catch (IllegalArgumentException notBase64) {
                throw new SigningKeyException(file, "its " + matcher.group(1) + " is not in Base64");
            }
        }
        if (blocks.isEmpty()) {
            throw new SigningKeyException(file, "has no key in PEM format");
        }
        return blocks;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new SigningKeyException(file, "is larger than a file of keys");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new SigningKeyException(file, "there is no such file", missing);
        } catch (IOException failure) {
            throw new SigningKeyException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    static String write(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
