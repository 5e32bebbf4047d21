package dev.slicer.cli.trust;

import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys",
        description = {
            "Make a pair of keys to sign checkpoints with (Ed25519).",
            "",
            "NAME.pem is the private key, for slicer.checkpoints.signing-key of the trainer and --signing-key; only you can read "
                    + "it. NAME.pub.pem is the public one, for slicer.checkpoints.trusted-keys and --trusted-keys. openssl makes "
                    + "the same: openssl genpkey -algorithm ed25519 -out NAME.pem; openssl pkey -in NAME.pem -pubout -out "
                    + "NAME.pub.pem"
        },
        footer = {
            "",
            "Exit codes: 0 made; 1 failed, also when one of the files exists; 2 wrong usage.",
            "",
            "Example: ./slicer keys trainer-2026"
        })
public final class KeysCommand implements Callable<Integer> {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Terminal terminal;

    @Parameters(
            paramLabel = "NAME",
            description = "What the two files are called, with their folder where there is to be one.")
    private Path name = Path.of("");

    @Option(names = "--json", description = "Print one JSON object: the files and the key's id.")
    private boolean json;

    /** What {@code --json} prints. */
    private record Result(String privateKey, String publicKey, String id) {}

    public KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path secret = name.resolveSibling(name.getFileName() + ".pem");
        Path open = name.resolveSibling(name.getFileName() + ".pub.pem");
        if (Files.exists(open)) {
            throw new CommandFailedException(open + " exists already");
        }
        SigningKey key = SigningKey.create();
        write(secret, key.privatePem(), ownerOnly());
        write(open, key.publicPem());
        if (json) {
            terminal.printJson(new Result(secret.toString(), open.toString(), key.id()));
        } else {
            terminal.print("private key " + secret);
            terminal.print("public key  " + open);
            terminal.print("key id      " + key.id());
        }
        return ExitCode.OK;
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /** Nobody else can read the file at any time, not even before it has its content. */
    private static void write(Path file, String text, FileAttribute<?>... attributes) {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException taken) {
            throw new CommandFailedException(file + " exists already");
        } catch (IOException failure) {
            throw new CommandFailedException(file + " cannot be written: " + IoProblem.of(failure));
        }
    }
}
