package dev.slicer.broker;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/** An authority of its own that certifies a local broker and its clients, in PEM. The JDK has no public way to make one. */
final class Certificates {
    private static final Duration VALID = Duration.ofDays(30);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] ECDSA_WITH_SHA256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] AUTHORITY =
            extension(true, sequence(der(0x01, new byte[] {(byte) 0xff})), 0x55, 0x1d, 0x13);
    /** The addresses at which a local broker is found. */
    private static final byte[] LOOPBACK = extension(
            false,
            sequence(der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)), der(0x87, new byte[] {127, 0, 0, 1})),
            0x55,
            0x1d,
            0x11);

    private final SecureRandom random = new SecureRandom();
    private final KeyPair authority = keyPair();
    private final String certificate = certificate("slicer-local", authority, AUTHORITY);

    /** A private key and the certificate of its public one, one after the other. */
    record Certified(String key, String certificate) {
        String both() {
            return key + certificate;
        }
    }

    /** The authority's own certificate, which is to be trusted. */
    String authority() {
        return certificate;
    }

    /** For a broker on this machine. */
    Certified ofBroker() {
        KeyPair pair = keyPair();
        return new Certified(
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()), certificate("localhost", pair, LOOPBACK));
    }

    /** For a client, whose principal is {@code CN=} and the name. */
    Certified of(String name) {
        KeyPair pair = keyPair();
        return new Certified(pem("PRIVATE KEY", pair.getPrivate().getEncoded()), certificate(name, pair, new byte[0]));
    }

    private String certificate(String name, KeyPair pair, byte[] extension) {
        Instant now = Instant.now();
        byte[] content = sequence(
                der(0xa0, integer(BigInteger.TWO)),
                integer(new BigInteger(120, random).setBit(120)),
                ECDSA_WITH_SHA256,
                distinguished("slicer-local"),
                sequence(time(now.minus(Duration.ofHours(1))), time(now.plus(VALID))),
                distinguished(name),
                pair.getPublic().getEncoded(),
                extension.length == 0 ? extension : der(0xa3, sequence(extension)));
        byte[] signature = signature(authority.getPrivate(), content);
        return pem(
                "CERTIFICATE", sequence(content, ECDSA_WITH_SHA256, der(0x03, concatenated(new byte[1], signature))));
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException(cause);
        }
    }

    private static byte[] signature(PrivateKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException(cause);
        }
    }

    private static String pem(String kind, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }

    private static byte[] distinguished(String commonName) {
        return sequence(der(
                0x31, sequence(objectId(0x55, 0x04, 0x03), der(0x0c, commonName.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] time(Instant time) {
        return der(0x17, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] extension(boolean critical, byte[] value, int... id) {
        return sequence(objectId(id), critical ? der(0x01, new byte[] {(byte) 0xff}) : new byte[0], der(0x04, value));
    }

    private static byte[] integer(BigInteger number) {
        return der(0x02, number.toByteArray());
    }

    private static byte[] objectId(int... encoded) {
        byte[] bytes = new byte[encoded.length];
        for (int i = 0; i < encoded.length; i++) {
            bytes[i] = (byte) encoded[i];
        }
        return der(0x06, bytes);
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, parts);
    }

    /** By the distinguished encoding rules of ASN.1 (X.690): what it is, how long, and what is in it. */
    private static byte[] der(int tag, byte[]... parts) {
        byte[] content = concatenated(parts);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (content.length < 0x80) {
            encoded.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            encoded.write(0x80 | length.length - from);
            encoded.write(length, from, length.length - from);
        }
        encoded.writeBytes(content);
        return encoded.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
