namespace TorchSharp;

public static partial class torch
{
    // What the tables' argument expressions use.

    private const long MaxDims = 64;

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

    private static long[] FirstDims(long dims)
    {
        if (dims is < 0 or > MaxDims)
            throw new ArgumentOutOfRangeException(nameof(dims), dims, $"The number of dimensions to contract is not from 0 to {MaxDims}.");
        return Enumerable.Range(0, (int)dims).Select(d => (long)d).ToArray();
    }

    // libtorch compares the storage's size with what these need, and does not see when that is out of a long's range.
    private static long Addressable(Tensor tensor, long[] size, long[] strides, long storageOffset)
    {
        ArgumentNullException.ThrowIfNull(size);
        ArgumentNullException.ThrowIfNull(strides);
        try
        {
            var last = storageOffset;
            for (var i = 0; i < Math.Min(size.Length, strides.Length); i++) last = checked(last + ((size[i] - 1) * strides[i]));
            _ = checked((last + 1) * tensor.element_size());
            return storageOffset;
        }
        catch (OverflowException)
        {
            throw new ArgumentException(
                $"No storage has an element at offset {storageOffset}, size ({string.Join(", ", size)}) and strides ({string.Join(", ", strides)}).");
        }
    }

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
