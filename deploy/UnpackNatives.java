import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Loads the tensor library and the tokenizer, which unpacks both into DJL_CACHE_DIR, and uses the first, so that an image
 * whose libraries do not work is not built. Run from source while the image is built.
 */
final class UnpackNatives {
    private UnpackNatives() {}

    public static void main(String[] arguments) {
        LibUtils.checkStatus();
        try (NDManager manager = NDManager.newBaseManager();
                NDArray ones = manager.ones(new ai.djl.ndarray.types.Shape(2, 2))) {
            float sum = ones.matMul(ones).sum().getFloat();
            if (sum != 8) {
                throw new IllegalStateException("the tensor library multiplies wrongly: " + sum + " instead of 8");
            }
        }
        System.out.println(Engine.getInstance() + " in " + System.getenv("DJL_CACHE_DIR"));
    }
}
