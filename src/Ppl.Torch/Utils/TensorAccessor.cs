using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>
/// The values of a tensor as .NET numbers, in row-major order whatever the strides. It does not own the tensor: where the tensor is
/// disposed, or has got other memory, every use is an exception.
/// </summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly long[] sizes;
    private readonly long[] strides;
    private readonly bool contiguous;
    private readonly long extent;
    private Tensor tensor;

    internal TensorAccessor(Tensor tensor)
    {
        if (!tensor.is_cpu())
            throw new InvalidOperationException(
                "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        this.tensor = tensor;
        sizes = tensor.size();
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.numel();
        extent = Count == 0 ? 0 : 1 + sizes.Zip(strides, (size, stride) => (size - 1) * stride).Sum();
        _ = Data;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>Where the values are now. The caller keeps the tensor alive while it uses it.</summary>
    private T* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(tensor is null, this);
            var data = (T*)tensor.DataPointer(out var bytes);
            if (extent * sizeof(T) > bytes) throw new InvalidOperationException("The tensor has become smaller since its data were asked for.");
            return data;
        }
    }

    public T this[params long[] indices]
    {
        get
        {
            var value = Data[Place(indices)];
            GC.KeepAlive(tensor);
            return value;
        }
        set
        {
            Data[Place(indices)] = value;
            GC.KeepAlive(tensor);
        }
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right)
    {
        if (ReferenceEquals(left, right)) return true;
        return left is not null && right is not null && left.Count == right.Count && left.SequenceEqual(right);
    }

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result.AsSpan());
        return result;
    }

    /// <summary>An array with the tensor's own dimensions.</summary>
    public Array ToNDArray()
    {
        if (sizes.Length == 0) return ToArray();
        var data = Data;
        var result = Array.CreateInstance(typeof(T), sizes);
        var position = new long[sizes.Length];
        for (var i = 0L; i < Count; i++) result.SetValue(data[Offset(i, position)], position);
        GC.KeepAlive(tensor);
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var data = Data;
        var count = Common(array.Length, arrayIndex, tensorIndex);
        if (contiguous)
        {
            new ReadOnlySpan<T>(data + tensorIndex, count).CopyTo(array[arrayIndex..]);
        }
        else
        {
            var position = new long[sizes.Length];
            for (var i = 0; i < count; i++) array[arrayIndex + i] = data[Offset(tensorIndex + i, position)];
        }
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var data = Data;
        var count = Common(array.Length, arrayIndex, tensorIndex);
        if (contiguous)
        {
            array.Slice(arrayIndex, count).CopyTo(new Span<T>(data + tensorIndex, count));
        }
        else
        {
            var position = new long[sizes.Length];
            for (var i = 0; i < count; i++) data[Offset(tensorIndex + i, position)] = array[arrayIndex + i];
        }
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        var position = new long[sizes.Length];
        for (var i = 0L; i < Count; i++) yield return Read(i, position);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object obj) => obj is TensorAccessor<T> other && this == other;

    public override int GetHashCode() => HashCode.Combine((IntPtr)Data, Count);

    public void Dispose() => tensor = null;

    // How many elements both sides have from the given places on.
    private int Common(int length, int arrayIndex, long tensorIndex)
    {
        if (arrayIndex < 0 || arrayIndex > length)
            throw new ArgumentOutOfRangeException(nameof(arrayIndex), arrayIndex, $"The array has {length} elements.");
        if (tensorIndex < 0 || tensorIndex > Count)
            throw new ArgumentOutOfRangeException(nameof(tensorIndex), tensorIndex, $"The tensor has {Count} elements.");
        return (int)Math.Min(length - arrayIndex, Count - tensorIndex);
    }

    private T Read(long i, long[] position)
    {
        var value = Data[contiguous ? i : Offset(i, position)];
        GC.KeepAlive(tensor);
        return value;
    }

    /// <summary>Where the i-th value is, in elements; <paramref name="position"/> becomes its index along each dimension.</summary>
    private long Offset(long i, long[] position)
    {
        var offset = 0L;
        for (var d = sizes.Length - 1; d >= 0; d--)
        {
            position[d] = i % sizes[d];
            i /= sizes[d];
            offset += position[d] * strides[d];
        }
        return offset;
    }

    private long Place(long[] indices)
    {
        if (indices.Length == 1 && sizes.Length != 1)
        {
            if (indices[0] < 0 || indices[0] >= Count) throw new IndexOutOfRangeException($"{indices[0]} is not in [0, {Count})");
            return Offset(indices[0], new long[sizes.Length]);
        }
        if (indices.Length != sizes.Length) throw new ArgumentException($"{indices.Length} indices for {sizes.Length} dimensions");
        var offset = 0L;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= sizes[d])
                throw new IndexOutOfRangeException($"{indices[d]} is not in [0, {sizes[d]}) along dimension {d}");
            offset += indices[d] * strides[d];
        }
        return offset;
    }
}
