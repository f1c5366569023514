namespace TorchSharp;

public static partial class torch
{
    // What the tables' argument expressions use.

    private static string Rounding(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();

    private static string QrMode(linalg.QRMode mode) => mode switch
    {
        linalg.QRMode.Complete => "complete",
        linalg.QRMode.R => "r",
        _ => "reduced",
    };

    private static Tensor As(Tensor input, ScalarType? type) => type.HasValue && type != input.dtype ? input.to_type(type.Value) : input;

    private static Tensor[] List(IEnumerable<Tensor> tensors) => tensors as Tensor[] ?? tensors.ToArray();

    // A missing dimension is an empty list in the operators that flatten then.
    private static long[] Dims(long? dim) => dim.HasValue ? [dim.Value] : [];

    private static long[] FirstDims(long count) => Enumerable.Range(0, (int)count).Select(d => (long)d).ToArray();

    private static long[] LastDims(Tensor tensor, long count) => FirstDims(count).Select(d => tensor.dim() - count + d).ToArray();

    private static long[] Firsts((long, long)[] pairs) => Array.ConvertAll(pairs, p => p.Item1);

    private static long[] Seconds((long, long)[] pairs) => Array.ConvertAll(pairs, p => p.Item2);

    // -1 stands for "choose" where libtorch takes a missing number.
    private static long? Positive(long value) => value > 0 ? value : null;

    internal static string PadMode(PaddingModes mode) => mode switch
    {
        PaddingModes.Reflect => "reflect",
        PaddingModes.Replicate => "replicate",
        PaddingModes.Circular => "circular",
        _ => "constant",
    };
}
