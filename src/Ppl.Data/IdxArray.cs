namespace Ppl.Data;

/// <summary>The type codes of the IDX format that are read and written here.</summary>
public enum IdxType
{
    /// <summary>0x08: unsigned byte.</summary>
    UnsignedByte = 0x08,

    /// <summary>0x0B: big-endian 16-bit integer.</summary>
    Int16 = 0x0B,

    /// <summary>0x0C: big-endian 32-bit integer.</summary>
    Int32 = 0x0C,

    /// <summary>0x0D: big-endian 32-bit float.</summary>
    Float = 0x0D,

    /// <summary>0x0E: big-endian 64-bit float.</summary>
    Double = 0x0E,
}

/// <summary>An array of an IDX file: its element type, its dimensions, and the values in row-major order.</summary>
public sealed class IdxArray
{
    /// <summary>Puts values and dimensions together.</summary>
    /// <param name="values">byte[], short[], int[], float[] or double[] (kept, not copied), in row-major order.</param>
    /// <param name="dimensions">One to eight sizes, each ≥ 0, whose product is the number of values.</param>
    /// <exception cref="ArgumentException">Another element type, or dimensions that do not fit the values.</exception>
    public IdxArray(Array values, params ReadOnlySpan<int> dimensions)
    {
        ArgumentNullException.ThrowIfNull(values);
        Type = values switch
        {
            byte[] => IdxType.UnsignedByte,
            short[] => IdxType.Int16,
            int[] => IdxType.Int32,
            float[] => IdxType.Float,
            double[] => IdxType.Double,
            _ => throw new ArgumentException($"IDX holds byte, short, int, float or double, not {values.GetType().GetElementType()}", nameof(values)),
        };
        if (dimensions.Length is < 1 or > IdxFile.MaximalDimensions)
            throw new ArgumentException($"IDX has 1 to {IdxFile.MaximalDimensions} dimensions, not {dimensions.Length}", nameof(dimensions));

        long count = 1;
        foreach (var dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
            count = checked(count * dimension);
        }

        if (count != values.Length)
        {
            throw new ArgumentException(
                $"{IdxFile.Shape(dimensions)} is {count} values, the array has {values.Length}", nameof(dimensions));
        }

        Values = values;
        Dimensions = Array.AsReadOnly(dimensions.ToArray());
    }

    /// <summary>The element type.</summary>
    public IdxType Type { get; }

    /// <summary>The sizes, outermost first.</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>The values: byte[], short[], int[], float[] or double[].</summary>
    public Array Values { get; }

    /// <summary>The values as an array of <typeparamref name="T"/>, not converted.</summary>
    /// <exception cref="InvalidOperationException">The values are of another type.</exception>
    public T[] As<T>()
        where T : unmanaged
        => Values as T[] ?? throw new InvalidOperationException($"the IDX array holds {Type}, not {typeof(T).Name}");

    /// <summary>Type and sizes: <c>UnsignedByte 60000 x 28 x 28</c>.</summary>
    public override string ToString() => $"{Type} {string.Join(" x ", Dimensions)}";

    /// <summary>The values as integers; only for the three integer types.</summary>
    /// <exception cref="InvalidOperationException">The values are floats or doubles.</exception>
    public int[] ToInt32() => Values switch
    {
        byte[] bytes => Array.ConvertAll(bytes, value => (int)value),
        short[] shorts => Array.ConvertAll(shorts, value => (int)value),
        int[] ints => (int[])ints.Clone(),
        _ => throw new InvalidOperationException($"the IDX array holds {Type}, not integers"),
    };
}
