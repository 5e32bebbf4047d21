package dev.slicer.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The TorchScript program of {@code program.torchscript}, loaded. It holds no weights: callers pass every tensor, so one
 * program serves any number of models and threads. Calls use all cores but where {@link #onCores} says
 * otherwise.
 */
public final class TorchProgram implements AutoCloseable {
    private static final String ENGINE = "PyTorch";
    /** PyTorch's {@code torch.ScalarType}. */
    private static final int UINT8 = 0;
    /** Bytes behind a packed row of word embeddings: its scale and its offset. */
    private static final int PACKED_ROW = 2 * Float.BYTES;

    /** Read by calls, written once by the process's end. */
    static final ReadWriteLock EXIT = new ReentrantReadWriteLock(true);

    /** Whether what a thread does is part of {@link #asOneCall}. */
    private static final ThreadLocal<Boolean> IN_ONE_CALL = ThreadLocal.withInitial(() -> false);

    /** Cores for the calls of a thread; all of the program's where it says nothing. */
    private static final ThreadLocal<Integer> WANTED = new ThreadLocal<>();

    /** What PyTorch was told for the thread. */
    private static final ThreadLocal<Integer> TOLD = new ThreadLocal<>();

    private final Model model;
    private final PtSymbolBlock block;
    private final NDManager manager;
    private final boolean packs;
    private final int cores;

    private TorchProgram(Model model, boolean packs, int cores) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
        this.manager = model.getNDManager();
        this.packs = packs;
        this.cores = cores;
    }

    /** Loads the program for the device. */
    public static TorchProgram load(EngineOptions options) {
        boolean onGpu = options.gpu().isPresent();
        Device device = onGpu ? Device.gpu(options.gpu().getAsInt()) : Device.cpu();
        Optional<Model> packing = onGpu ? Optional.empty() : packing(device);
        Model model = packing.orElseGet(() -> load(device, "plain-products.torchscript"));
        return new TorchProgram(model, packing.isPresent(), onGpu ? 1 : options.cores());
    }

    /** None where PyTorch was built without oneDNN, as it is for some processors. */
    private static Optional<Model> packing(Device device) {
        try {
            return Optional.of(load(device, "packed-products.torchscript"));
        } catch (EngineException e) {
            if (String.valueOf(e.getMessage()).contains("Unknown builtin op")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Model load(Device device, String products) {
        Model model = Model.newInstance("slicer", device, ENGINE);
        try {
            model.load(TorchScriptArchive.of(text("program.torchscript") + text(products)));
            return model;
        } catch (IOException | MalformedModelException e) {
            model.close();
            throw new IllegalStateException("program.torchscript does not load: " + e.getMessage(), e);
        } catch (EngineException e) {
            model.close();
            throw e;
        }
    }

    static String text(String resource) {
        try (InputStream in = TorchProgram.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether weights that are only read are {@linkplain #pack packed} in this precision. */
    public boolean packs(Precision precision) {
        return packs && (precision == Precision.BF16 || precision == Precision.INT8);
    }

    /**
     * Brings a weight and its bias into the layout that the library multiplies in, so that no call has to.
     *
     * @param weight [out, in] in fp32
     * @param bias [out] in fp32
     * @return the weight, whose elements only the program can read, and the bias
     */
    public NDList pack(NDManager scope, Precision precision, NDArray weight, NDArray bias) {
        String method = precision == Precision.INT8 ? "pack8" : "pack16";
        return call(scope, method, false, Argument.of(weight), Argument.of(bias));
    }

    /**
     * A table that is not filled yet, outside of inference mode, so that it can be trained.
     *
     * @param precision one of the floating-point ones
     */
    public NDArray blank(NDManager scope, Precision precision, long[] shape) {
        return blank(scope, precision.scalarType(), shape);
    }

    private NDArray blank(NDManager scope, int scalarType, long[] shape) {
        NDManager host = onHost(scope);
        return call(
                        scope,
                        "blank",
                        true,
                        Argument.of(scope.create(0f)),
                        Argument.of(host.create(shape)),
                        Argument.of(host.create(new int[] {scalarType})))
                .get(0);
    }

    /** A table [rows, width] for what {@link #packWords} makes. */
    public NDArray blankWords(NDManager scope, long rows, long width) {
        return blank(scope, UINT8, new long[] {rows, width + PACKED_ROW});
    }

    /** Brings rows of word embeddings to eight bits, each with a scale and an offset of its own. @param rows in fp32 */
    public NDArray packWords(NDManager scope, NDArray rows) {
        return call(scope, "pack_words", true, Argument.of(rows)).get(0);
    }

    /** Puts rows into a table from row {@code first} on. */
    public void place(NDArray table, int first, NDArray rows) {
        try (NDManager scope = newScope()) {
            NDArray at = onHost(scope).create(first);
            call(scope, "place", true, Argument.of(table), Argument.of(at), Argument.of(rows));
        }
    }

    /** Cores that calls may use together; 1 where they take turns on a GPU. */
    public int cores() {
        return cores;
    }

    /** Does something whose calls use so many cores, the calling thread's among them. */
    public static <T> T onCores(int cores, Supplier<T> work) {
        Integer before = WANTED.get();
        WANTED.set(cores);
        try {
            return work.get();
        } finally {
            if (before == null) {
                WANTED.remove();
            } else {
                WANTED.set(before);
            }
        }
    }

    /** A manager on the program's device whose tensors are freed when it is closed. */
    public NDManager newScope() {
        // What is done with its tensors outside of the program is done on the caller's core alone.
        tell(1);
        return manager.newSubManager();
    }

    /**
     * For numbers that the program reads itself: on a GPU it would have to wait for all that was asked of the device before. They
     * are the scope's.
     */
    public static NDManager onHost(NDManager scope) {
        return scope.newSubManager(Device.cpu());
    }

    /**
     * Has the process's end, as by Ctrl-C, wait for the calls that are under way: PyTorch's libraries take themselves apart when the
     * process exits, and a thread that is still computing in them would crash it. Later calls never return. For programs
     * without an orderly shutdown of their own.
     */
    public static void finishCallsAtExit() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                // Not more than a few calls' time: who asks a process to end wants it to end.
                                EXIT.writeLock().tryLock(20, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "finish-calls"));
    }

    /**
     * Does something of many calls that the process's end waits for as for one, see {@link #finishCallsAtExit}: for work that
     * comes to an orderly end of its own when the process is asked to end. Between its calls it would be held up otherwise.
     */
    public static <T> T asOneCall(Supplier<T> work) {
        return IN_ONE_CALL.get() ? work.get() : awaitedByExit(() -> inOneCall(work));
    }

    /** What another thread does for the calling one, which waits for it: part of its call, where that is {@link #asOneCall one}. */
    static Runnable partOfCall(Runnable work) {
        if (!IN_ONE_CALL.get()) {
            return work;
        }
        return () -> inOneCall(() -> {
            work.run();
            return true;
        });
    }

    private static <T> T inOneCall(Supplier<T> work) {
        IN_ONE_CALL.set(true);
        try {
            return work.get();
        } finally {
            IN_ONE_CALL.remove();
        }
    }

    private static <T> T awaitedByExit(Supplier<T> work) {
        EXIT.readLock().lock();
        try {
            return work.get();
        } finally {
            EXIT.readLock().unlock();
        }
    }

    /** An argument of a method: one tensor, or a list of tensors. */
    public sealed interface Argument {
        static Argument of(NDArray array) {
            return new One(array);
        }

        static Argument of(List<NDArray> arrays) {
            return new Many(arrays);
        }
    }

    private record One(NDArray array) implements Argument {}

    private record Many(List<NDArray> arrays) implements Argument {}

    /**
     * Calls a method of the program.
     *
     * @param scope owns the results
     * @param gradients whether the method differentiates; without, it runs in PyTorch's inference mode
     */
    public NDList call(NDManager scope, String method, boolean gradients, Argument... arguments) {
        NDList inputs = new NDList();
        NDArray marker = scope.create(0f);
        marker.setName("module_method:" + method);
        inputs.add(marker);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof One one) {
                name(one.array(), null);
                inputs.add(one.array());
            } else if (arguments[i] instanceof Many many) {
                // DJL makes one list argument of consecutive tensors that share a name of this form.
                String name = "list" + i + "[]";
                for (NDArray array : many.arrays()) {
                    name(array, name);
                    inputs.add(array);
                }
            }
        }
        return IN_ONE_CALL.get() ? run(inputs, gradients) : awaitedByExit(() -> run(inputs, gradients));
    }

    private NDList run(NDList inputs, boolean gradients) {
        int wanted = Optional.ofNullable(WANTED.get()).orElse(cores);
        return wanted == 1 ? run(inputs, gradients, 1) : LeadingThread.compute(() -> run(inputs, gradients, wanted));
    }

    private NDList run(NDList inputs, boolean gradients, int onCores) {
        // Operators run one by one as written: the profiling executor would specialise to each batch's shape. The
        // setting belongs to the calling thread.
        JniUtils.setGraphExecutorOptimize(false);
        // So does this one, which DJL leaves off.
        JniUtils.setGradMode(gradients);
        tell(onCores);
        return IValueUtils.forward(block, inputs, gradients);
    }

    /** How many cores a thread has is a setting of its own, once it has asked for it: before, it is given what any thread was told last. */
    private static void tell(int cores) {
        if (!Integer.valueOf(cores).equals(TOLD.get())) {
            JniUtils.getNumThreads();
            JniUtils.setNumThreads(cores);
            TOLD.set(cores);
        }
    }

    /** Weights are shared by threads: they are written to only when the name differs, which for them is once. */
    private static void name(NDArray array, String name) {
        if (!Objects.equals(array.getName(), name)) {
            array.setName(name);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
